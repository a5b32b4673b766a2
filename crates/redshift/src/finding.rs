//! [`Finding`]: what is wrong with a text, as a value.

use std::fmt;

pub use strataform_diagnostic::Severity;

use crate::span::Span;

/// What is wrong, where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The place.
    pub span: Span,
    /// What is wrong, in one line.
    pub summary: String,
    /// Why that is so; empty where the summary says it.
    pub cause: String,
    /// What to do next; empty where the summary says it.
    pub help: String,
}

impl Finding {
    /// An error.
    #[must_use]
    pub fn error(code: Code, span: Span, summary: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            span,
            summary: summary.into(),
            cause: String::new(),
            help: String::new(),
        }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: Code, span: Span, summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, summary) }
    }

    /// With why that is so.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal;)*) => {
        /// A stable code; what each means is also in `docs/sql.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As users read it, such as `SQL0101`.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

codes! {
    Endless "SQL0001" "A text, a quoted name, a body or a comment has no end.";
    Syntax "SQL0002" "The words do not make a statement.";
    NotRedshift "SQL0003" "The statement or clause is another database's; Redshift has none such.";
    NotCovered "SQL0004" "Redshift knows the statement or clause, this layer does not, so it cannot vouch for it.";
    TooDeep "SQL0005" "Expressions or queries are nested too deeply.";

    Type "SQL0101" "Redshift has no such type.";
    TypeSize "SQL0102" "A length, precision or scale is out of Redshift's range.";
    Encoding "SQL0103" "Redshift has no such compression encoding.";
    EncodingOfType "SQL0104" "The encoding is not for columns of this type.";
    Identity "SQL0105" "An identity column is INTEGER or BIGINT, and has no DEFAULT.";
    DuplicateColumn "SQL0106" "A column is named twice.";
    SystemColumn "SQL0107" "The name belongs to a system column.";
    NameLength "SQL0108" "A name is longer than 127 bytes.";
    ShortText "SQL0109" "A type without a length holds less than its name suggests.";
    ColumnCount "SQL0110" "A table has more than 1,600 columns.";
    ReservedWord "SQL0111" "A reserved word stands as a name without quotes.";

    DistributionKey "SQL0201" "A table has one DISTKEY of one column.";
    DistributionStyle "SQL0202" "DISTSTYLE and DISTKEY do not go together.";
    SortKey "SQL0203" "A table has one SORTKEY, of at most 400 columns, or 8 interleaved ones.";
    KeyColumn "SQL0204" "A key names a column that the table has not.";
    KeyType "SQL0205" "A column of this type is no key.";
    Constraint "SQL0206" "Redshift has no such constraint.";
    RepeatedClause "SQL0207" "A clause stands twice.";

    AddNotNull "SQL0301" "A column that is added and NOT NULL needs a DEFAULT.";
    AlterType "SQL0302" "ALTER COLUMN TYPE changes the length of a VARCHAR and nothing else.";
    AlterTogether "SQL0303" "These changes of a table do not go into one statement.";
    AlterColumn "SQL0304" "Redshift cannot change this of a column.";
    AlterSortKey "SQL0305" "A table cannot be changed to an interleaved SORTKEY.";

    MergeSource "SQL0401" "MERGE reads from a table.";
    MergeAlias "SQL0402" "MERGE takes no alias of its target.";
    MergeBranches "SQL0403" "MERGE needs both WHEN MATCHED and WHEN NOT MATCHED, without further conditions.";
    MergeColumns "SQL0404" "MERGE sets or inserts columns that do not match its values.";

    ViewOrder "SQL0501" "A materialized view has no ORDER BY, LIMIT or OFFSET.";
    ViewMutable "SQL0502" "A view that refreshes itself calls a function whose result changes.";
    ViewClause "SQL0503" "The clause is not one of a materialized view, or stands in the wrong place.";
    ViewColumn "SQL0504" "A column of a view has no name, or one that another has.";
    ViewBinding "SQL0505" "A view WITH NO SCHEMA BINDING names its tables with their schemas.";

    Credentials "SQL0601" "COPY and UNLOAD are authorised by an IAM role, never by keys in the text.";
    CopyOption "SQL0602" "Redshift's COPY or UNLOAD has no such option.";
    CopyFormat "SQL0603" "The option is not for this format.";
    CopyRepeated "SQL0604" "An option stands twice, or beside another that excludes it.";
    CopySource "SQL0605" "The files are named by a URL that begins with s3://.";

    Clause "SQL0701" "Redshift's queries have no such clause.";
    ForeignFunction "SQL0702" "The function is another database's.";
    UnknownFunction "SQL0703" "There is no such function.";
    Arguments "SQL0704" "The function takes another number of arguments.";
    DatePart "SQL0705" "There is no such part of a date.";
    Aggregate "SQL0706" "An aggregate or window function stands where none may be.";
    Grouping "SQL0707" "A column is neither grouped nor aggregated.";
    ValueCount "SQL0708" "The number of values is not the number of columns.";
    Pattern "SQL0709" "The text is not what the function reads.";

    UnknownTable "SQL0801" "No statement so far has made the table or view.";
    UnknownColumn "SQL0802" "The tables that are read have no such column.";
    AmbiguousColumn "SQL0803" "Several tables that are read have the column.";
    UnknownSchema "SQL0804" "No statement so far has made the schema.";
    UnknownRole "SQL0805" "No statement so far has made the role or user.";
    Exists "SQL0806" "An earlier statement has made it already.";
    Alias "SQL0807" "Two tables of a query have one name.";

    Privilege "SQL0901" "Redshift has no such privilege, or not on that kind of object.";
    Password "SQL0902" "A password stands in the text.";
}
