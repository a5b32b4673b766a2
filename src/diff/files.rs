//! The files of an assembly besides templates: SQL, loads, scripts and definitions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strataform_redshift::{parse, redshift};

use super::change::{Change, Layer, Touch};
use super::definition;
use super::impact::{Impact, Verdict};
use super::resource::Effect;
use super::script;
use super::values::PropertyChange;
use crate::assembly::{Assembly, FileKind, ManifestSql, layout};
use crate::migration::{self, Allow, Loss};

/// The kind of a change of a file of SQL that a person wrote: it has no cause in the platform file.
pub(super) const HAND_WRITTEN: &str = "hand-written SQL";

/// The changes of all files but templates.
pub(super) fn changes(old: &Assembly, new: &Assembly) -> Vec<Change> {
    let mut found = warehouse(old, new);
    let kinds = |of: &Assembly| -> BTreeMap<String, FileKind> {
        of.manifest.files.iter().map(|one| (one.path.clone(), one.kind)).collect()
    };
    let mut all = kinds(old);
    all.extend(kinds(new));
    for (path, kind) in all {
        let (was, is) = (old.text(&path), new.text(&path));
        if was == is {
            continue;
        }
        let mut of_file = match kind {
            // A stack's resources, and what the deployment runs.
            // Rules of the team are not deployed.
            FileKind::Template | FileKind::Sql | FileKind::Policy => continue,
            FileKind::Script => scripts(&path, was.as_deref(), is.as_deref()),
            FileKind::Migration => vec![migration(new, &path, was.as_deref(), is.as_deref())],
            FileKind::Load => loads(&path, was.as_deref(), is.as_deref()),
            FileKind::Definition => definitions(&path, was.as_deref(), is.as_deref()),
        };
        for one in &mut of_file {
            one.file = Some(path.clone());
        }
        found.extend(of_file);
    }
    found
}

/// The name of a file without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A file that is new or gone.
fn whole(layer: Layer, subject: String, section: &str, effect: Effect) -> Change {
    Change {
        origin: Some(section.to_owned()),
        touches: [Touch::Section(section.to_owned())].into(),
        ..Change::new(layer, subject, effect)
    }
}

/// What a job does differently.
fn scripts(path: &str, was: Option<&str>, is: Option<&str>) -> Vec<Change> {
    let dataset = stem(path);
    let (section, subject) = (format!("dataset.{dataset}"), format!("job `{dataset}`"));
    let (was, is) = match (was, is) {
        (Some(was), Some(is)) => (was, is),
        (None, Some(_)) => return vec![whole(Layer::Jobs, subject, &section, Effect::Create)],
        (Some(_), None) => return vec![whole(Layer::Jobs, subject, &section, Effect::Delete)],
        (None, None) => return Vec::new(),
    };
    let found = script::compare(was, is);
    let mut changes = Vec::new();
    for (name, old, new) in found.entries {
        let effect = Effect::between(old.as_ref(), new.as_ref());
        let mut change = whole(Layer::Jobs, format!("{subject}: {name}"), &section, effect);
        if effect == Effect::Update {
            change.values = vec![PropertyChange::of_text(&name, old.as_deref(), new.as_deref())];
        }
        change.mentions = [old, new].into_iter().flatten().collect();
        changes.push(change);
    }
    if found.lines > 0 {
        let lines = if found.lines == 1 { "1 line".to_owned() } else { format!("{} lines", found.lines) };
        changes.push(
            whole(Layer::Jobs, format!("{subject}: program"), &section, Effect::Update)
                .says(format!("{lines} of the program differ")),
        );
    }
    if changes.is_empty() {
        changes.push(whole(Layer::Jobs, subject, &section, Effect::Update).says("comments only"));
    }
    changes
}

/// The statements of a text, the same however they are laid out.
fn statements(text: Option<&[u8]>) -> Vec<String> {
    let text = String::from_utf8_lossy(text.unwrap_or_default());
    parse(&text).statements.iter().map(redshift).collect()
}

