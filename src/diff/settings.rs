//! The settings of the platform file as causes: one [`Change`] for each section of which settings differ.
//!
//! In: two manifests, the columns that change by themselves. Out: the changes of sections, with what their settings do. It
//! refuses to compare the layout of expressions: that is nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Layer, Touch};
use super::impact::{Impact, Verdict};
use super::knowledge;
use super::numbers;
use super::resource::Effect;
use super::text::compact;
use super::types::Type;
use super::values::PropertyChange;
use crate::assembly::{Manifest, ManifestColumn};

/// What a setting says: the layout of an expression is nothing.
fn meaning(key: &str, text: &str) -> String {
    const EXPRESSIONS: [&str; 7] =
        ["measure", "group_by", "where", "expect", "derive", "calculate", "delete"];
    let is_expression = EXPRESSIONS.contains(&key.split('.').next().unwrap_or_default());
    if is_expression && !key.ends_with(".description") { compact(text) } else { text.to_owned() }
}

/// The columns that the settings of a section may name: those of a dataset.
fn columns_of<'a>(of: &'a Manifest, section: &str) -> &'a [ManifestColumn] {
    let dataset = section.strip_prefix("dataset.").and_then(|name| of.dataset(name));
    dataset.map_or(&[], |dataset| dataset.columns.as_slice())
}

/// Whether a setting of a dataset names its columns, by which it reads records.
fn names_columns(key: &str) -> bool {
    const KEYS: [&str; 4] = ["key", "event_time", "delete", "expect"];
    KEYS.contains(&key.split('.').next().unwrap_or_default()) && !key.ends_with(".description")
}

/// The sections of which settings differ, without those of columns that are there already.
pub(super) fn causes(old: &Manifest, new: &Manifest, known: &BTreeSet<Touch>) -> Vec<Change> {
    if old.declared.is_empty() || new.declared.is_empty() {
        return Vec::new();
    }
    let none = BTreeMap::new();
    let sections: BTreeSet<&String> = old.declared.keys().chain(new.declared.keys()).collect();
    let mut found = Vec::new();
    for section in sections {
        let (was, is) = (old.declared.get(section), new.declared.get(section));
        let is_dataset = section.starts_with("dataset.");
        let is_counted = |key: &str| {
            let dataset = section.strip_prefix("dataset.").unwrap_or_default();
            column(key).is_none_or(|name| !known.contains(&Touch::column(dataset, name)))
        };
        let (before, after) = (was.unwrap_or(&none), is.unwrap_or(&none));
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let columns = (columns_of(old, section), columns_of(new, section));
        let is_other = |key: &str| {
            let text = |all: &BTreeMap<String, String>| all.get(key).map(|text| meaning(key, text));
            let (was, is) = (text(before), text(after));
            let says_other =
                || !names_columns(key) || numbers::is_other((was.as_deref(), is.as_deref()), columns);
            (!is_dataset || is_counted(key)) && was != is && says_other()
        };
        let keys: Vec<String> = keys.into_iter().filter(|key| is_other(key)).cloned().collect();
        let values: Vec<PropertyChange> = keys
            .iter()
            .map(|key| {
                let text = |all: &BTreeMap<String, String>| all.get(key).cloned();
                PropertyChange::of_text(key, text(before).as_deref(), text(after).as_deref())
            })
            .collect();
        let verdicts = knowledge::settings::verdicts(section, before, after, &keys);
        let narrowed = |key: &String| {
            narrowed(key, before.get(key).map(String::as_str), after.get(key).map(String::as_str))
        };
        let verdicts = verdicts.into_iter().chain(keys.iter().filter_map(narrowed)).collect();
        // Datasets that are added or removed are there already.
        if values.is_empty() || (is_dataset && was.is_some() != is.is_some()) {
            continue;
        }
        let effect = Effect::between(was, is);
        found.push(Change {
            origin: Some(section.clone()),
            touches: [Touch::Section(section.clone())].into(),
            properties: values.iter().map(|one| one.property.clone()).collect(),
            // What a dashboard shows differently is said by its elements.
            values: if section.starts_with("dashboard.") && values.len() > 3 { Vec::new() } else { values },
            ..Change::new(Layer::Settings, format!("[{section}]"), effect).judged(verdicts)
        });
    }
    found
}

/// The column that a setting of a dataset is about.
fn column(key: &str) -> Option<&str> {
    let rest = key.strip_prefix("column.").or_else(|| key.strip_prefix("derive."))?;
    rest.split('.').next()
}

/// The verdict on another type in records of a column whose values are stored in the same type: a protected one.
fn narrowed(key: &str, was: Option<&str>, is: Option<&str>) -> Option<Verdict> {
    let name = column(key).filter(|_| key.starts_with("column."))?;
    let is_type = key == format!("column.{name}") || key == format!("column.{name}.type");
    let word = |text: &str| text.split(" not null").next().unwrap_or_default().replace(' ', "");
    let (was, is) = (word(was?), word(is?));
    (is_type && was != is && !Type::of(&was).fits(&Type::of(&is))).then(|| {
        Verdict::new(
            Impact::BreaksConsumers,
            format!("records with a value that is no {is} are rejected from now on"),
        )
    })
}
