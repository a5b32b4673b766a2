//! [`Dataset`]: one kind of record, from its source to the columns that analysts see.

use super::{
    Expression, Identifier, Identities, ORDER_NUMBERS, Period, RecordSize, Renamed, Schedule, Type, Volume,
};

/// One kind of record.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The name, the same everywhere.
    pub name: Identifier,
    /// A description for people, which becomes a comment in the Data Catalog and in Redshift.
    pub description: Option<String>,
    /// The source of its records.
    pub source: Source,
    /// The role in the star schema.
    pub role: Role,
    /// The columns that identify a record: they determine duplicates and merges. Never empty, never nullable, never
    /// JSON.
    pub key: Vec<Identifier>,
    /// The column with the time of the event; the latest record of a key wins. A stream always has one.
    pub event_time: Option<Identifier>,
    /// How curated files are partitioned by `event_time`.
    pub partition: Partition,
    /// The format of curated files.
    pub table_format: TableFormat,
    /// The columns of the records, in the order of the file.
    pub columns: Vec<Column>,
    /// Columns computed from the others, in the order of the file; none uses another derived column.
    pub derived: Vec<Derived>,
    /// Conditions that records must meet.
    pub expectations: Vec<Expectation>,
    /// The dimensions that a fact refers to.
    pub joins: Vec<Join>,
    /// How soon a record must be in Redshift.
    pub freshness: Freshness,
    /// How late a record can arrive and still be merged into loaded data.
    pub late: Period,
    /// How far an event time can be ahead of the arrival of its record; records beyond that are quarantined.
    pub ahead: Period,
    /// The percentage of records that can be rejected before a run fails, a whole number; 100 means no limit.
    pub max_rejected: u8,
    /// How rows are deleted.
    pub deletions: Deletions,
    /// Where the columns of the raw table come from.
    pub catalogue: Catalogue,
    /// The volume, if the file sets one for this dataset.
    pub volume: Option<Volume>,
    /// The mean size of a record. Only the stream of a dataset is sized by it.
    pub record_size: RecordSize,
    /// The schedule, if the file sets one for this dataset.
    pub schedule: Option<Schedule>,
    /// The renames that the platform file declares, in the order of the file.
    pub renamed: Vec<Renamed>,
    /// The permanent numbers and stored names of the columns.
    pub identities: Identities,
}

impl Dataset {
    /// The column with this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The name of a curated column in files, which stays when the column is renamed.
    #[must_use]
    pub fn stored_name<'a>(&'a self, column: &'a str) -> &'a str {
        self.identities.live(column).map_or(column, |one| one.stored.as_str())
    }

    /// The permanent number of a curated column, or of one of [`ORDER_COLUMNS`] and [`DELETED`].
    #[must_use]
    pub fn number(&self, column: &str) -> Option<u32> {
        let more = (ORDER_NUMBERS..).zip(ORDER_COLUMNS.into_iter().chain([DELETED]));
        let number = more.into_iter().find(|(_, (name, _))| *name == column).map(|(number, _)| number);
        number.or_else(|| self.identities.live(column).map(|one| one.number))
    }

    /// The columns of the curated table: those of the stored records (hashed and masked ones are text, dropped ones
    /// are not included), then the derived ones.
    pub fn curated(&self) -> impl Iterator<Item = CuratedColumn<'_>> {
        let own = self.columns.iter().filter_map(|column| {
            Some(CuratedColumn {
                name: &column.name,
                data_type: column.curated_type()?,
                nullable: column.nullable,
                description: column.description.as_deref(),
            })
        });
        let derived = self.derived.iter().map(|derived| CuratedColumn {
            name: &derived.name,
            data_type: derived.expression.data_type(),
            nullable: derived.expression.is_nullable(),
            description: derived.description.as_deref(),
        });
        own.chain(derived)
    }

    /// The columns of its live rows: when the record arrived, then those of the record. Sensitive columns are left out,
    /// because no job has protected them yet, and so are those of type JSON.
    pub fn live(&self) -> impl Iterator<Item = (&str, Type)> {
        let shown = self.columns.iter().filter(|column| column.sensitivity.is_none());
        let own = shown.map(|column| (column.name.as_str(), column.data_type));
        let arrived = (Identifier::ARRIVED, Type::Timestamp);
        std::iter::once(arrived).chain(own.filter(|(_, data_type)| *data_type != Type::Json))
    }

    /// The columns that stored rows have in addition to those of the platform file, in order: [`ORDER_COLUMNS`] and, if
    /// rows can be deleted, [`DELETED`].
    pub fn row_columns(&self) -> impl Iterator<Item = (&'static str, Type)> {
        ORDER_COLUMNS.into_iter().chain(self.deletions.are_possible().then_some(DELETED))
    }
}

/// The columns that stored rows have in addition to those of the platform file, and after them: when the file of a
/// record arrived, the attempt in which the row was processed, and a hash of its curated values. Together with the
/// event time they order all versions of a key, so that the rows of several runs give the same table in whatever
/// order the runs finish. A column of a platform file cannot have such a name, because its names never have two
/// underscores in a row.
pub const ORDER_COLUMNS: [(&str, Type); 3] =
    [(Identifier::ARRIVED, Type::Timestamp), ("row__attempt", Type::Integer), ("row__hash", Type::Bigint)];

