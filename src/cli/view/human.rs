//! Output for people: lines of text, with colors on a terminal only.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use strataform::assembly::{Difference, Report};
use strataform::diagnostic::{Diagnostic, SourceFile, Suppressed, render};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default();
const FAINT: Style = Style::new().dimmed();

/// Prints an error and its help on the standard error.
pub(in crate::cli) fn error(message: &str, help: &str) -> io::Result<()> {
    let mut err = anstream::stderr().lock();
    writeln!(err, "{BAD}error{BAD:#}: {message}")?;
    if help.is_empty() { Ok(()) } else { writeln!(err, "{HELP}help{HELP:#}: {help}") }
}

/// Prints a message on the standard error.
pub(in crate::cli) fn note(message: &str) -> io::Result<()> {
    writeln!(anstream::stderr().lock(), "{FAINT}{message}{FAINT:#}")
}

/// Prints a line of data on the standard output.
pub(in crate::cli) fn line(text: &str) -> io::Result<()> {
    writeln!(anstream::stdout().lock(), "{text}")
}

/// Prints bytes unchanged on the standard output.
pub(in crate::cli) fn raw(text: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()
}

/// Prints diagnostics, with excerpts of their files, on the standard error.
pub(in crate::cli) fn diagnostics<'a>(
    all: impl IntoIterator<Item = (&'a SourceFile, &'a Diagnostic)>,
) -> io::Result<()> {
    let (accepted, open): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, one)| one.suppressed.is_some());
    let mut err = anstream::stderr().lock();
    for (file, one) in open {
        writeln!(err, "{}\n", render::colored(one, file))?;
    }
    for (file, one) in &accepted {
        writeln!(err, "{}", suppressed(file, one))?;
    }
    if accepted.is_empty() { Ok(()) } else { writeln!(err) }
}

/// A finding that someone accepts, in one line.
fn suppressed(file: &SourceFile, one: &Diagnostic) -> String {
    let position = one.labels.first().and_then(|label| file.position(label.span.start));
    let place = position.map_or(String::new(), |(line, column)| format!(":{line}:{column}"));
    let by = one.suppressed.as_deref().map(Suppressed::to_string).unwrap_or_default();
    let (code, path) = (one.code, file.path.display());
    format!("{HELP}suppressed[{code}]{HELP:#}: {}\n  {FAINT}--> {path}{place}: {by}{FAINT:#}", one.summary)
}

/// Prints what was written of an assembly, in one line.
pub(in crate::cli) fn written(folder: &str, stacks: usize, report: &Report) -> io::Result<()> {
    let files = report.written.len() + report.unchanged.len();
    let changes = if report.is_unchanged() {
        "unchanged".to_owned()
    } else {
        format!(
            "{} written, {} unchanged, {} removed",
            report.written.len(),
            report.unchanged.len(),
            report.removed.len()
        )
    };
    line(&format!(
        "{GOOD}✓{GOOD:#} {folder}  {}, {}, {}: {changes}",
        count(stacks, "stack"),
        count(files, "file"),
        size(report.bytes)
    ))?;
    for path in &report.foreign {
        note(&format!("  left alone, not written by gen: {folder}/{path}"))?;
    }
    Ok(())
}

/// Prints the differences from an assembly, one line each.
pub(in crate::cli) fn differences(folder: &str, differences: &[Difference]) -> io::Result<()> {
    if differences.is_empty() {
        return line(&format!("{GOOD}✓{GOOD:#} {folder}  up to date"));
    }
    line(&format!("{BAD}✗{BAD:#} {folder}  {}", count(differences.len(), "difference")))?;
    for one in differences {
        line(&format!("    {:<8} {}", one.kind(), one.path()))?;
    }
    Ok(())
}

/// `1 file`, `2 files`.
pub(in crate::cli) fn count(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// `812 B`, `24 kB`, `1.2 MB`.
pub(in crate::cli) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
