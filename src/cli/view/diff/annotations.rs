//! A comparison as annotations of GitHub Actions: workflow commands, one line each.

use std::io;

use strataform::diff::{Change, Impact, Part, Report};

use super::super::findings::github::{escaped, escaped_property};
use super::super::human;
use super::{line, verdict};

/// Prints a report on the standard output.
pub(in crate::cli) fn print(report: &Report) -> io::Result<()> {
    for part in &report.parts {
        for change in part.changes.iter().flat_map(Change::all) {
            annotate(part, change)?;
        }
    }
    human::line(&format!("::notice title=gen diff::{}", escaped(&verdict(report))))
}

fn annotate(part: &Part, change: &Change) -> io::Result<()> {
    for one in change.verdicts.iter().filter(|one| one.impact > Impact::Safe) {
        let level = if one.impact.is_dangerous() { "error" } else { "warning" };
        let place = super::sarif::file(part, change).map(|file| format!("file={},", escaped_property(&file)));
        let text = escaped(&format!("{}: {}", line(change), one.reason));
        let title = escaped_property(&format!("gen diff: {}", one.impact));
        human::line(&format!("::{level} {}title={title}::{text}", place.unwrap_or_default()))?;
    }
    Ok(())
}
