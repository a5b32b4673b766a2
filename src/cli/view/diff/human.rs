//! A comparison as text for people: each cause with what it does, and what follows from it. Consequences that do nothing are
//! counted.

use std::io;

use anstyle::{AnsiColor, Style};
use strataform::diff::{Change, Impact, Layer, Moment, Report, Verdict};

use super::super::human;
use super::{again, counted, line, parted, verdict, witness};

const FAINT: Style = Style::new().dimmed();

/// How many reasons of a consequence are shown, if no details are wanted.
const REASONS: usize = 3;

/// How many differences of dashboards are shown below their cause, if no details are wanted.
const PICTURES: usize = 3;

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Depth {
    /// What does something; the rest is counted.
    Summary,
    /// Everything, with sources and statements.
    Details,
}

/// The color of an impact.
fn style(impact: Impact) -> Style {
    match impact {
        Impact::Safe => AnsiColor::Green.on_default(),
        Impact::Interrupts | Impact::Replaces | Impact::NeedsBackfill => AnsiColor::Yellow.on_default(),
        Impact::BreaksConsumers | Impact::BroadensAccess | Impact::Refused | Impact::DestroysData => {
            AnsiColor::Red.on_default().bold()
        }
    }
}

/// An impact in its color and in a column.
fn shown(impact: Impact) -> String {
    let style = style(impact);
    format!("{style}{impact:<16}{style:#}")
}

/// Prints a report on the standard output.
pub(in crate::cli) fn print(report: &Report, depth: Depth) -> io::Result<()> {
    let report = &report.condensed();
    human::line(&format!("{FAINT}{} → {}{FAINT:#}", report.old, report.new))?;
    for part in &report.parts {
        human::line(&format!("\n{}", part.names.join(", ")))?;
        for change in &part.changes {
            cause(change, depth)?;
        }
        for one in &part.backfills {
            let what = format!("process {} again: {}", one.dataset, again(one));
            human::line(&format!("  {FAINT}{what}{FAINT:#}\n    {}", one.command))?;
        }
    }
    if let Some(why) = &report.not_run {
        human::line(&format!("\nwitnesses {why}"))?;
    }
    human::line(&format!("\n{}", verdict(report)))
}

/// What shows a verdict, below its reason. That nothing ran is said once, at the end.
fn shown_by(verdict: &Verdict, indent: usize) -> io::Result<()> {
    match witness(verdict) {
        Some(text) if !verdict.no_witness.as_deref().unwrap_or_default().starts_with("not run: ") => {
            human::line(&format!("{:indent$}{FAINT}{text}{FAINT:#}", ""))
        }
        Some(_) | None => Ok(()),
    }
}

/// A reason, with its source on request.
fn reason(verdict: &Verdict, depth: Depth) -> String {
    let later = if verdict.moment == Moment::Later { "later: " } else { "" };
    let source = if depth == Depth::Details && !verdict.source.is_empty() {
        format!("\n{:23}{}", "", verdict.source)
    } else {
        String::new()
    };
    format!("{later}{}{source}", verdict.reason)
}

fn cause(change: &Change, depth: Depth) -> io::Result<()> {
    human::line(&format!("  {} {}", shown(change.impact()), line(change)))?;
    for one in change.verdicts.iter().filter(|one| !one.reason.is_empty()) {
        human::line(&format!("    {} {}", shown(one.impact), reason(one, depth)))?;
        shown_by(one, 21)?;
    }
    // The line has the summary, where there is one.
    let values = if change.summary.is_empty() { &[][..] } else { change.values.as_slice() };
    let most = if depth == Depth::Details { values.len() } else { REASONS };
    for one in values.iter().take(most) {
        human::line(&format!("{:21}{FAINT}{}: {} → {}{FAINT:#}", "", one.property, one.old, one.new))?;
    }
    let (shown_ones, others) = parted(change);
    for one in shown_ones {
        consequence(one, depth)?;
    }
    // What a dashboard shows differently is what a reviewer asks for.
    let (pictures, mut rest): (Vec<&Change>, Vec<&Change>) =
        others.into_iter().partition(|one| depth == Depth::Details || one.layer == Layer::Dashboards);
    let few = if depth == Depth::Details { usize::MAX } else { PICTURES };
    for one in pictures.iter().take(few) {
        consequence(one, depth)?;
    }
    rest.extend(pictures.into_iter().skip(few));
    if !rest.is_empty() {
        human::line(&format!("    {FAINT}and what follows: {}{FAINT:#}", counted(rest.into_iter())))?;
    }
    Ok(())
}

fn consequence(change: &Change, depth: Depth) -> io::Result<()> {
    human::line(&format!("    {} {}", shown(change.impact()), line(change)))?;
    let is_shown = |one: &&Verdict| depth == Depth::Details || one.impact > Impact::Safe;
    let said = change.verdicts.iter().filter(|one| !one.reason.is_empty());
    let reasons: Vec<&Verdict> = said.filter(is_shown).collect();
    let most = if depth == Depth::Details { usize::MAX } else { REASONS };
    for one in reasons.iter().take(most) {
        human::line(&format!("                     {FAINT}{}{FAINT:#}", reason(one, depth)))?;
        shown_by(one, 23)?;
    }
    if reasons.len() > most {
        human::line(&format!("                     {FAINT}and {} more{FAINT:#}", reasons.len() - most))?;
    }
    if depth == Depth::Details {
        for statement in &change.statements {
            for text in statement.lines() {
                human::line(&format!("                     {FAINT}{text}{FAINT:#}"))?;
            }
        }
    }
    Ok(())
}
