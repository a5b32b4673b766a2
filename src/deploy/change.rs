//! What a new template does to each resource of a stack, from the facts about resource types.
//!
//! `CloudFormation` reports `Conditional` if it does not know a property's new value; the facts state which properties
//! cannot change at all. A replacement is therefore known before AWS is called.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::values::{PropertyChange, property_changes};

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It is created.
    Create,
    /// It is updated in place.
    Update,
    /// A new resource is created in its place, and the old one is deleted, or retained if its policy says so.
    Replace,
    /// It is deleted.
    Delete,
    /// It is removed from the stack, and retained.
    Release,
}

/// A resource that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceChange {
    /// Its logical id.
    pub logical: String,
    /// Its type.
    pub kind: String,
    /// What happens to it.
    pub effect: Effect,
    /// The properties that change, as dotted paths without duplicates; for a replacement, those that force it.
    pub properties: Vec<String>,
    /// The old and the new values of these properties, where they differ.
    pub values: Vec<PropertyChange>,
    /// Whether the replacement or deletion loses data.
    pub loses_data: bool,
    /// The custom name that a replacement would keep: `CloudFormation` rejects that, since two resources cannot have
    /// the same name.
    pub keeps_name: Option<String>,
}

/// The resources of a template.
type Resources = Map<String, Value>;

/// Types that hold data, in addition to those that the facts mark as stateful.
const HOLDS_DATA: [&str; 2] = ["AWS::Logs::LogStream", "AWS::RedshiftServerless::Namespace"];

/// Properties whose change replaces a resource, although the registry does not list them as create-only.
const ALSO_CREATE_ONLY: [(&str, &str); 1] = [("AWS::Glue::Database", "DatabaseInput/Name")];

/// Whether resources of this type hold data.
#[must_use]
pub fn holds_data(kind: &str) -> bool {
    HOLDS_DATA.contains(&kind) || strataform_schema::resource(kind).is_some_and(|facts| facts.stateful)
}

/// What a new template does to a stack that has the old one. `moved` names the parameters of the new template whose
/// value changes.
///
/// If a property refers to something whose value may change, the resource changes too, and is replaced if the property
/// is create-only; this is repeated until no more resources change.
#[must_use]
pub(super) fn changes(old: &Value, new: &Value, moved: &BTreeSet<String>) -> Vec<ResourceChange> {
    let (before, after) = (resources(old), resources(new));
    let mut found: BTreeMap<&str, ResourceChange> = BTreeMap::new();
    for (logical, was) in &before {
        if !after.contains_key(logical) {
            found.insert(logical, removed(logical, was));
        }
    }
    for (logical, is) in &after {
        match before.get(logical) {
            None => {
                found.insert(logical, created(logical, is));
            }
            Some(was) => {
                let paths = differences(&spelled(was, &before), &spelled(is, &after));
                if !paths.is_empty() {
                    found.insert(logical, changed(logical, was, is, &paths));
                }
            }
        }
    }
    follow(&before, &after, moved, &mut found);
    let order: BTreeMap<&str, usize> = after.keys().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let mut found: Vec<ResourceChange> = found.into_values().collect();
    found.sort_by_key(|one| order.get(one.logical.as_str()).copied().unwrap_or(usize::MAX));
    found
}

/// The removal of every resource of a template.
#[must_use]
pub(super) fn removal(old: &Value) -> Vec<ResourceChange> {
    resources(old).iter().map(|(logical, was)| removed(logical, was)).collect()
}

/// The outputs of a new template whose value may change with these resource changes.
#[must_use]
pub(super) fn moved_outputs(
    new: &Value,
    changes: &[ResourceChange],
    moved: &BTreeSet<String>,
) -> BTreeSet<String> {
    let new_resources: BTreeSet<&str> = changes
        .iter()
        .filter(|one| matches!(one.effect, Effect::Create | Effect::Replace))
        .map(|one| one.logical.as_str())
        .collect();
    let outputs = new.get("Outputs").and_then(Value::as_object);
    let Some(outputs) = outputs else { return BTreeSet::new() };
    let follows = |value: &Value| {
        let mut names = BTreeSet::new();
        references(value, &mut names);
        names.iter().any(|name| new_resources.contains(name.as_str()) || moved.contains(name))
    };
    outputs.iter().filter(|(_, one)| follows(one)).map(|(name, _)| name.clone()).collect()
}

