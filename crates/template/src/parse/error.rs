//! Errors of parsing a template, with their positions.

/// One error in the text of a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct ParseError {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
    /// What is wrong and, where it helps, what to do.
    pub reason: String,
}

/// All errors that were found in the text of a template, in order of position; at least one.
///
/// A syntax error stops parsing, because what follows cannot be interpreted reliably.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid template{}", reasons(_0))]
pub struct ParseErrors(pub Vec<ParseError>);

impl ParseErrors {
    /// The position of the last error: how far parsing came.
    pub(super) fn reach(&self) -> Place {
        self.0.iter().map(|error| Place { line: error.line, column: error.column }).max().unwrap_or_default()
    }
}

impl From<ParseError> for ParseErrors {
    fn from(error: ParseError) -> Self {
        Self(vec![error])
    }
}

fn reasons(errors: &[ParseError]) -> String {
    match errors {
        [error] => format!(": {error}"),
        errors => {
            let lines: String =
                errors.iter().flat_map(|error| ["\n  ".to_owned(), error.to_string()]).collect();
            format!(", {} errors{lines}", errors.len())
        }
    }
}

/// A position in a text: line and character, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    /// The position of a byte of `text`.
    pub(super) fn of_byte(text: &str, byte: usize) -> Self {
        let before: String = text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, c)| c).collect();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
        Self { line, column }
    }

    /// An error at this position.
    pub(super) fn error(self, reason: impl Into<String>) -> ParseError {
        ParseError { line: self.line, column: self.column, reason: reason.into() }
    }
}
