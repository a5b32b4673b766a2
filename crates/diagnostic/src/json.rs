//! Diagnostics as JSON, in the same form for every command.

use serde::Serialize;

use crate::{Code, Diagnostic, Severity, SourceFile, Suppressed};

/// A finding with its line and column, both from 1; columns count characters.
#[derive(Debug, Serialize)]
pub struct Finding<'a> {
    code: &'static str,
    severity: &'static str,
    summary: &'a str,
    cause: &'a str,
    help: &'a str,
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    /// Bytes of the file: the first, and the one after the last.
    span: Option<[usize; 2]>,
    /// A JSON pointer into the file, if that is how places are reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    /// Who accepts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<Accepted<'a>>,
}

/// Who accepts a finding.
#[derive(Debug, Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
enum Accepted<'a> {
    Team { reason: &'a str, until: &'a str },
    Template,
}

impl<'a> Accepted<'a> {
    fn of(by: &'a Suppressed) -> Self {
        match by {
            Suppressed::ByTeam { reason, until } => Self::Team { reason, until },
            Suppressed::ByTemplate => Self::Template,
        }
    }
}

impl<'a> Finding<'a> {
    /// Returns the finding for a diagnostic of a file.
    #[must_use]
    pub fn of(file: &SourceFile, one: &'a Diagnostic) -> Self {
        let span = one.labels.first().map(|label| label.span.clone());
        let position = span.as_ref().and_then(|span| file.position(span.start));
        Self {
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            span: span.map(|span| [span.start, span.end]),
            cause: &one.cause,
            path: None,
            suppressed: one.suppressed.as_deref().map(Accepted::of),
            ..Self::at(one.code, one.severity, file.path.display().to_string(), &one.summary, &one.help, "")
        }
    }

    /// Returns a finding at a JSON pointer.
    #[must_use]
    pub fn at(
        code: Code,
        severity: Severity,
        file: String,
        summary: &'a str,
        help: &'a str,
        path: &'a str,
    ) -> Self {
        let (code, severity) = (code.text(), severity.name());
        let path = Some(path);
        let (cause, suppressed) = ("", None);
        Self {
            code,
            severity,
            summary,
            cause,
            help,
            file,
            line: None,
            column: None,
            span: None,
            path,
            suppressed,
        }
    }
}
