//! Other spellings of the same: what is only written in another order or layout is no change.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use strataform_rows::Random;

use super::platform::{BLUEPRINTS, Project};
use crate::assembly::{Assembly, FileKind};
use crate::diff::{Change, Impact, Pair, Setting, Side, assemblies, compare};

/// Members of a policy's statement, and properties, whose lists have no order.
const SETS: [&str; 7] =
    ["Action", "Resource", "NotAction", "Tags", "DependsOn", "SecurityGroupIds", "SubnetIds"];

fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for at in (1..items.len()).rev() {
        let other = usize::try_from(random.below(at as u64 + 1)).expect("it is small");
        items.swap(at, other);
    }
}

/// The same value with the keys of objects, statements and sets in another order.
fn permuted(value: &Value, name: &str, random: &mut Random) -> Value {
    match value {
        Value::Object(object) => {
            let mut all: Vec<(String, Value)> =
                object.iter().map(|(key, inner)| (key.clone(), permuted(inner, key, random))).collect();
            shuffle(random, &mut all);
            Value::Object(all.into_iter().collect::<Map<String, Value>>())
        }
        Value::Array(items) => {
            let mut all: Vec<Value> = items.iter().map(|one| permuted(one, "", random)).collect();
            let is_statement = |one: &Value| one.get("Effect").is_some();
            if SETS.contains(&name) || (name == "Statement" && all.iter().all(is_statement)) {
                shuffle(random, &mut all);
            }
            Value::Array(all)
        }
        other => other.clone(),
    }
}

/// An assembly whose templates are written otherwise: in another order, in one line.
fn respelled(of: &Assembly, random: &mut Random) -> Assembly {
    let mut other = of.clone();
    for file in &of.manifest.files {
        let bytes = other.files.get_mut(&file.path).expect("a file");
        match file.kind {
            FileKind::Template => {
                let value: Value = serde_json::from_slice(bytes).expect("a template");
                *bytes = permuted(&value, "", random).to_string().into_bytes();
            }
            FileKind::Definition => {
                let value: Value = serde_json::from_slice(bytes).expect("a definition");
                *bytes = value.to_string().into_bytes();
            }
            FileKind::Sql | FileKind::Migration | FileKind::Load | FileKind::Script | FileKind::Policy => {}
        }
    }
    other
}

fn all(changes: &[Change]) -> BTreeSet<String> {
    let written = |one: &Change| {
        let verdicts: Vec<_> = one.verdicts.iter().map(|one| (one.impact, &one.reason)).collect();
        format!("{:?} {} {:?} {:?} {verdicts:?}", one.layer, one.subject, one.effect, one.properties)
    };
    changes.iter().flat_map(Change::all).map(written).collect()
}

#[test]
fn another_order_of_keys_resources_statements_and_sets_changes_nothing() {
    let mut random = Random::new(7);
    for (name, ..) in BLUEPRINTS {
        let old = Project::of(&format!("{name}/prod")).assembly();
        let other = respelled(&old, &mut random);
        assert_ne!(old.files, other.files, "{name}: something is written otherwise");
        assert_eq!(assemblies(&old, &other), [], "{name}");
        assert_eq!(assemblies(&other, &old), [], "{name}");
        let mut edited = Project::of(&format!("{name}/prod"));
        edited = edited.edited("protected = true", "protected = false");
        let new = edited.assembly();
        let (plain, permuted) = (assemblies(&old, &new), assemblies(&other, &respelled(&new, &mut random)));
        assert!(!plain.is_empty());
        assert_eq!(all(&plain), all(&permuted), "{name}");
    }
}

/// The same SQL, laid out otherwise, with a comment more: some of those that are there state what a file was made from.
fn laid_out(text: &str) -> String {
    format!("-- Another comment.\n\n{}\n\n", text.replace("\n    ", "\n\n        "))
}

#[test]
fn the_layout_of_sql_and_scripts_is_nothing_or_comments_only() {
    for (name, ..) in BLUEPRINTS {
        let old = Project::of(&format!("{name}/prod")).assembly();
        let mut other = old.clone();
        for file in &old.manifest.files {
            let text = String::from_utf8_lossy(&old.files[&file.path]).into_owned();
            let text = match file.kind {
                FileKind::Sql | FileKind::Migration | FileKind::Load => laid_out(&text),
                FileKind::Script => format!("# A comment.\n\n{text}"),
                FileKind::Template | FileKind::Definition | FileKind::Policy => continue,
            };
            other.files.insert(file.path.clone(), text.into_bytes());
        }
        for one in assemblies(&old, &other).iter().flat_map(Change::all) {
            assert_eq!(one.impact(), Impact::Safe, "{name}: {one:?}");
            let is_silent = one.summary == "comments only" || !one.consequences.is_empty();
            assert!(is_silent, "{name}: {} {} {:?}", one.subject, one.summary, one.statements);
        }
    }
}

#[test]
fn spellings_of_a_template_on_its_own_are_equal() {
    let setting = Setting::default();
    let found = |was: &Value, is: &Value| {
        let side = |template| Side { template, setting: &setting };
        compare(Pair { stack: "", old: side(was), new: side(is) }, &BTreeSet::new())
    };
    let bucket = |name: Value| {
        json!({"Parameters": {"Name": {"Type": "String"}}, "Resources": {"B": {"Type": "AWS::S3::Bucket",
            "DependsOn": ["X", "Y"], "Properties": {"BucketName": name}}}})
    };
    let plain = bucket(json!({"Ref": "Name"}));
    let mut other = bucket(json!({"Fn::Sub": "${Name}"}));
    assert_eq!(found(&plain, &other), []);
    other["Resources"]["B"]["DependsOn"] = json!(["Y", "X"]);
    assert_eq!(found(&plain, &other), [], "what a resource depends on is a set");
    other["Outputs"] = json!({"Name": {"Value": {"Ref": "B"}}});
    let names: Vec<String> = found(&plain, &other).into_iter().map(|one| one.subject).collect();
    assert_eq!(names, ["output Name"]);
    let names: Vec<String> = found(&other, &plain).into_iter().map(|one| one.subject).collect();
    assert_eq!(names, ["output Name"], "an output that is removed is a change, too");
}
