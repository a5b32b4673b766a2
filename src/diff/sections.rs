//! What a template has besides resources: parameters, outputs, conditions, mappings, texts.
//!
//! In: a template before and after. Out: a [`Change`] for each member that differs. What the values of parameters and
//! mappings do to resources is said by these.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::{Change, Layer};
use super::impact::{Impact, Verdict};
use super::resource::Effect;
use strataform_symbols::object;

/// The changes of a template besides its resources.
pub(super) fn changes(stack: &str, was: &Value, is: &Value) -> Vec<Change> {
    let placed = |name: &str| if stack.is_empty() { name.to_owned() } else { format!("{stack}/{name}") };
    let mut found = Vec::new();
    for section in ["Parameters", "Outputs", "Conditions", "Mappings", "Rules"] {
        let names: BTreeSet<&String> =
            object(was, section).chain(object(is, section)).map(|(name, _)| name).collect();
        for name in names {
            let (before, after) = (member(was, section, name), member(is, section, name));
            if before == after {
                continue;
            }
            let effect = Effect::between(before, after);
            let word = section.trim_end_matches('s').to_lowercase();
            let verdict = exported(effect, before);
            found.push(Change::new(Layer::Files, placed(&format!("{word} {name}")), effect).judged(verdict));
        }
    }
    let texts = ["Description", "Transform", "Metadata", "AWSTemplateFormatVersion"];
    for name in texts.iter().filter(|name| was.get(**name) != is.get(**name)) {
        let effect = if was.is_null() { Effect::Create } else { Effect::Update };
        found.push(Change::new(Layer::Files, placed(&name.to_lowercase()), effect));
    }
    found
}

/// The verdict on an output that other stacks import.
fn exported(effect: Effect, was: Option<&Value>) -> Vec<Verdict> {
    match effect {
        Effect::Delete if was.is_some_and(|was| was.get("Export").is_some()) => {
            vec![Verdict::new(Impact::Refused, "a stack that imports it keeps it from being removed")]
        }
        Effect::Create | Effect::Update | Effect::Replace | Effect::Delete | Effect::Release => Vec::new(),
    }
}

/// A member of a section of a template.
fn member<'t>(template: &'t Value, section: &str, name: &str) -> Option<&'t Value> {
    template.get(section)?.get(name)
}
