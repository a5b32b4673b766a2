//! [`Diagnostic`]: what is wrong with what a user wrote.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::code::{Code, Severity};

/// Help for a fault of Strataform's own.
pub const BUG: &str = "this is a bug in gen; report it with your platform file";

/// A place in the user's file, and what is to see there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is to see; empty where the summary says it.
    pub text: String,
}

/// What is wrong with what a user wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub summary: String,
    /// Why that is so; empty where the summary says it.
    pub cause: String,
    /// Where: the first is the place to go to. Empty where the whole file is meant.
    pub labels: Vec<Label>,
    /// What to do next.
    pub help: String,
    /// The file of the places, where it is not the platform file.
    pub file: Option<PathBuf>,
}

impl Diagnostic {
    /// An error at a place.
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
        }
    }

    /// An error of no place in the file.
    #[must_use]
    pub fn unplaced(code: Code, summary: impl Into<String>) -> Self {
        Self { labels: Vec::new(), ..Self::error(code, 0..0, summary) }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(code: Code, span: Range<usize>, summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, summary) }
    }

    /// With why that is so.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = cause.into();
        self
    }

    /// With a text at the first place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// With another place.
    #[must_use]
    pub fn also(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Of another file than the platform file.
    #[must_use]
    pub fn of(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    /// With the help that it is a fault of Strataform's own.
    #[must_use]
    pub fn our_bug(self) -> Self {
        self.help(BUG)
    }

    /// With what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// A file of the user's, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// What to call it in messages.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}
