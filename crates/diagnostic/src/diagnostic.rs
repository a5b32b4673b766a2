//! [`Diagnostic`]: a problem in a user's file.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::code::{Code, Severity};

/// The help text for a bug in Strataform.
pub const BUG: &str = "this is a bug in gen; report it with your platform file";

/// A place in the user's file, and a note about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place, in bytes of the file.
    pub span: Range<usize>,
    /// A few words about the place; empty if the summary suffices.
    pub text: String,
}

/// A problem in a user's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// Its severity.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub summary: String,
    /// Why it is wrong; empty if the summary suffices.
    pub cause: String,
    /// The places; the first is the primary one. Empty if the problem concerns the whole file.
    pub labels: Vec<Label>,
    /// What to do next.
    pub help: String,
    /// The file of the places, unless it is the platform file.
    pub file: Option<PathBuf>,
    /// Who accepts it, if someone does: it is then reported, and counts as a warning at most.
    pub suppressed: Option<Box<Suppressed>>,
}

/// Who accepts a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suppressed {
    /// The team, in its platform file.
    ByTeam {
        /// Why.
        reason: String,
        /// The last day, as `2027-03-01`.
        until: String,
    },
    /// The metadata of the resource in the template.
    ByTemplate,
}

impl fmt::Display for Suppressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByTeam { reason, until } => write!(f, "accepted until {until}: {reason}"),
            Self::ByTemplate => f.write_str("accepted by `SuppressedRules` in the metadata of the resource"),
        }
    }
}

impl Diagnostic {
    /// Returns an error at a place.
    #[must_use]
    pub fn error(code: Code, span: Range<usize>, summary: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            summary: summary.into(),
            cause: String::new(),
            labels: vec![Label { span, text: String::new() }],
            help: String::new(),
            file: None,
            suppressed: None,
        }
    }

    /// Returns an error without a place in the file.
    #[must_use]
    pub fn unplaced(code: Code, summary: impl Into<String>) -> Self {
        Self { labels: Vec::new(), ..Self::error(code, 0..0, summary) }
    }

    /// Returns a warning at a place.
    #[must_use]
    pub fn warning(code: Code, span: Range<usize>, summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, summary) }
    }

    /// Sets the cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    /// Sets the text of the first label.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Adds a label.
    #[must_use]
    pub fn also(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Sets the file, for a file other than the platform file.
    #[must_use]
    pub fn of(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    /// Sets the help to [`BUG`].
    #[must_use]
    pub fn our_bug(self) -> Self {
        self.help(BUG)
    }

    /// Marks the finding as accepted.
    #[must_use]
    pub fn suppressed(mut self, by: Suppressed) -> Self {
        self.severity = Severity::Warning;
        self.suppressed = Some(Box::new(by));
        self
    }

    /// Sets the help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// A file of the user, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path in messages.
    pub path: PathBuf,
    /// Its contents.
    pub text: String,
}

impl SourceFile {
    /// The line and the column of a byte, both from 1; columns count characters. `None` if the text does not have the byte.
    #[must_use]
    pub fn position(&self, byte: usize) -> Option<(usize, usize)> {
        let before = self.text.get(..byte)?;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Some((before.matches('\n').count() + 1, column))
    }
}
