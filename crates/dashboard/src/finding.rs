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

/// Up to how many findings have suggestions.
const SUGGESTED: usize = 1_000;

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

    /// Adds it with the closest of the existing names; without one if there are many findings already, as in a generated file, because
    /// each name is compared with all others.
    pub(crate) fn push_near<'n>(
        self,
        findings: &mut Vec<Self>,
        word: &str,
        names: impl Iterator<Item = &'n str>,
    ) {
        let found = if findings.len() < SUGGESTED { self.suggest(word, names) } else { self };
        findings.push(found);
    }

    /// Suggests the closest of the existing names.
    fn suggest<'n>(self, word: &str, names: impl Iterator<Item = &'n str>) -> Self {
        match suggestion(word, names) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}