/// A migration that is new, or that is gone, as after a merge.
fn migration(new: &Assembly, path: &str, was: Option<&str>, is: Option<&str>) -> Change {
    let subject = layout::sql_subject(path);
    let number = layout::migration_number(path).unwrap_or_default();
    let of = new.manifest.migrations.iter().find(|one| one.path == path);
    let table = of.and_then(|of| new.manifest.sql.iter().find(|one| one.path == of.table));
    let section = table.and_then(|table| table.origin.as_ref()).map(ToString::to_string);
    let runs = statements(is.map(str::as_bytes));
    let effect = Effect::between(was, is);
    let count = match (effect, runs.len()) {
        (Effect::Delete, _) => String::new(),
        (_, 0) => "nothing to run".to_owned(),
        (_, 1) => "1 statement".to_owned(),
        (_, count) => format!("{count} statements"),
    };
    Change {
        touches: section.iter().cloned().map(Touch::Section).collect(),
        origin: section,
        mentions: runs.clone(),
        statements: runs,
        ..Change::new(Layer::Warehouse, format!("migration {number} of `{subject}`"), effect).says(count)
    }
}

/// What a load does differently.
fn loads(path: &str, was: Option<&str>, is: Option<&str>) -> Vec<Change> {
    let dataset = stem(path);
    let (before, after) = (statements(was.map(str::as_bytes)), statements(is.map(str::as_bytes)));
    let effect = Effect::between(was, is);
    let differ: Vec<&String> = before
        .iter()
        .filter(|one| !after.contains(one))
        .chain(after.iter().filter(|one| !before.contains(one)))
        .collect();
    let count = after.iter().filter(|one| !before.contains(one)).count();
    let said = match (effect, count) {
        (Effect::Update, 0) if differ.is_empty() => "comments only".to_owned(),
        (Effect::Update, 1) => "1 statement differs".to_owned(),
        (Effect::Update, count) => format!("{count} statements differ"),
        (Effect::Create | Effect::Replace | Effect::Delete | Effect::Release, _) => String::new(),
    };
    let mut change =
        whole(Layer::Warehouse, format!("load of `{dataset}`"), &format!("dataset.{dataset}"), effect)
            .says(said);
    change.mentions = differ.into_iter().cloned().collect();
    vec![change]
}

