//! What a new template does to each resource of a stack, from the facts about resource types.
//!
//! `CloudFormation` reports `Conditional` if it does not know a property's new value; the facts state which properties
//! cannot change at all. A replacement is therefore known before AWS is called.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use strataform_template::substitution::{Piece, pieces};

use super::canonical::canonical;
use super::impact::Verdict;
use super::knowledge::{self, Fate};
use super::values::{ATTRIBUTES, PropertyChange, attribute_path, property_changes, shown};
use strataform_symbols::{Setting, Symbols, attribute, identity, object};

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

impl Effect {
    /// What happens to a thing that has these values before and after: it is created, deleted or updated.
    pub(super) fn between<T>(was: Option<T>, is: Option<T>) -> Self {
        match (was, is) {
            (None, _) => Self::Create,
            (Some(_), None) => Self::Delete,
            (Some(_), Some(_)) => Self::Update,
        }
    }
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
    /// What that does, the worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<Verdict>,
}

/// A template, and where it is deployed.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The template as JSON.
    pub template: &'a Value,
    /// What is known about its parameters and its place.
    pub setting: &'a Setting,
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
pub(crate) fn changes(old: Side<'_>, new: Side<'_>, moved: &BTreeSet<String>) -> Vec<ResourceChange> {
    let none = Resources::new();
    let before = resources(old.template).unwrap_or(&none);
    let after = resources(new.template).unwrap_or(&none);
    let mut found: BTreeMap<&str, ResourceChange> = BTreeMap::new();
    let mut own: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (logical, was) in before {
        if !after.contains_key(logical) {
            found.insert(logical, removed(logical, was));
        }
    }
    let symbols = (Symbols::of(old.template, old.setting), Symbols::of(new.template, new.setting));
    let same_names = symbols.0 == symbols.1;
    for (logical, is) in after {
        match before.get(logical) {
            None => {
                found.insert(logical, created(logical, is));
            }
            // The same text means the same if its names do.
            Some(was) if was == is && same_names => {}
            Some(was) => {
                let paths = differences(&canonical(was, &symbols.0), &canonical(is, &symbols.1));
                if !paths.is_empty() {
                    found.insert(logical, changed(logical, was, is, &paths));
                    own.insert(logical.as_str(), paths);
                }
            }
        }
    }
    follow(before, after, moved, &own, &mut found);
    let order: BTreeMap<&str, usize> = after.keys().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let mut found: Vec<ResourceChange> = found.into_values().collect();
    found.sort_by_key(|one| order.get(one.logical.as_str()).copied().unwrap_or(usize::MAX));
    found
}

/// The removal of every resource of a template.
#[must_use]
#[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "only deployments use it"))]
pub(crate) fn removal(old: &Value) -> Vec<ResourceChange> {
    resources(old).into_iter().flatten().map(|(logical, was)| removed(logical, was)).collect()
}

/// The outputs of a new template whose value may change with these resource changes.
#[must_use]
pub(crate) fn moved_outputs(
    new: &Value,
    changes: &[ResourceChange],
    moved: &BTreeSet<String>,
) -> BTreeSet<String> {
    let new_resources: BTreeSet<&str> = changes
        .iter()
        .filter(|one| matches!(one.effect, Effect::Create | Effect::Replace))
        .map(|one| one.logical.as_str())
        .collect();
    let follows = |value: &Value| {
        let mut names = BTreeSet::new();
        references(value, &mut names);
        names.iter().any(|name| new_resources.contains(name.as_str()) || moved.contains(name))
    };
    object(new, "Outputs").filter(|(_, one)| follows(one)).map(|(name, _)| name.clone()).collect()
}

fn resources(template: &Value) -> Option<&Resources> {
    template.get("Resources").and_then(Value::as_object)
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
        verdicts: Vec::new(),
    }
}

fn removed(logical: &str, was: &Value) -> ResourceChange {
    let kind = kind(was);
    let kept = keeps(policy(was, "DeletionPolicy"));
    let effect = if kept { Effect::Release } else { Effect::Delete };
    let loses_data = !kept && holds_data(&kind);
    ResourceChange {
        logical: logical.to_owned(),
        effect,
        properties: Vec::new(),
        values: Vec::new(),
        loses_data,
        keeps_name: None,
        verdicts: knowledge::of_removal(was, Fate { effect, forced: &[], loses_data, keeps_name: None }),
        kind,
    }
}

