//! Statements that load, unload and change rows.

use super::{Expression, Ident, Name, Query, Relation};
use crate::span::Span;

/// `ON` and `OFF`, `YES` and `NO`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// `ON`, `YES`
    On,
    /// `OFF`, `NO`
    Off,
}

/// How access to files is authorized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// `IAM_ROLE default`
    Default,
    /// `IAM_ROLE 'arn…'`; chained roles are separated by commas.
    Role(String),
}

/// `COPY`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The table.
    pub table: Name,
    /// The columns; empty for all.
    pub columns: Vec<Ident>,
    /// `FROM`
    pub source: String,
    /// The span of the source.
    pub source_span: Span,
    /// The IAM role that reads the files.
    pub role: Option<Authorization>,
    /// The file format; delimited text if `None`.
    pub format: Option<CopyFormat>,
    /// All other options, in order.
    pub options: Vec<CopyOption>,
    /// `JOB CREATE name AUTO ON`
    pub job: Option<(Ident, Option<Switch>)>,
}

/// A file format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyFormat {
    /// `PARQUET`
    Parquet,
    /// `ORC`
    Orc,
    /// `CSV`, and its quote character.
    Csv(Option<String>),
    /// `JSON`: `auto`, `auto ignorecase`, `noshred` or a `JSONPaths` file.
    Json(String),
    /// `AVRO`: `auto`, `auto ignorecase` or a `JSONPaths` file.
    Avro(String),
}

/// An option of `COPY`, and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOption {
    /// The option.
    pub kind: CopyOptionKind,
    /// Its span.
    pub span: Span,
}

