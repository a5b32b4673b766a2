//! [`Finding`]: what is wrong with a dashboard, as a value.

pub use strataform_diagnostic::Severity;
use strataform_diagnostic::suggestion;

pub use crate::code::Code;
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
