//! [`Finding`]: a problem in the SQL text, as a value.

pub use strataform_diagnostic::Severity;

pub use crate::code::Code;
use crate::span::Span;

/// A problem: what is wrong, where, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// The severity.
    pub severity: Severity,
    /// Where in the text.
    pub span: Span,
    /// What is wrong, in one line.
    pub summary: String,
    /// Why it is wrong; empty if the summary is enough.
    pub cause: String,
    /// What to do next; empty if the summary is enough.
    pub help: String,
}

impl Finding {
    /// Returns an error without a cause or a help text.
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

    /// Returns a warning without a cause or a help text.
    #[must_use]
    pub fn warning(code: Code, span: Span, summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, summary) }
    }

    /// Sets the cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    /// Sets the help text.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}