fn changed(logical: &str, was: &Value, is: &Value, paths: &[String]) -> ResourceChange {
    let kind = kind(is);
    let forced = forcing(&kind, was, is, paths);
    let other_type = self::kind(was) != kind;
    let replaces = other_type || !forced.is_empty();
    let causes = if forced.is_empty() { paths } else { &forced };
    let effect = if replaces { Effect::Replace } else { Effect::Update };
    let loses_data = replaces && loses(was, is);
    let keeps_name = if replaces && !other_type { kept_name(was, is) } else { None };
    let fate = Fate { effect, forced: &forced, loses_data, keeps_name: keeps_name.as_deref() };
    let verdicts = knowledge::of_change(was, is, paths, fate);
    ResourceChange {
        logical: logical.to_owned(),
        effect,
        properties: dotted(causes),
        values: property_changes(was, is, causes),
        loses_data,
        keeps_name,
        verdicts,
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

/// The custom names of resources, keyed by type and name.
#[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "only deployments use it"))]
pub(crate) fn names(template: &Value, of: impl Fn(&str) -> bool) -> BTreeMap<String, (String, String)> {
    let mut names = BTreeMap::new();
    for (logical, one) in resources(template).into_iter().flatten().filter(|(logical, _)| of(logical)) {
        let literal = identity(one).filter(|all| all.iter().all(Value::is_string));
        if let Some(name) = literal.and_then(|all| all.last().and_then(Value::as_str).map(str::to_owned)) {
            names.insert(format!("{} {name}", kind(one)), (logical.clone(), name));
        }
    }
    names
}

fn dotted(paths: &[String]) -> Vec<String> {
    let mut all: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    all.dedup();
    all
}

/// The paths whose change replaces the resource.
fn forcing(kind: &str, was: &Value, is: &Value, paths: &[String]) -> Vec<String> {
    let facts = strataform_schema::resource(kind);
    let fixed = facts.as_ref().map(|facts| facts.create_only.as_slice()).unwrap_or_default();
    let also = ALSO_CREATE_ONLY.iter().filter(|(of, _)| *of == kind).map(|(_, path)| *path);
    let fixed: Vec<&str> = fixed.iter().map(String::as_str).chain(also).collect();
    let forces = |path: &&String| {
        fixed.iter().any(|one| touches(one, path)) || knowledge::replaces(kind, was, is, path)
    };
    paths.iter().filter(forces).cloned().collect()
}

/// Whether a change at a path touches the path of a fact: one is a prefix of the other.
pub(super) fn touches(fact: &str, path: &str) -> bool {
    fact.split('/').zip(path.split('/')).all(|(one, other)| one == "*" || one == other)
}

/// The paths of the properties and the attributes that differ.
fn differences(was: &Value, is: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differ(
        was.get("Properties").unwrap_or(&Value::Null),
        is.get("Properties").unwrap_or(&Value::Null),
        "",
        &mut found,
    );
    let attributes = ATTRIBUTES.iter().filter(|name| was.get(**name) != is.get(**name));
    found.extend(attributes.map(|name| attribute_path(name)));
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
            let read = object.get("Fn::GetAtt").and_then(attribute);
            names.extend(read.and_then(|name| name.split('.').next().map(str::to_owned)));
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
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Name(name) => Some(name.split('.').next().unwrap_or(name).to_owned()),
        Piece::Text(_) | Piece::Escaped(_) => None,
    })
}

/// Propagates every change to the resources that refer to it; `own` has the paths that differ by themselves.
fn follow<'a>(
    before: &'a Resources,
    after: &'a Resources,
    moved: &BTreeSet<String>,
    own: &BTreeMap<&str, Vec<String>>,
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
            // What it changes by itself it changes still.
            let own = own.get(logical.as_str()).map(Vec::as_slice).unwrap_or_default();
            let paths: Vec<String> =
                own.iter().chain(paths.iter().filter(|path| !own.contains(path))).cloned().collect();
            let next = changed(logical, was, is, &paths);
            if known.is_none_or(|known| *known != next) {
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