macro_rules! options {
    ($(#[$doc:meta])* $type:ident; flags { $($flag:ident $flag_text:literal),* } texts { $($text:ident $text_text:literal),* }
     numbers { $($number:ident $number_text:literal),* } switches { $($switch:ident $switch_text:literal),* }
     $(others { $($other:ident($inner:ty) $other_text:literal),* })?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $type {
            $(#[doc = concat!("`", $flag_text, "`")] $flag,)*
            $(#[doc = concat!("`", $text_text, " 'text'`")] $text(String),)*
            $(#[doc = concat!("`", $number_text, " n`")] $number(u64),)*
            $(#[doc = concat!("`", $switch_text, " ON`")] $switch(Switch),)*
            $($(#[doc = concat!("`", $other_text, "`")] $other($inner),)*)?
        }

        impl $type {
            /// The first keyword.
            #[must_use]
            pub const fn word(&self) -> &'static str {
                match self {
                    $(Self::$flag => $flag_text,)*
                    $(Self::$text(_) => $text_text,)*
                    $(Self::$number(_) => $number_text,)*
                    $(Self::$switch(_) => $switch_text,)*
                    $($(Self::$other(_) => $other_text,)*)?
                }
            }

            /// The option without a value that has this keyword.
            pub(crate) fn flag(word: &str) -> Option<Self> {
                match word { $($flag_text => Some(Self::$flag),)* _ => None }
            }

            /// The option with a string value that has this keyword.
            pub(crate) fn text(word: &str) -> Option<fn(String) -> Self> {
                match word { $($text_text => Some(Self::$text as fn(String) -> Self),)* _ => None }
            }

            /// The option with a numeric value that has this keyword.
            pub(crate) fn number(word: &str) -> Option<fn(u64) -> Self> {
                match word { $($number_text => Some(Self::$number as fn(u64) -> Self),)* _ => None }
            }

            /// The option with `ON` or `OFF` that has this keyword.
            pub(crate) fn switch(word: &str) -> Option<fn(Switch) -> Self> {
                match word { $($switch_text => Some(Self::$switch as fn(Switch) -> Self),)* _ => None }
            }
        }
    };
}

options! {
    /// An option of `COPY`.
    CopyOptionKind;
    flags {
        Manifest "MANIFEST", Gzip "GZIP", Bzip2 "BZIP2", Lzop "LZOP", Zstd "ZSTD", FillRecord "FILLRECORD",
        SerializeToJson "SERIALIZETOJSON", ExplicitIds "EXPLICIT_IDS", RemoveQuotes "REMOVEQUOTES", Escape "ESCAPE",
        AcceptAnyDate "ACCEPTANYDATE", BlanksAsNull "BLANKSASNULL", EmptyAsNull "EMPTYASNULL",
        IgnoreBlankLines "IGNOREBLANKLINES", RoundDec "ROUNDEC", TrimBlanks "TRIMBLANKS",
        TruncateColumns "TRUNCATECOLUMNS", NoLoad "NOLOAD", IgnoreAllErrors "IGNOREALLERRORS"
    }
    texts {
        Delimiter "DELIMITER", Null "NULL", DateFormat "DATEFORMAT", TimeFormat "TIMEFORMAT", Region "REGION",
        Encoding "ENCODING", FixedWidth "FIXEDWIDTH"
    }
    numbers { MaxError "MAXERROR", IgnoreHeader "IGNOREHEADER", CompRows "COMPROWS", ReadRatio "READRATIO" }
    switches { StatUpdate "STATUPDATE" }
    others { AcceptInvChars(Option<String>) "ACCEPTINVCHARS", CompUpdate(CompUpdate) "COMPUPDATE" }
}

/// Whether `COPY` applies compression encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompUpdate {
    /// `ON`
    On,
    /// `OFF`
    Off,
    /// `PRESET`
    Preset,
}

/// `UNLOAD`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unload {
    /// The query, which is a string in the statement.
    pub query: Box<Query>,
    /// `TO`
    pub target: String,
    /// The span of the target.
    pub target_span: Span,
    /// The IAM role that writes the files.
    pub role: Option<Authorization>,
    /// All other options, in order.
    pub options: Vec<UnloadOption>,
}

/// An option of `UNLOAD`, and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnloadOption {
    /// The option.
    pub kind: UnloadOptionKind,
    /// Its span.
    pub span: Span,
}

options! {
    /// An option of `UNLOAD`.
    UnloadOptionKind;
    flags {
        Parquet "PARQUET", Csv "CSV", Json "JSON", Manifest "MANIFEST", ManifestVerbose "MANIFEST VERBOSE",
        Header "HEADER", AddQuotes "ADDQUOTES", Escape "ESCAPE", AllowOverwrite "ALLOWOVERWRITE",
        CleanPath "CLEANPATH", Gzip "GZIP", Bzip2 "BZIP2", Zstd "ZSTD", Encrypted "ENCRYPTED"
    }
    texts { Delimiter "DELIMITER", Null "NULL", Region "REGION", Extension "EXTENSION", KmsKeyId "KMS_KEY_ID" }
    numbers { MaxFileSizeMegabytes "MAXFILESIZE", RowGroupSizeMegabytes "ROWGROUPSIZE" }
    switches { Parallel "PARALLEL" }
    others { PartitionBy(Partitions) "PARTITION" }
}

/// `PARTITION BY (columns) INCLUDE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partitions {
    /// The columns that make the folders.
    pub columns: Vec<Ident>,
    /// Whether the files also contain the columns.
    pub include: bool,
}

/// `column = value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The column.
    pub column: Ident,
    /// The value.
    pub value: Expression,
}

/// `MERGE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The target table.
    pub target: Name,
    /// The source table.
    pub source: Name,
    /// The alias of the source.
    pub alias: Option<Ident>,
    /// The join condition.
    pub on: Expression,
    /// What to do with matched and unmatched rows; `None` for `REMOVE DUPLICATES`.
    pub action: Option<(Matched, Vec<Ident>, Vec<Expression>)>,
}

/// What to do with a matched row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matched {
    /// `UPDATE SET`
    Update(Vec<Assignment>),
    /// `DELETE`
    Delete,
}

/// `INSERT`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The table.
    pub table: Name,
    /// Its columns; empty for all.
    pub columns: Vec<Ident>,
    /// The rows.
    pub source: InsertSource,
}

/// The source of inserted rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertSource {
    /// `VALUES`; `None` is `DEFAULT`.
    Values(Vec<Vec<Option<Expression>>>),
    /// A query.
    Query(Box<Query>),
    /// `DEFAULT VALUES`
    Defaults,
}

/// `UPDATE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The table.
    pub table: Name,
    /// Its alias.
    pub alias: Option<Ident>,
    /// `SET`
    pub assignments: Vec<Assignment>,
    /// `FROM`
    pub from: Vec<Relation>,
    /// `WHERE`
    pub filter: Option<Expression>,
}

/// `DELETE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The table.
    pub table: Name,
    /// `USING`
    pub using: Vec<Relation>,
    /// `WHERE`
    pub filter: Option<Expression>,
}