/// The column of curated files that marks a deletion, in datasets whose rows can be deleted: a row in which it is true
/// has the key and the columns that order versions, and no other value. Tables that people read have no such rows.
pub const DELETED: (&str, Type) = ("row__deleted", Type::Boolean);

/// How rows are deleted.
#[derive(Clone, Debug, PartialEq)]
pub enum Deletions {
    /// Never.
    Never,
    /// A record that meets the condition deletes the row of its key: a boolean over the record's columns.
    Records(Expression),
    /// Each file is a full dump: rows that it lacks are deleted.
    Dumps {
        /// The percentage of the rows that a dump can delete before the run fails, a whole number; 100 means no limit.
        most: u8,
    },
}

impl Deletions {
    /// Whether rows can be deleted.
    #[must_use]
    pub fn are_possible(&self) -> bool {
        *self != Self::Never
    }
}

/// A column of a curated table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CuratedColumn<'a> {
    /// The name.
    pub name: &'a Identifier,
    /// The type.
    pub data_type: Type,
    /// Whether it may be null.
    pub nullable: bool,
    /// A description for people.
    pub description: Option<&'a str>,
}

/// The source of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Kinesis, then Firehose: each record is a JSON object, delivered as compressed lines.
    Stream,
    /// Objects that are uploaded to the raw bucket.
    Files {
        /// Their format.
        format: FileFormat,
    },
}

impl Source {
    /// Whether records come through a Kinesis data stream of the platform.
    #[must_use]
    pub fn has_stream(&self) -> bool {
        match self {
            Source::Stream => true,
            Source::Files { .. } => false,
        }
    }

    /// Whether objects are uploaded to the raw bucket over time.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        match self {
            Source::Stream => false,
            Source::Files { .. } => true,
        }
    }

    /// The format of the objects in the raw bucket.
    #[must_use]
    pub fn format(&self) -> &FileFormat {
        match self {
            Source::Stream => &FileFormat::Json,
            Source::Files { format } => format,
        }
    }
}

/// The format of an object in the raw bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// One JSON object per line.
    Json,
    /// Text with a header line that names the columns.
    Csv {
        /// One ASCII character: `,`, `;`, `|` or a tab.
        delimiter: char,
    },
    /// Parquet.
    Parquet,
}

/// The role of a dataset in the star schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An event; it may refer to dimensions.
    Fact,
    /// A table that facts refer to: one row per key, the latest record wins.
    Dimension,
}

/// How curated files are partitioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    /// One folder per hour of the event time.
    Hour,
    /// One folder per day of the event time.
    Day,
    /// One folder per month of the event time.
    Month,
    /// No partitions: for dimensions, and datasets without an event time.
    Whole,
}

/// The format of curated files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Parquet files that a manifest lists.
    Parquet,
    /// An Iceberg table.
    Iceberg,
}

/// How soon a record must be in Redshift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// With the next scheduled run.
    Scheduled,
    /// Within seconds, through a streaming materialized view, in addition to the scheduled load.
    Seconds,
}

/// Where the columns of the raw table come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Catalogue {
    /// The platform file, with partition projection.
    Declared,
    /// A crawler, in addition to the declared table, for files whose columns are not known in advance.
    Crawled,
}

/// A column of the records.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name.
    pub name: Identifier,
    /// The type in the record.
    pub data_type: Type,
    /// Whether a record may lack it. A record without a required value is quarantined.
    pub nullable: bool,
    /// The treatment of a value that contains personal data.
    pub sensitivity: Option<Sensitivity>,
    /// A description for people.
    pub description: Option<String>,
}

impl Column {
    /// The type in the curated table; `None` if it is dropped.
    #[must_use]
    pub fn curated_type(&self) -> Option<Type> {
        match self.sensitivity {
            None => Some(self.data_type),
            // 256 bits in hexadecimal.
            Some(Sensitivity::Hash) => Some(Type::String { length: 64 }),
            Some(Sensitivity::Mask) => Some(Type::String { length: 8 }),
            Some(Sensitivity::Drop) => None,
        }
    }
}

/// The treatment of a sensitive value before it is stored in the curated table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// A keyed hash (HMAC-SHA-256 in hexadecimal): equal values stay equal, so joins and counts work.
    Hash,
    /// The text `***` in place of a value.
    Mask,
    /// It never leaves the raw bucket.
    Drop,
}

/// A column computed from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// The name.
    pub name: Identifier,
    /// The expression.
    pub expression: Expression,
    /// A description for people.
    pub description: Option<String>,
}

/// A condition that records must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The name, which is the reason in quarantine.
    pub name: Identifier,
    /// A boolean over the record's columns; a record passes if it is true or null.
    pub expression: Expression,
    /// What happens to a record that fails.
    pub action: Action,
    /// The percentage of records that must pass for the run to succeed, a whole number; 0 means no threshold.
    pub threshold: u8,
}

/// What happens to a record that fails an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is quarantined with the reason.
    Quarantine,
    /// It is kept and counted.
    Warn,
    /// The run fails.
    Fail,
}

/// A fact's reference to a dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The name of the dimension in expressions: `customer.country`.
    pub alias: Identifier,
    /// The dataset, whose role is [`Role::Dimension`].
    pub dimension: Identifier,
    /// Pairs of the fact's column and the dimension's key column, with equal types; they cover the whole key, so that
    /// a fact matches at most one row.
    pub on: Vec<(Identifier, Identifier)>,
}
