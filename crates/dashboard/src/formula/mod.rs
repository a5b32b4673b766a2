//! [`Formula`]: the parsed and typed expression of a calculated field.
//!
//! In: the text of an expression, and the types of its columns and parameters. Out: its type, whether it aggregates
//! rows, or faults with their positions in the text. It knows the functions that QuickSight documents; of table
//! calculations (`runningSum`, `lag`) it knows the name, the type of the value and of the result, and whether a
//! calculation level makes them functions of single rows.

mod combined;
mod functions;
mod hint;
mod parse;
mod types;
mod window;

use std::ops::Range;

pub use combined::Combined;
pub use hint::Hint;
pub use parse::Formula;

/// The parameter that stands for the fields of a visual; QuickSight declares it.
pub(crate) const VISUAL_DIMENSIONS: &str = "visualDimensions";

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A string.
    Text,
    /// An integer.
    Integer,
    /// A number with decimal places.
    Decimal,
    /// A date and time.
    Date,
    /// True or false: only conditions accept it, and visuals cannot show it.
    Boolean,
    /// Not known: it is compatible with every type.
    Unknown,
}

impl ValueType {
    fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Unknown)
    }

    fn text(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer | Self::Decimal => "a number",
            Self::Date => "a date",
            Self::Boolean => "a condition",
            Self::Unknown => "unknown",
        }
    }
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The type of the value.
    pub sort: ValueType,
    /// Whether it aggregates rows: `sum({amount})` does, `{amount} * 2` does not.
    pub aggregated: bool,
}

/// A problem in an expression, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The range of bytes in the text.
    pub span: Range<usize>,
    /// What is wrong, in one line.
    pub summary: String,
    /// What to do next; empty if the summary is enough.
    pub help: String,
    /// Whether it is certainly wrong: an unknown function may be newer than the list here.
    pub certain: bool,
}

impl Fault {
    fn new(span: Range<usize>, summary: impl Into<String>) -> Self {
        Self { span, summary: summary.into(), help: String::new(), certain: true }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// Resolves the names in an expression.
pub trait Names {
    /// The type of a column or another calculated field; `None` if it does not exist.
    fn column(&self, name: &str) -> Option<Typed>;
    /// The type of a parameter; `None` if it does not exist.
    fn parameter(&self, name: &str) -> Option<ValueType>;
    /// The help text for an unknown column.
    fn suggest_column(&self, name: &str) -> String;
    /// The help text for an unknown parameter.
    fn suggest_parameter(&self, name: &str) -> String;
}