/// What a dashboard shows differently.
fn definitions(path: &str, was: Option<&str>, is: Option<&str>) -> Vec<Change> {
    let dashboard = stem(path);
    let section = format!("dashboard.{dashboard}");
    let json =
        |text: Option<&str>| text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
    match (was, is) {
        (None, Some(_)) => {
            return vec![whole(
                Layer::Dashboards,
                format!("dashboard `{dashboard}`"),
                &section,
                Effect::Create,
            )];
        }
        (Some(_), None) => {
            return vec![whole(
                Layer::Dashboards,
                format!("dashboard `{dashboard}`"),
                &section,
                Effect::Delete,
            )];
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    let (was, is) = (json(was), json(is));
    if was == is {
        return Vec::new();
    }
    let found = definition::compare(&was, &is);
    if found.is_empty() {
        return vec![
            whole(Layer::Dashboards, format!("dashboard `{dashboard}`"), &section, Effect::Update)
                .says("its elements are in another order, or have other IDs"),
        ];
    }
    found
        .into_iter()
        .map(|one| {
            let effect = Effect::between(one.old.as_ref(), one.new.as_ref());
            let mut change =
                whole(Layer::Dashboards, format!("{} of `{dashboard}`", one.element), &section, effect);
            if let (Some(old), Some(new)) = (&one.old, &one.new) {
                change.values = vec![PropertyChange::of_text(
                    "definition",
                    Some(&old.to_string()),
                    Some(&new.to_string()),
                )];
            }
            change.mentions =
                [one.old, one.new].into_iter().flatten().map(|value| value.to_string()).collect();
            change
        })
        .collect()
}

/// What a deployment would do in a warehouse that has exactly what the old assembly makes.
fn warehouse(old: &Assembly, new: &Assembly) -> Vec<Change> {
    let plan = migration::between(old, new);
    let mut found = Vec::new();
    let differs = |path: &str| old.files.get(path) != new.files.get(path);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for step in plan.steps.iter().filter(|step| differs(&step.path)) {
        let Some(file) = new.manifest.sql.iter().find(|one| one.path == step.path) else { continue };
        let effect = if old.files.contains_key(&step.path) { Effect::Update } else { Effect::Create };
        let mut verdicts: Vec<Verdict> = step.losses.iter().map(judged).collect();
        if !step.transaction && effect == Effect::Update {
            verdicts.push(Verdict::new(
                Impact::Interrupts,
                "it does not run in one transaction: for a moment, views that it makes again are missing",
            ));
        }
        if file.source.is_some() && effect == Effect::Update && !step.statements.is_empty() {
            let reason = "what reads its views and procedures gets what the new text gives";
            verdicts.push(Verdict::new(Impact::BreaksConsumers, reason));
        }
        let text = |of: &Assembly| statements(of.files.get(&step.path).map(Vec::as_slice));
        let is_layout = effect == Effect::Update && step.statements.is_empty() && text(old) == text(new);
        let said = if is_layout { "comments only".to_owned() } else { said(step.statements.len(), effect) };
        let mut change = sql(file, effect).says(said).judged(verdicts);
        change.statements.clone_from(&step.statements);
        change.mentions.clone_from(&step.statements);
        seen.insert(step.path.clone());
        found.push(change);
    }
    for (path, _, refusal) in &plan.refused {
        let Some(file) = new.manifest.sql.iter().find(|one| one.path == *path) else { continue };
        let causes: Vec<Verdict> = refusal
            .causes
            .iter()
            .map(|cause| Verdict::new(Impact::Refused, format!("{cause} ({})", refusal.code.text())))
            .collect();
        let mut change = sql(file, Effect::Update).says("gen deploy refuses it").judged(causes);
        change.mentions.clone_from(&refusal.causes);
        seen.insert(path.clone());
        found.push(change);
    }
    for file in &old.manifest.sql {
        if !new.manifest.sql.iter().any(|one| one.path == file.path) {
            found.push(sql(file, Effect::Release).says("what it made stays in the warehouse"));
        }
    }
    for file in new.manifest.sql.iter().filter(|one| differs(&one.path) && !seen.contains(&one.path)) {
        found.push(sql(file, Effect::Update).says("comments only"));
    }
    found
}

/// What a loss that must be allowed means.
fn judged(loss: &Loss) -> Verdict {
    match loss.allow {
        Allow::Replace | Allow::DestroyData => {
            Verdict::new(Impact::DestroysData, format!("it loses {}", loss.what))
        }
        Allow::Rewrite => Verdict::new(
            Impact::Interrupts,
            format!(
                "the rows are copied into a new table, because {}: loads wait for it, and gen deploy asks for --allow {loss}",
                loss.what
            ),
        ),
    }
}

fn said(count: usize, effect: Effect) -> String {
    match (effect, count) {
        (Effect::Update, 0) => "nothing to run".to_owned(),
        (Effect::Update, 1) => "1 statement".to_owned(),
        (Effect::Update, count) => format!("{count} statements"),
        (Effect::Create | Effect::Replace | Effect::Delete | Effect::Release, _) => String::new(),
    }
}

fn sql(file: &ManifestSql, effect: Effect) -> Change {
    let section = file.origin.as_ref().map(ToString::to_string);
    Change {
        origin: section.clone(),
        touches: section.into_iter().map(Touch::Section).collect(),
        kind: file.source.as_ref().map(|_| HAND_WRITTEN.to_owned()).unwrap_or_default(),
        file: Some(file.path.clone()),
        ..Change::new(Layer::Warehouse, format!("sql {}", stem(&file.path)), effect)
    }
}
