//! [`Finding`]: what is wrong with a text, as a value.

pub use strataform_diagnostic::Severity;

pub use crate::code::Code;
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
