//! [`Dataset`]: one kind of record, from where it comes in to the columns that analysts see.

use super::{Expression, Identifier, Period, Schedule, Type, Volume};

/// One kind of record.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// What it is called everywhere.
    pub name: Identifier,
    /// A sentence for people, which becomes comments in the catalogue and in Redshift.
    pub description: Option<String>,
    /// Where its records come from.
    pub source: Source,
    /// What it is in the star.
    pub role: Role,
    /// The columns that together name a record: duplicates are found and rows are merged by them.
    /// Never empty, never nullable, never JSON.
    pub key: Vec<Identifier>,
    /// The column that says when it happened; the latest record of a key wins. A stream always has one.
    pub event_time: Option<Identifier>,
    /// How curated files are laid out by `event_time`.
    pub partition: Partition,
    /// How curated files are kept.
    pub table_format: TableFormat,
    /// What the records hold, in the order of the file.
    pub columns: Vec<Column>,
    /// Columns computed from the others, in the order of the file; none uses another derived column.
    pub derived: Vec<Derived>,
    /// What must hold of a record.
    pub expectations: Vec<Expectation>,
    /// The dimensions that a fact refers to.
    pub joins: Vec<Join>,
    /// How soon a record must be in Redshift.
    pub freshness: Freshness,
    /// How late a record may come and still be merged into what has been loaded.
    pub late: Period,
    /// Who says what columns the raw table has.
    pub catalogue: Catalogue,
    /// How much of it there is, where the file says so for this dataset.
    pub volume: Option<Volume>,
    /// When it is processed, where the file says so for this dataset.
    pub schedule: Option<Schedule>,
}

impl Dataset {
    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns of the curated table: those of the records as they are stored (hashed and masked ones
    /// are text, dropped ones are gone), then the derived ones.
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
}

/// The columns that stored rows have beside those of the platform file, and after them: when the file of a record
/// arrived, in which attempt to process it the row was made, and a hash of its curated values. With the event
/// time before them they put all versions of a key in one order, so that rows of several runs give the same
/// table whichever run came first. No column of a platform file is called so: its names have no two
/// underscores in a row.
pub const ORDER_COLUMNS: [(&str, Type); 3] =
    [("arrived__at", Type::Timestamp), ("row__attempt", Type::Integer), ("row__hash", Type::Bigint)];

/// A column of a curated table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CuratedColumn<'a> {
    /// What it is called.
    pub name: &'a Identifier,
    /// What it holds.
    pub data_type: Type,
    /// Whether it may hold nothing.
    pub nullable: bool,
    /// A sentence for people.
    pub description: Option<&'a str>,
}

/// Where records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Kinesis, then Firehose: one JSON object a record, delivered as compressed lines.
    Stream,
    /// Objects that somebody drops in the raw bucket.
    Files {
        /// What is in them.
        format: FileFormat,
    },
}

impl Source {
    /// Whether records come through a Kinesis data stream of the platform's own, which never ends.
    #[must_use]
    pub fn has_stream(&self) -> bool {
        match self {
            Source::Stream => true,
            Source::Files { .. } => false,
        }
    }

    /// Whether somebody drops objects into the raw bucket, one after the other.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        match self {
            Source::Stream => false,
            Source::Files { .. } => true,
        }
    }

    /// What is in the objects of the raw bucket.
    #[must_use]
    pub fn format(&self) -> &FileFormat {
        match self {
            Source::Stream => &FileFormat::Json,
            Source::Files { format } => format,
        }
    }
}

/// What is in an object of the raw bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// One JSON object a line.
    Json,
    /// Text with a header line that names the columns.
    Csv {
        /// One ASCII character: `,`, `;`, `|` or a tab.
        delimiter: char,
    },
    /// Parquet.
    Parquet,
}

/// What a dataset is in the star.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Something that happened; it may refer to dimensions.
    Fact,
    /// Something that facts refer to; one row a key, the latest record wins.
    Dimension,
}

/// How curated files are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    /// A folder an hour of the event time.
    Hour,
    /// A folder a day of the event time.
    Day,
    /// A folder a month of the event time.
    Month,
    /// No folders: dimensions, and what has no event time.
    Whole,
}

/// How curated files are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Parquet files that a manifest names.
    Parquet,
    /// An Iceberg table.
    Iceberg,
}

/// How soon a record must be in Redshift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// With the next scheduled run.
    Scheduled,
    /// Within seconds, by a streaming view over the stream, beside the scheduled load.
    Seconds,
}

/// Who says what columns the raw table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Catalogue {
    /// The platform file, with partitions projected.
    Declared,
    /// A crawler, beside the declared table, for files whose columns nobody controls.
    Crawled,
}

/// A column of the records.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What it is called.
    pub name: Identifier,
    /// What the record holds.
    pub data_type: Type,
    /// Whether a record may lack it. A record that lacks one that it must have goes to quarantine.
    pub nullable: bool,
    /// What to do with it where it tells something of a person.
    pub sensitivity: Option<Sensitivity>,
    /// A sentence for people.
    pub description: Option<String>,
}

impl Column {
    /// What the curated table holds; `None` where it is dropped.
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

/// What to do with a sensitive value before it is stored in the curated table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// A keyed hash (HMAC-SHA-256 in hexadecimal): equal values stay equal, so joins and counts work.
    Hash,
    /// The text `***` where there is a value.
    Mask,
    /// It never leaves the raw bucket.
    Drop,
}

/// A column computed from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// What it is called.
    pub name: Identifier,
    /// How it is computed.
    pub expression: Expression,
    /// A sentence for people.
    pub description: Option<String>,
}

/// What must hold of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// What it is called: the reason that stands in quarantine.
    pub name: Identifier,
    /// A boolean over the columns of the record; a record passes where it is true or null.
    pub expression: Expression,
    /// What happens to a record that fails.
    pub action: Action,
    /// Whole per cent of the records that must pass for the run to succeed; 0 asks nothing.
    pub threshold: u8,
}

/// What happens to a record that fails an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It goes to quarantine with the reason.
    Quarantine,
    /// It stays, and is counted.
    Warn,
    /// The run fails.
    Fail,
}

/// A fact's reference to a dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// What expressions call the dimension: `customer.country`.
    pub alias: Identifier,
    /// The dataset, whose role is [`Role::Dimension`].
    pub dimension: Identifier,
    /// Pairs of the fact's column and the dimension's key column, of equal types; they cover its whole key,
    /// so that a fact finds one row or none.
    pub on: Vec<(Identifier, Identifier)>,
}
