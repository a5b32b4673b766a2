//! What brings rows in and out.

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

/// Who reads or writes files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// `IAM_ROLE default`
    Default,
    /// `IAM_ROLE 'arn…'`; a chain of roles has commas.
    Role(String),
}

/// `COPY`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The table.
    pub table: Name,
    /// The columns; all where none are named.
    pub columns: Vec<Ident>,
    /// `FROM`
    pub source: String,
    /// Where the source stands.
    pub source_span: Span,
    /// Who reads the files.
    pub role: Option<Authorization>,
    /// What the files are; text with delimiters where nothing is said.
    pub format: Option<CopyFormat>,
    /// All else, in order.
    pub options: Vec<CopyOption>,
    /// `JOB CREATE name AUTO ON`
    pub job: Option<(Ident, Option<Switch>)>,
}

/// What files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyFormat {
    /// `PARQUET`
    Parquet,
    /// `ORC`
    Orc,
    /// `CSV`, and its quote.
    Csv(Option<String>),
    /// `JSON`: `auto`, `auto ignorecase`, `noshred` or a file of paths.
    Json(String),
    /// `AVRO`: `auto`, `auto ignorecase` or a file of paths.
    Avro(String),
}

/// An option of `COPY`, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOption {
    /// Which.
    pub kind: CopyOptionKind,
    /// Where.
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
            /// The first word.
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

            /// An option that is a word alone.
            pub(crate) fn flag(word: &str) -> Option<Self> {
                match word { $($flag_text => Some(Self::$flag),)* _ => None }
            }

            /// An option that has a text.
            pub(crate) fn text(word: &str) -> Option<fn(String) -> Self> {
                match word { $($text_text => Some(Self::$text as fn(String) -> Self),)* _ => None }
            }

            /// An option that has a number.
            pub(crate) fn number(word: &str) -> Option<fn(u64) -> Self> {
                match word { $($number_text => Some(Self::$number as fn(u64) -> Self),)* _ => None }
            }

            /// An option that is on or off.
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

/// Whether `COPY` chooses encodings.
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
    /// The rows; a text in the statement.
    pub query: Box<Query>,
    /// `TO`
    pub target: String,
    /// Where the target stands.
    pub target_span: Span,
    /// Who writes the files.
    pub role: Option<Authorization>,
    /// All else, in order.
    pub options: Vec<UnloadOption>,
}

/// An option of `UNLOAD`, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnloadOption {
    /// Which.
    pub kind: UnloadOptionKind,
    /// Where.
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
    /// By what folders are made.
    pub columns: Vec<Ident>,
    /// Whether the files have the columns, too.
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
    /// Where rows go.
    pub target: Name,
    /// Where they come from.
    pub source: Name,
    /// What the source is called.
    pub alias: Option<Ident>,
    /// Which rows belong together.
    pub on: Expression,
    /// What happens; none of it where `REMOVE DUPLICATES` is said.
    pub action: Option<(Matched, Vec<Ident>, Vec<Expression>)>,
}

/// What happens to a row that is there.
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
    /// Its columns; all where none are named.
    pub columns: Vec<Ident>,
    /// The rows.
    pub source: InsertSource,
}

/// What is inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InsertSource {
    /// `VALUES`; none is `DEFAULT`.
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
    /// What it is called.
    pub alias: Option<Ident>,
    /// What changes.
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
