//! A comparison as Markdown for a pull request: the verdict first, details folded.

use std::io;

use strataform::diff::{Change, Impact, PropertyChange, Report};

use super::super::findings::markdown::plain;
use super::super::human;
use super::{again, line, parted, verdict, witness};

/// Prints a report on the standard output.
pub(in crate::cli) fn print(report: &Report) -> io::Result<()> {
    human::raw(text(&report.condensed()).as_bytes())
}

fn mark(impact: Impact) -> &'static str {
    match impact {
        Impact::Safe => "🟢",
        Impact::Interrupts | Impact::Replaces | Impact::NeedsBackfill => "🟡",
        Impact::BreaksConsumers | Impact::BroadensAccess | Impact::Refused | Impact::DestroysData => "🔴",
    }
}

fn text(report: &Report) -> String {
    let mut out = vec![
        format!("{} **{}**", mark(report.worst.unwrap_or(Impact::Safe)), plain(&verdict(report))),
        String::new(),
        format!("`{}` → `{}`", report.old, report.new),
    ];
    for part in &report.parts {
        out.extend([String::new(), format!("### {}", plain(&part.names.join(", "))), String::new()]);
        part.changes.iter().for_each(|change| cause(change, &mut out));
        for one in &part.backfills {
            let what = format!("Process `{}` again: {}", one.dataset, plain(&again(one)));
            out.extend([
                String::new(),
                what,
                String::new(),
                "```sh".to_owned(),
                one.command.clone(),
                "```".to_owned(),
            ]);
        }
    }
    if let Some(why) = &report.not_run {
        out.extend([String::new(), format!("Witnesses {}", plain(why))]);
    }
    out.push(String::new());
    out.join("\n")
}

/// The reasons of a change, each with its source.
fn reasons<'a>(change: &'a Change, least: Impact, indent: &'a str) -> impl Iterator<Item = String> + 'a {
    let all = change.verdicts.iter().filter(move |one| !one.reason.is_empty() && one.impact >= least);
    all.map(move |one| {
        let source =
            if one.source.is_empty() { String::new() } else { format!(" ([source]({}))", one.source) };
        let shown = witness(one).map(|text| format!("\n{indent}  - {}", plain(&text)));
        format!("{indent}- {}: {}{source}{}", one.impact, plain(&one.reason), shown.unwrap_or_default())
    })
}

fn cause(change: &Change, out: &mut Vec<String>) {
    out.push(format!("- {} **{}** {}", mark(change.impact()), change.impact(), plain(&line(change))));
    out.extend(reasons(change, Impact::Safe, "  "));
    if !change.summary.is_empty() {
        let value = |one: &PropertyChange| {
            format!("  - {}: {} → {}", plain(&one.property), plain(&one.old), plain(&one.new))
        };
        out.extend(change.values.iter().map(value));
    }
    let (shown, others) = parted(change);
    for one in shown {
        out.push(format!("  - **{}** {}", one.impact(), plain(&line(one))));
        out.extend(reasons(one, Impact::Interrupts, "    "));
    }
    if others.is_empty() {
        return;
    }
    out.extend([
        String::new(),
        format!("  <details><summary>{} that follow</summary>", human::count(others.len(), "safe change")),
        String::new(),
    ]);
    for one in others {
        out.push(format!("  - {}", plain(&line(one))));
        for statement in &one.statements {
            out.extend([String::new(), "    ```sql".to_owned(), indented(statement), "    ```".to_owned()]);
        }
    }
    out.extend([String::new(), "  </details>".to_owned(), String::new()]);
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
