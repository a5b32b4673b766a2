//! Findings as Markdown for a pull request: the count first, then a table for each file.

use std::io;

use strataform::diagnostic::{Severity, Suppressed};

use super::super::human;
use super::{Placed, file, region};

/// Prints the findings on the standard output; `summary` is printed if none is an error.
pub(in crate::cli) fn print(found: &[Placed<'_>], summary: &str) -> io::Result<()> {
    human::raw(text(found, summary).as_bytes())
}

fn text(found: &[Placed<'_>], summary: &str) -> String {
    let (accepted, open): (Vec<Placed<'_>>, Vec<Placed<'_>>) =
        found.iter().partition(|(_, one)| one.suppressed.is_some());
    let errors = open.iter().filter(|(_, one)| one.severity == Severity::Error).count();
    let warnings = open.len() - errors;
    let (mark, verdict) = match (errors, warnings) {
        (0, 0) => ("🟢", plain(summary)),
        (0, _) => ("🟡", format!("{}, {}", plain(summary), human::count(warnings, "warning"))),
        (_, 0) => ("🔴", human::count(errors, "error")),
        _ => ("🔴", format!("{}, {}", human::count(errors, "error"), human::count(warnings, "warning"))),
    };
    let verdict =
        if accepted.is_empty() { verdict } else { format!("{verdict}, {} suppressed", accepted.len()) };
    let mut out = vec![format!("{mark} **{verdict}**")];
    let mut last = None;
    for placed in open {
        let name = file(placed);
        if last.as_ref() != Some(&name) {
            out.extend([String::new(), format!("### {}", plain(&name)), String::new()]);
            out.extend(["| line | finding | why | what to do |".to_owned(), "|---|---|---|---|".to_owned()]);
            last = Some(name);
        }
        out.push(row(placed));
    }
    if !accepted.is_empty() {
        out.extend([String::new(), "### Suppressed".to_owned(), String::new()]);
        out.extend([
            "| place | finding | accepted until | reason |".to_owned(),
            "|---|---|---|---|".to_owned(),
        ]);
        out.extend(accepted.into_iter().map(accepted_row));
    }
    out.push(String::new());
    out.join("\n")
}

fn accepted_row(placed: Placed<'_>) -> String {
    let (_, one) = placed;
    let line = region(placed).map(|[(line, _), _]| format!(":{line}")).unwrap_or_default();
    let place = format!("{}{line}", file(placed));
    let (until, reason) = match one.suppressed.as_deref() {
        Some(Suppressed::ByTeam { reason, until }) => (until.as_str(), reason.as_str()),
        Some(Suppressed::ByTemplate) => ("", "metadata of the resource"),
        None => ("", ""),
    };
    format!("| {} | **{}** {} | {until} | {} |", plain(&place), one.code, plain(&one.summary), plain(reason))
}

fn row(placed: Placed<'_>) -> String {
    let (_, one) = placed;
    let line = region(placed).map(|[(line, _), _]| line.to_string()).unwrap_or_default();
    let what = format!("**{} {}** {}", one.severity.name(), one.code, plain(&one.summary));
    format!("| {line} | {what} | {} | {} |", plain(&one.cause), plain(&one.help))
}

/// Text in a table or a list, without what Markdown would interpret.
pub(in crate::cli) fn plain(text: &str) -> String {
    let mut found = String::new();
    let mut code = false;
    for character in text.chars() {
        match character {
            '`' => {
                code = !code;
                found.push('`');
            }
            '|' => found.push_str("\\|"),
            '<' if !code => found.push_str("&lt;"),
            '*' | '_' | '[' | ']' if !code => {
                found.push('\\');
                found.push(character);
            }
            '\n' => found.push(' '),
            other => found.push(other),
        }
    }
    if code {
        found.push('`');
    }
    found
}
