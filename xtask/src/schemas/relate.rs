//! Facts from the second source: replacements, stateful types, and the resource whose ARN a property contains.

use std::collections::BTreeMap;

use serde::Deserialize;
use strataform_schema::facts::{Identity, Relation, ResourceFacts, Shape};

/// The output of `tools/service_specification.js` for one resource type.
#[derive(Deserialize)]
pub(super) struct Specification {
    replaces: BTreeMap<String, String>,
    relations: BTreeMap<String, Vec<String>>,
    stateful: bool,
}

/// Adds the specification's knowledge to the facts of one type.
pub(super) fn relate(facts: &mut ResourceFacts, specification: &Specification) {
    facts.stateful = specification.stateful;
    for (path, certainty) in &specification.replaces {
        if !covered(facts, path) && find(facts, path).is_some() {
            let list =
                if certainty == "yes" { &mut facts.create_only } else { &mut facts.conditional_create_only };
            list.push(path.clone());
        }
    }
    for (path, targets) in &specification.relations {
        if let Some(relation) = trusted(path, targets) {
            add(facts, path, &relation);
        }
    }
}

/// Whether a path or one above it is already known to replace the resource.
fn covered(facts: &ResourceFacts, path: &str) -> bool {
    let mut known = facts.create_only.iter().chain(&facts.conditional_create_only);
    known.any(|above| {
        path == above || path.strip_prefix(above.as_str()).is_some_and(|rest| rest.starts_with('/'))
    })
}

/// The relation of a property that is named after the resource that it refers to, and refers to only one.
///
/// The source also relates properties by similar names (a database's name to a bucket's); an ARN that is named after
/// its resource was correct in every case that was checked.
fn trusted(path: &str, targets: &[String]) -> Option<Relation> {
    let property = path.rsplit('/').find(|step| *step != "*")?;
    let stem = ["Arns", "ARNs", "Arn", "ARN"].into_iter().find_map(|tail| property.strip_suffix(tail))?;
    let [target] = targets else {
        return None;
    };
    let (resource, attribute) = target.split_once('/')?;
    if Identity::of(attribute) != Identity::Arn {
        return None;
    }
    let noun = last_word(resource.rsplit("::").next()?);
    (!stem.is_empty() && stem.to_ascii_lowercase().ends_with(&noun))
        .then(|| Relation(resource.into(), Identity::Arn))
}

/// `DeliveryStream` → `stream`.
fn last_word(name: &str) -> String {
    let start = name.rfind(|letter: char| letter.is_ascii_uppercase()).unwrap_or_default();
    name[start..].to_ascii_lowercase()
}

/// Relates the property at `path` if the schema has no relation for it.
pub(super) fn add(facts: &mut ResourceFacts, path: &str, relation: &Relation) -> bool {
    let Some(target) = find_mut(facts, path) else {
        return false;
    };
    let target = match &mut target.items {
        Some(items) => items,
        None => target,
    };
    if target.relations.is_empty() {
        target.relations.push(relation.clone());
    }
    true
}

fn find<'a>(facts: &'a ResourceFacts, path: &str) -> Option<&'a Shape> {
    let mut at = &facts.shape;
    for step in path.split('/') {
        at = step_into(facts, at, step, 0)?;
    }
    Some(at)
}

/// The number of consecutive references that counts as a cycle.
const FOLLOW: usize = 16;

fn step_into<'a>(facts: &'a ResourceFacts, shape: &'a Shape, step: &str, depth: usize) -> Option<&'a Shape> {
    if depth > FOLLOW {
        return None;
    }
    let here = if step == "*" {
        shape.items.as_deref().or(shape.additional.as_deref()).or(shape.pattern_properties.values().next())
    } else {
        shape.properties.get(step)
    };
    let below = || {
        let unions = shape.all_of.iter().chain(&shape.any_of).chain(&shape.one_of);
        unions.chain(facts.referred(shape)).find_map(|next| step_into(facts, next, step, depth + 1))
    };
    here.or_else(below)
}

/// The shape at a path, for changes. It is found where it is defined: in the properties or a definition.
pub(super) fn find_mut<'a>(facts: &'a mut ResourceFacts, path: &str) -> Option<&'a mut Shape> {
    let (parent, last) =
        path.trim_end_matches("/*").rsplit_once('/').unwrap_or(("", path.trim_end_matches("/*")));
    let home = home(facts, parent)?;
    let shape = match &home {
        Home::Root => &mut facts.shape,
        Home::Definition(name) => facts.definitions.get_mut(name)?,
    };
    inside(shape, last)
}

enum Home {
    Root,
    Definition(String),
}

/// The definition that describes the object at `path`.
fn home(facts: &ResourceFacts, path: &str) -> Option<Home> {
    let mut at = &facts.shape;
    let mut home = Home::Root;
    for step in path.split('/').filter(|step| !step.is_empty()) {
        at = step_into(facts, at, step, 0)?;
        while let Some(next) = facts.referred(at) {
            let name = at.reference.clone()?;
            if name.starts_with('/') {
                return None;
            }
            home = Home::Definition(name);
            at = next;
        }
    }
    Some(home)
}

fn inside<'a>(shape: &'a mut Shape, name: &str) -> Option<&'a mut Shape> {
    if shape.properties.contains_key(name) {
        return shape.properties.get_mut(name);
    }
    let items = shape.items.as_deref_mut().into_iter();
    let unions = shape.all_of.iter_mut().chain(&mut shape.any_of).chain(&mut shape.one_of);
    items.chain(unions).find_map(|next| inside(next, name))
}
