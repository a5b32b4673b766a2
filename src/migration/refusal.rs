//! [`Refusal`]: why a change of the warehouse cannot be made.

use crate::diagnostic::Code;

/// Why a change of the warehouse cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its stable code.
    pub code: Code,
    /// What is wrong, in one line.
    pub summary: String,
    /// The causes, one line each.
    pub causes: Vec<String>,
    /// What to do next.
    pub help: String,
}

impl Refusal {
    /// A refusal with a code.
    pub(super) fn new(code: Code, summary: impl Into<String>) -> Self {
        Self { code, summary: summary.into(), causes: Vec::new(), help: String::new() }
    }

    /// Adds a cause.
    #[must_use]
    pub(super) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Sets what to do next.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}