fn resources(template: &Value) -> Resources {
    template.get("Resources").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn kind(resource: &Value) -> String {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn policy<'a>(resource: &'a Value, name: &str) -> &'a str {
    resource.get(name).and_then(Value::as_str).unwrap_or("Delete")
}

/// Whether a policy retains the resource, or its content.
fn keeps(policy: &str) -> bool {
    policy != "Delete"
}

fn created(logical: &str, is: &Value) -> ResourceChange {
    ResourceChange {
        logical: logical.to_owned(),
        kind: kind(is),
        effect: Effect::Create,
        properties: Vec::new(),
        values: Vec::new(),
        loses_data: false,
        keeps_name: None,
    }
}

fn removed(logical: &str, was: &Value) -> ResourceChange {
    let kind = kind(was);
    let kept = keeps(policy(was, "DeletionPolicy"));
    ResourceChange {
        logical: logical.to_owned(),
        effect: if kept { Effect::Release } else { Effect::Delete },
        properties: Vec::new(),
        values: Vec::new(),
        loses_data: !kept && holds_data(&kind),
        keeps_name: None,
        kind,
    }
}

fn changed(logical: &str, was: &Value, is: &Value, paths: &[String]) -> ResourceChange {
    let kind = kind(is);
    let forced = forcing(&kind, paths);
    let other_type = self::kind(was) != kind;
    let replaces = other_type || !forced.is_empty();
    let shown = if forced.is_empty() { paths } else { &forced };
    ResourceChange {
        logical: logical.to_owned(),
        effect: if replaces { Effect::Replace } else { Effect::Update },
        properties: dotted(shown),
        values: property_changes(was, is, shown),
        loses_data: replaces && loses(was, is),
        keeps_name: if replaces && !other_type { kept_name(was, is) } else { None },
        kind,
    }
}

/// Whether replacing a resource loses data: the new one is empty, even if the old one is retained.
fn loses(was: &Value, is: &Value) -> bool {
    holds_data(&kind(was)) || holds_data(&kind(is))
}

/// The custom name that a resource has and keeps.
fn kept_name(was: &Value, is: &Value) -> Option<String> {
    let facts = strataform_schema::resource(&kind(is))?;
    let (before, after) = (identity(was)?, identity(is)?);
    if facts.delete_then_create || before != after {
        return None;
    }
    after.into_iter().filter_map(|one| one.as_str().map(str::to_owned)).next_back()
}

/// The properties that identify a resource, if the template sets all of them.
fn identity(resource: &Value) -> Option<Vec<Value>> {
    let facts = strataform_schema::resource(&kind(resource))?;
    let of = |path: &String| {
        let mut found = resource.get("Properties")?;
        for part in path.split('/') {
            found = found.get(part)?;
        }
        Some(found.clone())
    };
    let all: Option<Vec<Value>> = facts.primary_identifier.iter().map(of).collect();
    all.filter(|all| !all.is_empty())
}

/// The custom names of resources, keyed by type and name.
pub(super) fn names(template: &Value, of: impl Fn(&str) -> bool) -> BTreeMap<String, (String, String)> {
    let mut names = BTreeMap::new();
    for (logical, one) in resources(template).iter().filter(|(logical, _)| of(logical)) {
        let literal = identity(one).filter(|all| all.iter().all(Value::is_string));
        if let Some(name) = literal.and_then(|all| all.last().and_then(Value::as_str).map(str::to_owned)) {
            names.insert(format!("{} {name}", kind(one)), (logical.clone(), name));
        }
    }
    names
}

fn dotted(paths: &[String]) -> Vec<String> {
    let mut all: Vec<String> = paths.iter().map(|path| path.replace('/', ".")).collect();
    all.dedup();
    all
}

/// The paths whose change replaces the resource.
fn forcing(kind: &str, paths: &[String]) -> Vec<String> {
    let facts = strataform_schema::resource(kind);
    let mut fixed: Vec<String> = facts.map(|facts| facts.create_only.clone()).unwrap_or_default();
    fixed.extend(ALSO_CREATE_ONLY.iter().filter(|(of, _)| *of == kind).map(|(_, path)| (*path).to_owned()));
    paths.iter().filter(|path| fixed.iter().any(|one| touches(one, path))).cloned().collect()
}

/// Whether a change at a path touches the path of a fact: one is a prefix of the other.
fn touches(fact: &str, path: &str) -> bool {
    fact.split('/').zip(path.split('/')).all(|(one, other)| one == "*" || one == other)
}

