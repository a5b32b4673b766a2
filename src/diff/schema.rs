//! The causes: columns by their permanent numbers, and settings of the platform file.
//!
//! In: two manifests. Out: a [`Change`] for each column that is added, removed, renamed or means something else, and those of
//! [`settings`]. What they cost is decided by the rows that exist: a value that a row has does
//! not change by itself.

use std::collections::BTreeSet;

use super::change::{Change, Layer, Touch};
use super::impact::{Impact, Verdict};
use super::join::has_word;
use super::numbers;
use super::resource::Effect;
use super::settings;
use super::text::compact;
use super::types::Type;
use crate::assembly::{DatasetResources, Manifest, ManifestColumn};

/// The columns and settings that differ between two manifests.
pub(super) fn causes(old: &Manifest, new: &Manifest) -> Vec<Change> {
    let mut found = Vec::new();
    for is in &new.datasets {
        match old.datasets.iter().find(|was| was.name == is.name) {
            Some(was) => found.extend(columns(was, is)),
            None => found.push(whole(&is.name, Effect::Create)),
        }
    }
    for was in old.datasets.iter().filter(|was| !new.datasets.iter().any(|is| is.name == was.name)) {
        found.push(whole(&was.name, Effect::Delete));
    }
    let columns: BTreeSet<Touch> = found.iter().flat_map(|one| one.touches.iter().cloned()).collect();
    found.extend(settings::causes(old, new, &columns));
    found
}

/// A dataset that is added or removed.
fn whole(name: &str, effect: Effect) -> Change {
    let gone = Verdict::new(
        Impact::BreaksConsumers,
        "nothing loads it any more: its rows stay as they are, and nobody can send records",
    )
    .about("dataset");
    let verdicts = if effect == Effect::Delete { vec![gone] } else { Vec::new() };
    Change {
        origin: Some(format!("dataset.{name}")),
        touches: [Touch::Section(format!("dataset.{name}"))].into(),
        ..Change::new(Layer::Settings, format!("dataset `{name}`"), effect).judged(verdicts)
    }
}

/// The columns that differ.
fn columns(was: &DatasetResources, is: &DatasetResources) -> Vec<Change> {
    // A manifest of format 2 has none.
    if was.columns.is_empty() || is.columns.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for column in &is.columns {
        match was.columns.iter().find(|other| is_same(other, column)) {
            None => found.push(added(&is.name, column)),
            Some(other) => found.extend(changed((was, is), other, column)),
        }
    }
    let gone = was.columns.iter().filter(|one| !is.columns.iter().any(|other| is_same(one, other)));
    found.extend(gone.map(|one| removed(&is.name, one)));
    derived(found, was, is)
}

/// Whether two columns are one at two times. A column that was never stored has no number.
pub(super) fn is_same(one: &ManifestColumn, other: &ManifestColumn) -> bool {
    if one.number == 0 || other.number == 0 { one.name == other.name } else { one.number == other.number }
}

/// Puts derived columns that only follow another one below it: their expressions are the same, and name it.
fn derived(found: Vec<Change>, was: &DatasetResources, is: &DatasetResources) -> Vec<Change> {
    let (mut causes, mut rest): (Vec<Change>, Vec<Change>) = (Vec::new(), Vec::new());
    let follows = |change: &Change| {
        is.columns.iter().find(|one| {
            let subject = named(&is.name, &one.name, Effect::Update).subject;
            let before = was.columns.iter().find(|other| other.number == one.number);
            subject == change.subject
                && one.expression.is_some()
                && before.is_some_and(|before| before.expression == one.expression)
        })
    };
    for one in found {
        if follows(&one).is_some() { rest.push(one) } else { causes.push(one) }
    }
    for one in rest {
        let expression = follows(&one).and_then(|column| column.expression.clone()).unwrap_or_default();
        let reads = |cause: &Change| {
            cause.touches.iter().any(|touch| match touch {
                Touch::Column(_, column) => has_word(&expression, column),
                Touch::Section(_) => false,
            })
        };
        match causes.iter_mut().find(|cause| reads(cause)) {
            Some(cause) => cause.consequences.push(one),
            None => causes.push(one),
        }
    }
    causes
}

fn named(dataset: &str, column: &str, effect: Effect) -> Change {
    Change {
        origin: Some(format!("dataset.{dataset}")),
        touches: [Touch::column(dataset, column)].into(),
        ..Change::new(Layer::Columns, format!("column `{column}` of `{dataset}`"), effect)
    }
}

/// A column as a platform file declares it.
fn declared(column: &ManifestColumn) -> String {
    let mut text = column.data_type.clone().unwrap_or_else(|| "not stored".to_owned());
    if let Some(expression) = &column.expression {
        text = format!("{text} = {expression}");
    } else if !column.nullable {
        text.push_str(" not null");
    }
    if let Some(protection) = column.protection {
        text = format!("{text}, {}", protection.name());
    }
    text
}

