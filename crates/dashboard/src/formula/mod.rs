//! [`Formula`]: an expression of a calculated field, read and typed.
//!
//! In: the text of an expression, and what each of its columns and parameters is. Out: what it gives, whether it puts
//! rows together, or the faults with their places in the text. It knows the functions that the service documents; of
//! those that compute over a table (`runningSum`, `lag`) it knows the name and that they give a number.

mod functions;
mod parse;
mod types;

use std::ops::Range;

pub use parse::Formula;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Words.
    Text,
    /// A whole number.
    Integer,
    /// A number with digits behind the point.
    Decimal,
    /// A moment.
    Date,
    /// True or false: only conditions take it, no visual shows it.
    Boolean,
    /// Nobody knows: it goes with everything.
    Unknown,
}

impl Sort {
    fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Unknown)
    }

    fn text(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer | Self::Decimal => "a number",
            Self::Date => "a date",
            Self::Boolean => "true or false",
            Self::Unknown => "unknown",
        }
    }
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typed {
    /// What the value is.
    pub sort: Sort,
    /// Whether it puts rows together: `sum({amount})` does, `{amount} * 2` does not.
    pub aggregated: bool,
}

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// What is wrong, in one line.
    pub summary: String,
    /// What to do; empty where the summary says it.
    pub help: String,
    /// Whether it is surely wrong: a function that is not known here may be newer than this list.
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

/// What the names in an expression mean.
pub trait Names {
    /// What a column or another calculated field is; `None` where there is no such.
    fn column(&self, name: &str) -> Option<Typed>;
    /// What a parameter is; `None` where there is no such.
    fn parameter(&self, name: &str) -> Option<Sort>;
    /// A line of help for a column that there is not.
    fn meant(&self, name: &str) -> String;
    /// A line of help for a parameter that there is not.
    fn meant_parameter(&self, name: &str) -> String;
}