/// A resource with the names of others in place of references to them: both mean the same.
fn spelled(resource: &Value, all: &Resources) -> Value {
    let mut resource = resource.clone();
    if let Some(properties) = resource.get_mut("Properties") {
        spell(properties, all);
    }
    resource
}

fn spell(value: &mut Value, all: &Resources) {
    let named = value.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("Ref"));
    let name = named.and_then(Value::as_str).and_then(|logical| all.get(logical)).and_then(identity);
    // `Ref` returns the identifier if there is only one.
    if let Some([Value::String(name)]) = name.as_deref() {
        *value = Value::String(name.clone());
        return;
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|inner| spell(inner, all)),
        Value::Array(items) => items.iter_mut().for_each(|inner| spell(inner, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The paths of the properties that differ, and `Type` if that differs.
fn differences(was: &Value, is: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differ(
        was.get("Properties").unwrap_or(&Value::Null),
        is.get("Properties").unwrap_or(&Value::Null),
        "",
        &mut found,
    );
    if kind(was) != kind(is) {
        found.push("Type".to_owned());
    }
    found
}

fn differ(was: &Value, is: &Value, path: &str, found: &mut Vec<String>) {
    if was == is {
        return;
    }
    match (was, is) {
        (Value::Object(before), Value::Object(after)) if !is_intrinsic(before) && !is_intrinsic(after) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}/{key}") };
                let none = Value::Null;
                differ(before.get(key).unwrap_or(&none), after.get(key).unwrap_or(&none), &inner, found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

fn is_intrinsic(object: &Map<String, Value>) -> bool {
    object.len() == 1 && object.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// The parameters and resources that a value refers to.
fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(name)) = object.get("Ref").filter(|_| object.len() == 1) {
                names.insert(name.clone());
            }
            match object.get("Fn::GetAtt") {
                Some(Value::Array(parts)) => {
                    names.extend(parts.first().and_then(Value::as_str).map(str::to_owned));
                }
                Some(Value::String(text)) => names.extend(text.split('.').next().map(str::to_owned)),
                _ => {}
            }
            if let Some(sub) = object.get("Fn::Sub") {
                let text = sub.as_str().or_else(|| sub.get(0).and_then(Value::as_str));
                names.extend(text.into_iter().flat_map(substituted));
            }
            object.values().for_each(|inner| references(inner, names));
        }
        Value::Array(all) => all.iter().for_each(|inner| references(inner, names)),
        _ => {}
    }
}

/// The names in `${Name.Attribute}`.
fn substituted(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split("${").skip(1).filter_map(|part| part.split('}').next());
    parts.filter(|name| !name.starts_with('!')).map(|name| name.split('.').next().unwrap_or(name).to_owned())
}

/// Propagates every change to the resources that refer to it.
fn follow<'a>(
    before: &'a Resources,
    after: &'a Resources,
    moved: &BTreeSet<String>,
    found: &mut BTreeMap<&'a str, ResourceChange>,
) {
    loop {
        let replaced: BTreeSet<String> = found
            .values()
            .filter(|one| one.effect == Effect::Replace)
            .map(|one| one.logical.clone())
            .chain(moved.iter().cloned())
            .collect();
        let mut more = Vec::new();
        for (logical, is) in after {
            let (Some(was), known) = (before.get(logical), found.get(logical.as_str())) else { continue };
            if known.is_some_and(|one| one.effect != Effect::Update) {
                continue;
            }
            let paths = referring(is, &replaced);
            if paths.is_empty() {
                continue;
            }
            let next = changed(logical, was, is, &paths);
            if known.is_none() || next.effect == Effect::Replace {
                more.push((logical.as_str(), next));
            }
        }
        if more.is_empty() {
            return;
        }
        found.extend(more);
    }
}

/// The paths of the properties that refer to one of the names.
fn referring(resource: &Value, names: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    walk(resource.get("Properties").unwrap_or(&Value::Null), "", names, &mut found);
    found
}

fn walk(value: &Value, path: &str, names: &BTreeSet<String>, found: &mut Vec<String>) {
    match value {
        Value::Object(object) if !is_intrinsic(object) => {
            for (key, inner) in object {
                let inner_path = if path.is_empty() { key.clone() } else { format!("{path}/{key}") };
                walk(inner, &inner_path, names, found);
            }
        }
        other => {
            let mut referred = BTreeSet::new();
            references(other, &mut referred);
            if !referred.is_disjoint(names) {
                found.push(path.to_owned());
            }
        }
    }
}
