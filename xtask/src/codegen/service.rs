//! One service: the types that its resources share, and their names.
//!
//! Two types are merged only if name, properties, limits and everything below them are the same. Types with the same
//! name and different shapes get the name of their resource as a prefix.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::model::{Enum, Model, Struct, Type};
use super::names;

/// A type of a resource: the resource's index in the service, and the type's key.
pub(super) type Key = (usize, String);

/// The resources of a service with the names of their types.
pub(super) struct Service {
    pub(super) resources: Vec<(String, Model)>,
    structs: BTreeMap<Key, String>,
    enums: BTreeMap<Key, String>,
}

/// A type to emit once, and the resources that use it.
pub(super) struct Item<'a, T> {
    pub(super) name: &'a str,
    /// The key in the models.
    pub(super) key: &'a str,
    pub(super) body: &'a T,
    /// A resource that has it, to look up the types of its properties.
    pub(super) of: usize,
    pub(super) users: BTreeSet<usize>,
}

impl Service {
    /// Names every type of the service.
    pub(super) fn new(resources: Vec<(String, Model)>) -> Self {
        let labels = labels(&resources);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (name, _) in &resources {
            let (_, own) = names::split(name);
            taken.insert(format!("{own}Attributes"));
            taken.insert(own);
        }
        let structs = name_structs(&resources, &labels, &mut taken);
        let enums = name_enums(&resources, &mut taken);
        Self { resources, structs, enums }
    }

    pub(super) fn struct_name(&self, of: usize, key: &str) -> &str {
        self.structs.get(&(of, key.to_owned())).map_or("Json", String::as_str)
    }

    pub(super) fn enum_name(&self, of: usize, key: &str) -> &str {
        self.enums.get(&(of, key.to_owned())).map_or("Text", String::as_str)
    }

    /// Every struct once, by name.
    pub(super) fn all_structs(&self) -> Vec<Item<'_, Struct>> {
        items(&self.structs, |of, key| self.resources[of].1.structs.get(key))
    }

    /// Every enum once, by name.
    pub(super) fn all_enums(&self) -> Vec<Item<'_, Enum>> {
        items(&self.enums, |of, key| self.resources[of].1.enums.get(key))
    }
}

fn items<'a, T>(
    names: &'a BTreeMap<Key, String>,
    body: impl Fn(usize, &str) -> Option<&'a T>,
) -> Vec<Item<'a, T>> {
    let mut items: BTreeMap<&str, Item<'a, T>> = BTreeMap::new();
    for ((of, key), name) in names {
        if let Some(found) = body(*of, key) {
            let item = items.entry(name).or_insert_with(|| Item {
                name,
                key,
                body: found,
                of: *of,
                users: BTreeSet::new(),
            });
            item.users.insert(*of);
        }
    }
    items.into_values().collect()
}

/// A number for each struct; equal numbers mean equal shapes all the way down.
fn labels(resources: &[(String, Model)]) -> BTreeMap<Key, usize> {
    let mut labels: BTreeMap<Key, usize> = BTreeMap::new();
    for (of, (_, model)) in resources.iter().enumerate() {
        labels.extend(model.structs.keys().map(|key| ((of, key.clone()), 0)));
    }
    let mut classes = 0;
    loop {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = BTreeMap::new();
        for ((of, key), label) in &labels {
            let print = fingerprint(resources, &labels, *of, key, *label);
            let fresh = numbers.len();
            next.insert((*of, key.clone()), *numbers.entry(print).or_insert(fresh));
        }
        labels = next;
        if numbers.len() == classes {
            return labels;
        }
        classes = numbers.len();
    }
}

