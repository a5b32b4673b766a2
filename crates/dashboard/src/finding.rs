//! [`Finding`]: what is wrong with a dashboard, as a value.

use std::fmt;

pub use strataform_diagnostic::Severity;
use strataform_diagnostic::suggestion;

use crate::json::At;

/// What is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The place: a JSON pointer into the document.
    pub path: String,
    /// What is wrong, in one line.
    pub summary: String,
    /// What to do next; empty where the summary says it.
    pub help: String,
}

impl Finding {
    pub(crate) fn error(code: Code, at: &At<'_>, summary: impl Into<String>) -> Self {
        let (path, summary) = (at.path.clone(), summary.into());
        Self { code, severity: Severity::Error, path, summary, help: String::new() }
    }

    pub(crate) fn warning(code: Code, at: &At<'_>, summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, at, summary) }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// With the nearest of the names that there are.
    pub(crate) fn meant<'n>(self, word: &str, names: impl Iterator<Item = &'n str>) -> Self {
        match suggestion(word, names) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}

macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal;)*) => {
        /// A stable code; what each means is also in `docs/dashboards.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// `QS0102`
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

codes! {
    Document "QS0001" "The document has no dashboard.";
    Schema "QS0002" "A value is not what the schema of its resource type takes.";
    DataSet "QS0101" "A data set is used that is not declared.";
    Column "QS0102" "A column is used that its data set does not have.";
    Parameter "QS0103" "A parameter is used that is not declared.";
    ControlFilter "QS0104" "A control is of a filter that there is not.";
    ControlParameter "QS0105" "A control is of a parameter that there is not.";
    ScopeSheet "QS0106" "A filter is for a sheet that there is not.";
    ScopeVisual "QS0107" "A filter is for a visual that its sheet does not have.";
    Element "QS0108" "A layout places what its sheet does not have, or calls it something else.";
    Unplaced "QS0109" "A visual or a text stands nowhere in its sheet's layout.";
    Sort "QS0110" "A visual is sorted by a field that it does not have.";
    Field "QS0111" "A setting of a visual is about a field that it does not have.";
    NoDataSet "QS0112" "A declaration leads to a resource that is no data set.";
    Duplicate "QS0201" "Two things have one id.";
    Id "QS0202" "An id has characters that the service does not take.";
    FieldType "QS0301" "A field's kind does not fit its column's type.";
    FilterType "QS0302" "A filter's kind does not fit its column's type.";
    Forecast "QS0303" "A forecast needs dates on the axis.";
    Mixed "QS0304" "A visual shows columns of several data sets.";
    Arity "QS0305" "A control chooses one value or many, and its parameter the other.";
    Expression "QS0401" "A calculated field is no expression.";
    Redefined "QS0402" "A calculated field is defined twice.";
    Shadow "QS0403" "A calculated field is called like a column of its data set.";
    Formula "QS0404" "A calculated field uses a function or a value in a way that the service does not take.";
    Cycle "QS0405" "A calculated field is computed from itself.";
    Grid "QS0501" "An element passes the edge of the grid.";
    Overlap "QS0502" "Two elements overlap.";
    Union "QS0601" "Exactly one member must be given.";
    Source "QS0602" "A dashboard has a definition or a source, and not both.";
    Table "QS0701" "A table of a data set is used that there is not.";
    Required "QS0702" "The service asks for a property that the template's schema does not.";
    Schedule "QS0801" "A refresh cannot run so.";
    Lookback "QS0802" "An incremental refresh looks back over a column that is no date of the data set.";
    Action "QS0901" "There is no such action.";
    Actions "QS0902" "The actions are neither an owner's nor a reader's.";
    Connection "QS1001" "A data source's parameters are not those of its type.";
    Limit "QS1101" "There are more of them than the service takes.";
    Kpi "QS1201" "A KPI whose options are half given stays blank.";
    Uncontrolled "QS1202" "A filter asks a parameter that no control sets, and that has no default.";
    DateDefault "QS1203" "A date parameter without a default breaks its picker.";
    SheetName "QS1204" "The tab of a sheet whose name is one character is not shown.";
    Break "QS1205" "A line break within an item of a list is refused.";
    AxisLabel "QS1206" "An axis label that says not what it applies to is not shown.";
    Dropdown "QS1207" "A list of fixed values beside all values is refused.";
    Colour "QS1208" "A colour is written in capitals: #1A2B3C.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