fn added(dataset: &str, column: &ManifestColumn) -> Change {
    let verdict = match (&column.expression, column.nullable) {
        (Some(_), _) => Verdict::new(
            Impact::NeedsBackfill,
            "rows that are there have null for it until they are processed again",
        )
        .about("added"),
        (None, true) => Verdict::new(Impact::Safe, "rows that are there have null for it"),
        (None, false) => Verdict::new(Impact::BreaksConsumers, "records without it are rejected from now on")
            .about("required"),
    };
    named(dataset, &column.name, Effect::Create)
        .says(format!("{} added", declared(column)))
        .judged(vec![verdict])
}

fn removed(dataset: &str, column: &ManifestColumn) -> Change {
    let verdict = if column.data_type.is_some() {
        Verdict::new(
            Impact::BreaksConsumers,
            "new rows have null for it, and queries of the lake that use it fail",
        )
        .about("removed")
    } else {
        Verdict::new(Impact::Safe, "it was not stored")
    };
    named(dataset, &column.name, Effect::Delete)
        .says(format!("{} removed", declared(column)))
        .judged(vec![verdict])
}

fn changed(
    (old, dataset): (&DatasetResources, &DatasetResources),
    was: &ManifestColumn,
    is: &ManifestColumn,
) -> Option<Change> {
    let mut said = Vec::new();
    let mut verdicts = Vec::new();
    if was.name != is.name {
        said.push(format!("renamed from `{}`", was.name));
        let is_taken = dataset.columns.iter().any(|one| one.name == was.name);
        let then = if is_taken { "read another column" } else { "fail" };
        verdicts.push(
            Verdict::new(
                Impact::BreaksConsumers,
                format!("it keeps its values, but queries that use the old name {then}"),
            )
            .about("name"),
        );
    }
    if (was.data_type.as_ref(), was.nullable, &was.protection)
        != (is.data_type.as_ref(), is.nullable, &is.protection)
    {
        let short = |one: &ManifestColumn| {
            declared(&ManifestColumn {
                expression: None,
                nullable: one.nullable || one.expression.is_some(),
                ..one.clone()
            })
        };
        said.push(format!("{} → {}", short(was), short(is)));
    }
    verdicts.extend(retyped(was, is));
    if was.expression.as_deref().map(compact) != is.expression.as_deref().map(compact) {
        let text = |one: &ManifestColumn| one.expression.clone().unwrap_or_else(|| "from records".to_owned());
        said.push(format!("{} → {}", text(was), text(is)));
    }
    let texts = (was.expression.as_deref(), is.expression.as_deref());
    if numbers::is_other(texts, (&old.columns, &dataset.columns)) {
        let kept = "rows that were processed before keep what the old expression gave";
        verdicts.push(Verdict::new(Impact::NeedsBackfill, kept).about("expression"));
    }
    if is.expression.is_none() && was.nullable && !is.nullable {
        verdicts.push(
            Verdict::new(Impact::BreaksConsumers, "records without it are rejected from now on")
                .about("required"),
        );
    }
    verdicts.extend(protected(was, is));
    if said.is_empty() {
        return None;
    }
    let mut change = named(&dataset.name, &is.name, Effect::Update).says(said.join("; ")).judged(verdicts);
    change.touches.insert(Touch::column(&dataset.name, &was.name));
    Some(change)
}

/// What another type does to values.
fn retyped(was: &ManifestColumn, is: &ManifestColumn) -> Vec<Verdict> {
    let (Some(old), Some(new)) = (&was.data_type, &is.data_type) else { return Vec::new() };
    if old == new || was.protection != is.protection {
        return Vec::new();
    }
    if is.expression.is_some() && was.expression == is.expression {
        // It follows from a column that the expression reads.
        return vec![Verdict::new(Impact::Safe, "it has the type of what it is derived from")];
    }
    if Type::of(old).fits(&Type::of(new)) {
        return vec![Verdict::new(Impact::Safe, format!("every {old} is a {new}"))];
    }
    let rejects = format!("records with a value that is no {new} are rejected from now on");
    let mut found = vec![Verdict::new(Impact::BreaksConsumers, rejects).about("type")];
    let (before, after) = (Type::of(old), Type::of(new));
    // Values of both types are the same, and a row with another value stays, since its record is rejected.
    if !after.fits(&before) || after.rounds(&before) {
        let kept = format!("rows that were processed before were read as {old}");
        found.push(Verdict::new(Impact::NeedsBackfill, kept).about("type"));
    }
    found
}

/// What another protection does.
fn protected(was: &ManifestColumn, is: &ManifestColumn) -> Vec<Verdict> {
    if was.protection == is.protection {
        return Vec::new();
    }
    let rows =
        Verdict::new(Impact::NeedsBackfill, "rows that were processed before keep their values as they are")
            .about("protection");
    if is.protection < was.protection {
        let reason = "whoever reads the dataset sees values that were protected";
        vec![Verdict::new(Impact::BroadensAccess, reason), rows]
    } else {
        vec![
            Verdict::new(Impact::BreaksConsumers, "queries no longer see the values").about("protection"),
            rows,
        ]
    }
}
