//! Views of a comparison.

pub(in crate::cli) mod annotations;
pub(in crate::cli) mod human;
pub(in crate::cli) mod markdown;
pub(in crate::cli) mod sarif;

use std::collections::BTreeMap;

use strataform::diff::{Backfill, Change, Clue, Effect, Impact, Layer, PropertyChange, Report, Verdict};
use strataform::platform::sizing::Amount;

/// What happens, in one word; empty for an update.
fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Create => "new",
        Effect::Update => "",
        Effect::Replace => "replaced",
        Effect::Delete => "removed",
        Effect::Release => "released",
    }
}

/// A change in one line, without its impact.
fn line(change: &Change) -> String {
    let what = if change.summary.is_empty() { values(change) } else { change.summary.clone() };
    let kind = if change.kind.is_empty() { String::new() } else { format!(" ({})", change.kind) };
    let what = match (word(change.effect), what.is_empty()) {
        ("", _) => what,
        (word, true) => word.to_owned(),
        (word, false) if what.contains(word) || what.contains("added") => what,
        (word, false) => format!("{word}: {what}"),
    };
    if what.is_empty() {
        format!("{}{kind}", change.subject)
    } else {
        format!("{}{kind}: {what}", change.subject)
    }
}

/// What shows a verdict, or why nothing does; `None` if nothing was looked for.
fn witness(verdict: &Verdict) -> Option<String> {
    match (&verdict.witness, &verdict.no_witness) {
        (Some(found), _) => {
            let what = found.what.name();
            Some(format!("{what} {}: {} → {}", found.text, found.before, found.after))
        }
        (None, Some(why)) => Some(format!("no witness: {why}")),
        (None, None) => None,
    }
}

/// What is processed again, and what that costs at most.
fn again(one: &Backfill) -> String {
    let marks: Vec<String> = one.only.iter().map(mark).collect();
    let (what, whole) = match marks.as_slice() {
        [] => (format!("all records that are kept, of {} days", one.days), ""),
        marks => {
            let marks = marks.join(" or ");
            (
                format!("of the {} days that are kept, only hours in which a record {marks}", one.days),
                "all of them ",
            )
        }
    };
    let Some(price) = one.price else { return what };
    let hours = super::backfill::worker_hours(price.worker_minutes);
    format!(
        "{what}; {whole}at most about {} at list prices ({hours} worker hours)",
        Amount::of_cents(price.cents)
    )
}

/// What marks a record.
fn mark(clue: &Clue) -> String {
    match clue {
        Clue::Rejected(reason) if reason.is_empty() => "was rejected".to_owned(),
        Clue::Rejected(reason) => match reason.strip_suffix(": ") {
            Some(column) => format!("was rejected because of `{column}`"),
            None => format!("was rejected (`{reason}`)"),
        },
        Clue::Field(name) => format!("has the field `{name}`"),
        Clue::Rounded(name) => format!("has more digits of `{name}`"),
    }
}

/// The properties that change, with the values of the first ones.
fn values(change: &Change) -> String {
    const SHOWN: usize = 2;
    let shown = |one: &PropertyChange| {
        let values = format!("{} → {}", one.old, one.new);
        // The subject of an entry of a job names it already.
        if change.subject.ends_with(&one.property) { values } else { format!("{} {values}", one.property) }
    };
    let mut texts: Vec<String> = change.values.iter().take(SHOWN).map(shown).collect();
    let named =
        change.properties.iter().filter(|name| !change.values.iter().any(|one| one.property == **name));
    texts.extend(named.take(SHOWN - texts.len().min(SHOWN)).cloned());
    let all = change.properties.len().max(change.values.len());
    if all > texts.len() {
        texts.push(format!("and {} more", all - texts.len()));
    }
    texts.join(", ")
}

/// How many changes there are in each layer: `3 resources, 9 jobs`.
fn counted<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let mut counts: BTreeMap<Layer, usize> = BTreeMap::new();
    for one in changes {
        *counts.entry(one.layer).or_default() += 1;
    }
    let texts = counts.into_iter().map(|(layer, count)| format!("{count} in {}", layer.title()));
    texts.collect::<Vec<_>>().join(", ")
}

/// The consequences that are shown, which do something, and the others.
fn parted(change: &Change) -> (Vec<&Change>, Vec<&Change>) {
    change.consequences.iter().partition(|one| one.impact() > Impact::Safe)
}

/// The result in one line: `2 changes; the worst: destroys-data`.
fn verdict(report: &Report) -> String {
    let count = report.parts.iter().map(|part| part.changes.len()).sum();
    let dangerous: Vec<&'static str> = Impact::ALL
        .into_iter()
        .rev()
        .filter(|impact| impact.is_dangerous())
        .filter(|impact| report.all().any(|one| one.verdicts.iter().any(|verdict| verdict.impact == *impact)))
        .map(Impact::name)
        .collect();
    let changes = super::human::count(count, "change");
    match (report.worst, dangerous.is_empty()) {
        (None, _) => "nothing changes".to_owned(),
        (Some(worst), true) => format!("{changes}, {worst}"),
        (Some(_), false) => format!("{changes}: {}", dangerous.join(", ")),
    }
}