fn fingerprint(
    resources: &[(String, Model)],
    labels: &BTreeMap<Key, usize>,
    of: usize,
    key: &str,
    label: usize,
) -> String {
    let model = &resources[of].1;
    let mut print = format!("{label} {key}");
    if let Some(body) = model.structs.get(key) {
        for property in &body.properties {
            let limits = serde_json::to_string(&property.shape).unwrap_or_default();
            let kind = kind_print(model, labels, of, &property.kind);
            let _ = write!(print, "\n{} {} {kind} {limits}", property.name, property.required);
        }
        print.push_str(&body.rules.join("\n"));
    }
    print
}

fn kind_print(model: &Model, labels: &BTreeMap<Key, usize>, of: usize, kind: &Type) -> String {
    match kind {
        Type::Struct(key) => format!("struct {:?}", labels.get(&(of, key.clone()))),
        Type::Enum(key) => format!("enum {:?}", model.enums.get(key)),
        Type::List(item) => format!("list of {}", kind_print(model, labels, of, item)),
        Type::Map(item) => format!("map of {}", kind_print(model, labels, of, item)),
        other => format!("{other:?}"),
    }
}

fn name_structs(
    resources: &[(String, Model)],
    labels: &BTreeMap<Key, usize>,
    taken: &mut BTreeSet<String>,
) -> BTreeMap<Key, String> {
    let mut by_name: BTreeMap<&str, BTreeMap<usize, Vec<&Key>>> = BTreeMap::new();
    for (key, label) in labels {
        by_name.entry(&key.1).or_default().entry(*label).or_default().push(key);
    }
    let mut names = BTreeMap::new();
    for (base, groups) in by_name {
        let bare = groups.len() == 1 && !taken.contains(base);
        for keys in groups.values() {
            let name = if bare { base.to_owned() } else { prefixed(resources, keys[0].0, base) };
            let name = free(&name, taken);
            names.extend(keys.iter().map(|key| ((*key).clone(), name.clone())));
        }
    }
    names
}

fn prefixed(resources: &[(String, Model)], of: usize, base: &str) -> String {
    format!("{}{base}", names::split(&resources[of].0).1)
}

/// The name itself, or the first free one with a suffix; it is reserved from then on.
fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut free = name.to_owned();
    let mut suffixes =
        std::iter::once("Property".to_owned()).chain((2..).map(|number| format!("Property{number}")));
    while !taken.insert(free.clone()) {
        free = format!("{name}{}", suffixes.next().unwrap_or_default());
    }
    free
}

/// Words that mean nothing without their owner.
const GENERIC: [&str; 14] = [
    "Type", "Status", "Mode", "Value", "State", "Name", "Format", "Kind", "Method", "Source", "Scope",
    "Action", "Unit", "Level",
];

fn name_enums(resources: &[(String, Model)], taken: &mut BTreeSet<String>) -> BTreeMap<Key, String> {
    let mut by_property: BTreeMap<&str, BTreeSet<&[String]>> = BTreeMap::new();
    for body in resources.iter().flat_map(|(_, model)| model.enums.values()) {
        by_property.entry(&body.property).or_default().insert(&body.values);
    }
    let mut by_name: BTreeMap<String, BTreeMap<&[String], Vec<Key>>> = BTreeMap::new();
    for (of, (_, model)) in resources.iter().enumerate() {
        for (key, body) in &model.enums {
            let alone = by_property.get(body.property.as_str()).is_some_and(|values| values.len() == 1);
            let short = alone && !body.property.is_empty() && !GENERIC.contains(&body.property.as_str());
            let base = if short && !taken.contains(&body.property) {
                body.property.clone()
            } else {
                format!("{}{}", body.owner, body.property)
            };
            by_name.entry(base).or_default().entry(&body.values).or_default().push((of, key.clone()));
        }
    }
    let mut names = BTreeMap::new();
    for (base, groups) in by_name {
        let bare = groups.len() == 1 && !taken.contains(&base);
        for keys in groups.values() {
            let name = if bare { base.clone() } else { prefixed(resources, keys[0].0, &base) };
            let name = free(&name, taken);
            names.extend(keys.iter().map(|key| (key.clone(), name.clone())));
        }
    }
    names
}
