//! Findings as annotations of GitHub Actions: workflow commands, one line each.

use std::io;

use super::super::human;
use super::{Placed, file, message, region};

/// Prints the findings on the standard output.
pub(in crate::cli) fn print(found: &[Placed<'_>]) -> io::Result<()> {
    for one in found {
        human::line(&line(*one))?;
    }
    Ok(())
}

fn line(placed: Placed<'_>) -> String {
    let (_, one) = placed;
    let mut place = format!("file={}", escaped_property(&file(placed)));
    if let Some([(line, column), (last, _)]) = region(placed) {
        place.push_str(
            &[",line=", &line.to_string(), ",endLine=", &last.to_string(), ",col=", &column.to_string()]
                .concat(),
        );
    }
    let (level, title) = match &one.suppressed {
        None => (one.severity.name(), one.code.to_string()),
        Some(_) => ("notice", format!("{} (suppressed)", one.code)),
    };
    format!("::{level} {place},title={title}::{}", escaped(&message(one)))
}

/// The data of a workflow command.
pub(in crate::cli) fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
pub(in crate::cli) fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
