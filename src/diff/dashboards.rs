//! References between dashboards and data sets: what a change of one breaks in the other.
//!
//! In: a template before and after. Out: a verdict for each reference that resolved and does not any more, by the same
//! checker as `gen check dashboard`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use strataform_dashboard::Severity;

use super::impact::{Impact, Verdict};
use strataform_symbols::object;

/// References to the data sets of a template by their ARN, as references within the template.
fn linked(template: &Value) -> Value {
    let ids: BTreeMap<&str, &str> = object(template, "Resources")
        .filter(|(_, one)| one.get("Type").and_then(Value::as_str) == Some("AWS::QuickSight::DataSet"))
        .filter_map(|(logical, one)| {
            Some((one.pointer("/Properties/DataSetId")?.as_str()?, logical.as_str()))
        })
        .collect();
    let mut linked = template.clone();
    link(&mut linked, &ids);
    linked
}

fn link(value: &mut Value, ids: &BTreeMap<&str, &str>) {
    let logical = value
        .as_str()
        .filter(|text| text.starts_with("arn:") && text.contains(":quicksight:"))
        .and_then(|text| text.rsplit_once(":dataset/"))
        .and_then(|(_, id)| ids.get(id));
    if let Some(logical) = logical {
        *value = json!({"Fn::GetAtt": [logical, "Arn"]});
        return;
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|inner| link(inner, ids)),
        Value::Array(items) => items.iter_mut().for_each(|inner| link(inner, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The references that do not resolve: the place and what is wrong.
#[must_use]
pub fn broken_references(template: &Value) -> BTreeSet<(String, String)> {
    let has_any = object(template, "Resources").any(|(_, one)| {
        one.get("Type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("AWS::QuickSight::"))
    });
    if !has_any {
        return BTreeSet::new();
    }
    let found = strataform_dashboard::check(&linked(template));
    let errors = found.into_iter().filter(|one| one.severity == Severity::Error);
    errors.map(|one| (one.path, one.summary)).collect()
}

/// The verdicts on references that a change breaks: the logical ID of the dashboard or data set that has them, and what
/// is wrong.
pub(super) fn verdicts(old: &Value, new: &Value) -> Vec<(String, Verdict)> {
    if old == new {
        return Vec::new();
    }
    let before = broken_references(old);
    // Whatever was broken before does not break now, wherever it stands.
    let known: BTreeSet<&String> = before.iter().map(|(_, summary)| summary).collect();
    let fresh = broken_references(new).into_iter().filter(|(_, summary)| !known.contains(summary));
    fresh
        .map(|(path, summary)| {
            let logical =
                path.trim_start_matches("/Resources/").split('/').next().unwrap_or_default().to_owned();
            (
                logical.clone(),
                Verdict::new(Impact::BreaksConsumers, format!("{logical}: {summary}")).about("reference"),
            )
        })
        .collect()
}
