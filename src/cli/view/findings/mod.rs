//! Views of findings for code review: annotations, Markdown and SARIF.

pub(in crate::cli) mod github;
pub(in crate::cli) mod markdown;
pub(in crate::cli) mod sarif;

use strataform::diagnostic::{Diagnostic, SourceFile, Suppressed};

/// A finding, and the file that it is about.
pub(in crate::cli) type Placed<'a> = (&'a SourceFile, &'a Diagnostic);

/// The file of a finding, with slashes.
fn file((file, _): Placed<'_>) -> String {
    let parts = file.path.components().map(|part| part.as_os_str().to_string_lossy());
    let joined = parts.collect::<Vec<_>>().join("/");
    joined.trim_start_matches("./").replace("//", "/")
}

/// The first byte of a finding and the one after the last, as lines and columns from 1.
fn region((file, one): Placed<'_>) -> Option<[(usize, usize); 2]> {
    let span = &one.labels.first()?.span;
    Some([file.position(span.start)?, file.position(span.end)?])
}

/// What is wrong, why, and what to do, or who accepts it, in one line.
fn message(one: &Diagnostic) -> String {
    let by = one.suppressed.as_deref().map(Suppressed::to_string);
    let last = by.as_ref().unwrap_or(&one.help);
    let parts = [&one.summary, &one.cause, last].into_iter().filter(|part| !part.is_empty());
    parts.map(String::as_str).collect::<Vec<_>>().join("; ")
}
