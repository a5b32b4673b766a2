//! Corrections to the facts, each with its reason: `crates/schema/patches.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use strataform_schema::facts::{Identity, Relation, ResourceFacts};

use super::{pattern, relate};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Patches {
    patch: Vec<Patch>,
}

/// One correction of one resource type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Patch {
    /// Why the sources are wrong or incomplete here.
    reason: String,
    /// The resource type.
    r#type: String,
    /// The result of `Ref`.
    reference: Option<Identity>,
    /// The property of the corrections below.
    property: Option<String>,
    /// What the property refers to: `["AWS::Kinesis::Stream", "arn"]`. Replaces the relation in the sources.
    relation: Option<Relation>,
    /// The property refers to no particular resource, regardless of the sources.
    unrelated: Option<bool>,
    /// The order of the property's items has a meaning, although the registry says that it has none.
    ordered: Option<bool>,
    /// Whether the property contains a secret.
    secret: Option<bool>,
    /// Whether a change of the property replaces the resource.
    replaces: Option<bool>,
    /// The pattern of the property; an empty one removes it.
    pattern: Option<String>,
    /// Whether the resource stores data that is deleted with it.
    stateful: Option<bool>,
}

/// Applies every correction; one that changes nothing is an error, so that the list stays accurate.
pub(super) fn apply(patches: &Patches, facts: &mut BTreeMap<String, ResourceFacts>) -> Result<(), String> {
    let mut faults = Vec::new();
    for patch in &patches.patch {
        if patch.reason.trim().is_empty() {
            faults.push(format!("a patch of {} has no reason", patch.r#type));
        }
        match facts.get_mut(&patch.r#type) {
            None => faults.push(format!("unknown resource type {}", patch.r#type)),
            Some(facts) => {
                let before = facts.clone();
                one(patch, facts);
                if *facts == before {
                    faults.push(format!("the patch of {} changes nothing: {}", patch.r#type, patch.reason));
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn one(patch: &Patch, facts: &mut ResourceFacts) {
    if patch.reference.is_some() {
        facts.reference = patch.reference;
    }
    if let Some(stateful) = patch.stateful {
        facts.stateful = stateful;
    }
    let Some(property) = &patch.property else {
        return;
    };
    match patch.replaces {
        Some(true) => facts.create_only.push(property.clone()),
        Some(false) => facts.create_only.retain(|known| known != property),
        None => {}
    }
    let Some(shape) = relate::find_mut(facts, property) else {
        return;
    };
    if let Some(secret) = patch.secret {
        shape.secret = secret;
    }
    if let Some(pattern) = &patch.pattern {
        pattern::set(shape, Some(pattern.clone()).filter(|pattern| !pattern.is_empty()));
    }
    if patch.ordered == Some(true) {
        shape.unordered = false;
    }
    let target = match &mut shape.items {
        Some(items) => items.as_mut(),
        None => shape,
    };
    if let Some(relation) = &patch.relation {
        target.relations = vec![relation.clone()];
    }
    if patch.unrelated == Some(true) {
        target.relations.clear();
    }
}
