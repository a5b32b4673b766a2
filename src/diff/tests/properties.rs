//! What holds for any two assemblies: nothing differs from itself, every difference of a file is explained, and what has no
//! meaning is nothing. The versions are those of [`super::versions`].

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::platform::{BLUEPRINTS, Project};
use super::versions::{Version, lines, pairs};
use crate::assembly::{Assembly, FileKind};
use crate::diff::{Change, Effect, Layer, assemblies};

fn all(changes: &[Change]) -> Vec<&Change> {
    changes.iter().flat_map(Change::all).collect()
}

/// The places of a template in which two differ: `Resources/Logical/Properties/Name/…`, as far down as both are objects.
fn places(was: &Value, is: &Value, path: &str, found: &mut Vec<String>) {
    match (was, is) {
        (was, is) if was == is => {}
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let (none, path) = (Value::Null, format!("{path}/{key}"));
                places(before.get(key).unwrap_or(&none), after.get(key).unwrap_or(&none), &path, found);
            }
        }
        // A section that is missing has no members.
        (Value::Object(_), Value::Null) if path.matches('/').count() == 1 => {
            places(was, &Value::Object(Map::new()), path, found);
        }
        (Value::Null, Value::Object(_)) if path.matches('/').count() == 1 => {
            places(&Value::Object(Map::new()), is, path, found);
        }
        _ => found.push(path.trim_start_matches('/').to_owned()),
    }
}

/// Whether a place of a template is explained by a change of its stack.
fn is_explained(stack: &str, place: &str, changes: &[&Change]) -> bool {
    let mut parts = place.split('/');
    let (section, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if section != "Resources" {
        let word = section.trim_end_matches('s').to_lowercase();
        let (member, text) =
            (format!("{stack}/{word} {name}"), format!("{stack}/{}", section.to_lowercase()));
        return changes.iter().any(|one| one.subject == member || one.subject == text);
    }
    let subject = format!("{stack}/{name}");
    let path = parts.filter(|part| *part != "Properties").collect::<Vec<_>>().join(".");
    changes.iter().any(|one| {
        let has = |property: &String| {
            path == *property
                || path.starts_with(&format!("{property}."))
                || property.starts_with(&format!("{path}."))
        };
        // Of a resource that is created, replaced or removed, everything is another thing.
        (one.subject == subject
            && (one.layer == Layer::Resources && one.effect != Effect::Update
                || one.properties.iter().any(has)))
            || (one.layer == Layer::Catalogue
                && one.subject.starts_with(&format!("{subject} "))
                && path.starts_with("TableInput.StorageDescriptor.Columns"))
    })
}

/// What of two assemblies no change explains.
fn unexplained(old: &Assembly, new: &Assembly, changes: &[Change]) -> Vec<String> {
    let changes = all(changes);
    let mut found = Vec::new();
    let names: BTreeSet<&String> = old.files.keys().chain(new.files.keys()).collect();
    for name in names.into_iter().filter(|name| old.files.get(*name) != new.files.get(*name)) {
        if !changes.iter().any(|one| one.file.as_ref() == Some(name)) {
            found.push(format!("{name}: no change names it"));
        }
        let kind = |of: &Assembly| of.manifest.files.iter().find(|one| one.path == *name).map(|one| one.kind);
        if kind(new).or_else(|| kind(old)) != Some(FileKind::Template) {
            continue;
        }
        let stacks = new.manifest.stacks.iter().chain(&old.manifest.stacks);
        let stack = stacks.into_iter().find(|one| one.template == *name).map_or("", |one| one.name.as_str());
        let value = |of: &Assembly| {
            of.files.get(name).and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or(Value::Null)
        };
        let mut differ = Vec::new();
        places(&value(old), &value(new), "", &mut differ);
        let open = differ.into_iter().filter(|place| !is_explained(stack, place, &changes));
        found.extend(open.map(|place| format!("{name}: {place}")));
    }
    found
}

#[test]
fn every_difference_is_explained_and_nothing_differs_from_itself() {
    for one in lines().iter().flatten() {
        assert_eq!(assemblies(&one.assembly, &one.assembly), [], "{}", one.said);
    }
    let all: Vec<_> = pairs().collect();
    let open = |(old, new): &(&Version, &Version)| {
        let changes = assemblies(&old.assembly, &new.assembly);
        let open = unexplained(&old.assembly, &new.assembly, &changes);
        open.into_iter().map(|one| format!("{} → {}: {one}", old.said, new.said)).collect::<Vec<_>>()
    };
    // They take seconds: each half has a thread.
    let (one, other) = all.split_at(all.len() / 2);
    let faults: Vec<String> = std::thread::scope(|scope| {
        let halves =
            [one, other].map(|half| scope.spawn(move || half.iter().flat_map(open).collect::<Vec<_>>()));
        halves.into_iter().flat_map(|half| half.join().expect("no panic")).collect()
    });
    let differ = all.iter().filter(|(old, new)| old.assembly.files != new.assembly.files).count();
    let count = all.len();
    assert!(count >= 200 && differ > count * 9 / 10, "{differ} of {count} pairs differ");
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}

/// The subjects that have an effect, of those that a file or a resource is.
fn subjects(changes: &[Change], effects: &[Effect]) -> BTreeSet<(Layer, String)> {
    let is_thing = |one: &&&Change| effects.contains(&one.effect) && one.layer != Layer::Access;
    all(changes).iter().filter(is_thing).map(|one| (one.layer, one.subject.clone())).collect()
}

#[test]
fn what_one_direction_creates_the_other_removes() {
    for (old, new) in pairs().step_by(8) {
        let there = assemblies(&old.assembly, &new.assembly);
        let back = assemblies(&new.assembly, &old.assembly);
        let gone = [Effect::Delete, Effect::Release];
        let (created, removed) = (subjects(&there, &[Effect::Create]), subjects(&back, &gone));
        let apart: Vec<_> = created.symmetric_difference(&removed).collect();
        assert!(apart.is_empty(), "{} → {}: {apart:?}", old.said, new.said);
    }
}

#[test]
fn blueprints_do_not_differ_from_themselves() {
    for (name, ..) in BLUEPRINTS {
        for environment in ["dev", "prod"] {
            let one = Project::of(&format!("{name}/{environment}")).assembly();
            assert_eq!(assemblies(&one, &one), [], "{name}/{environment}");
        }
    }
}

/// The whole difference between two environments of a platform: almost all sizes, names and policies at once.
#[test]
fn the_difference_of_two_environments_is_explained() {
    for (name, ..) in BLUEPRINTS {
        let of = |environment: &str| Project::of(&format!("{name}/{environment}")).assembly();
        let (old, new) = (of("dev"), of("prod"));
        let found = unexplained(&old, &new, &assemblies(&old, &new));
        assert!(found.is_empty(), "{name}: {}:\n{}", found.len(), found.join("\n"));
    }
}
