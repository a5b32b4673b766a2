//! [`Finding`]: a problem in a dashboard, as a value.

pub use strataform_diagnostic::Severity;
use strataform_diagnostic::suggestion;

pub use crate::code::Code;
use crate::json::At;

/// A problem: what is wrong, where, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// Where in the document: a JSON pointer.
    pub path: String,
    /// What is wrong, in one line.
    pub summary: String,
    /// What to do next; empty if the summary is enough.
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

    /// Suggests the closest of the existing names.
    pub(crate) fn suggest<'n>(self, word: &str, names: impl Iterator<Item = &'n str>) -> Self {
        match suggestion(word, names) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}
