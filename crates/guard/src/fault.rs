//! Why a rule file cannot be used, or could not be evaluated.
//!
//! In: what the parser or the evaluator reported. Out: a fault with its file and, if known, its place there. It prints nothing.

use std::fmt;

use cloudformation_guard_lang::errors::Error;
use cloudformation_guard_lang::exprs::FileLocation;

/// A place in a rule file, both numbers from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Number of the line.
    pub line: u32,
    /// Number of the character in the line.
    pub column: u32,
}

/// What is wrong with a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardFault {
    /// Name of the rule file.
    pub file: String,
    /// Where in the file; unknown for most faults of an evaluation.
    pub place: Option<Position>,
    /// What is wrong, in lower case, without a period.
    pub summary: String,
    /// What to do, as an imperative, if there is something to do.
    pub help: Option<String>,
}

impl GuardFault {
    pub(crate) fn new(file: &str, summary: impl Into<String>) -> Self {
        Self { file: file.to_owned(), place: None, summary: summary.into(), help: None }
    }

    pub(crate) fn at(self, location: &FileLocation<'_>) -> Self {
        self.place(Position { line: location.line, column: location.column })
    }

    pub(crate) fn place(mut self, place: Position) -> Self {
        self.place = Some(place);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The fault for what the parser of the language reports: a text that names the line and the column.
    pub(crate) fn of_parser(file: &str, error: &Error) -> Self {
        let report = match error {
            Error::ParseError(report) => report.clone(),
            other => other.to_string(),
        };
        let place = report.split(" at line ").nth(1).and_then(|rest| {
            let (line, rest) = rest.split_once(" at column ")?;
            let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
            Some(Position { line: line.parse().ok()?, column: column.parse().ok()? })
        });
        let near = report.split(", fragment ").nth(1).or_else(|| report.split(", remaining ").nth(1));
        let near = near.and_then(|text| text.lines().next()).map(str::trim).filter(|text| !text.is_empty());
        let summary = near.map_or_else(
            || "invalid Guard rule".to_owned(),
            |near| format!("invalid Guard rule near `{near}`"),
        );
        Self { file: file.to_owned(), place, summary, help: None }
    }
}

impl fmt::Display for GuardFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(Position { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.summary)
    }
}

impl std::error::Error for GuardFault {}
