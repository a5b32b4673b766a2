//! Ours and AWS's released command agree on rule, status and path.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use strataform_guard::{RuleFile, RuleSet, shipped};

use crate::files::{cases, templates};
use crate::judge::{ours, verdicts};

/// Fails where the two differ.
fn agree(files: &[RuleFile], templates: &[(String, Value)]) {
    let rules = RuleSet::parse(files).unwrap();
    let inputs: Vec<_> = templates.iter().map(|(_, template)| template).collect();
    for ((name, template), expected) in templates.iter().zip(verdicts(files, &inputs)) {
        let report = rules.check(template);
        assert_eq!(report.faults, [], "{name}");
        let found = ours(&report);
        for (rule, expected) in &expected {
            assert_eq!(&found[rule], expected, "{rule}: {name}");
        }
        assert_eq!(found.len(), expected.len(), "{name}");
    }
}

#[test]
fn they_agree_on_every_case_of_every_rule() {
    for file in shipped() {
        let cases = cases(file.name.trim_end_matches(".guard"));
        agree(&[file], &cases.into_iter().map(|case| (case.name, case.input)).collect::<Vec<_>>());
    }
}

#[test]
fn they_agree_on_every_template_of_the_blueprints() {
    agree(&shipped(), &small_templates());
}

#[test]
fn they_agree_on_the_resources_of_the_blueprints_without_their_settings() {
    agree(&shipped(), &mutants(&resources()));
}

/// The templates without the definitions of dashboards, which no rule looks at and which the judge copies for each.
fn small_templates() -> Vec<(String, Value)> {
    let mut templates = templates();
    for (_, template) in &mut templates {
        for resource in template["Resources"].as_object_mut().unwrap().values_mut() {
            if resource["Type"] == "AWS::QuickSight::Dashboard" {
                resource["Properties"].as_object_mut().unwrap().shift_remove("Definition");
            }
        }
    }
    templates
}

/// A resource of each type that the blueprints have, and the buckets of one, as one template.
fn resources() -> Value {
    let mut resources = Map::new();
    for (_, template) in small_templates() {
        for (id, resource) in template["Resources"].as_object().unwrap() {
            let is_bucket = resource["Type"] == "AWS::S3::Bucket";
            if is_bucket || !resources.values().any(|other: &Value| other["Type"] == resource["Type"]) {
                resources.insert(id.clone(), resource.clone());
            }
        }
    }
    json!({ "Resources": resources })
}

/// A template without any property; without the first, the second, … property of each resource; with everything opened.
fn mutants(template: &Value) -> Vec<(String, Value)> {
    let mut mutants = Vec::new();
    let mut mutate = |how: &str, change: &dyn Fn(&mut Value)| {
        let mut mutant = template.clone();
        mutant["Resources"].as_object_mut().unwrap().values_mut().for_each(change);
        mutants.push((how.to_owned(), mutant));
    };
    mutate("without properties", &|resource| {
        resource.as_object_mut().unwrap().remove("Properties");
    });
    for number in 0..6 {
        mutate(&format!("without property {number} of each resource"), &|resource| {
            let properties = resource["Properties"].as_object_mut().unwrap();
            if let Some(key) = properties.keys().nth(number).cloned() {
                properties.shift_remove(&key);
            }
        });
    }
    mutate("with its truth values inverted", &invert);
    mutate("with its texts replaced by a wildcard", &wildcard);
    mutants
}

fn invert(value: &mut Value) {
    match value {
        Value::Bool(truth) => *truth = !*truth,
        Value::Array(list) => list.iter_mut().for_each(invert),
        Value::Object(map) => map.values_mut().for_each(invert),
        Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

fn wildcard(value: &mut Value) {
    match value {
        Value::String(text) if !text.starts_with("AWS::") && text != "Allow" && text != "Deny" => {
            *value = json!("*");
        }
        Value::Array(list) => list.iter_mut().for_each(wildcard),
        Value::Object(map) => map.values_mut().for_each(wildcard),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Rules that an npm package ships: AWS Control Tower's proactive controls. They were written for a release that passes over a clause
/// with nothing to compare; the judge's release fails there, and ours lists such clauses.
#[test]
fn they_agree_on_the_rules_of_control_tower_unless_a_clause_compares_nothing() {
    let Some(folder) = control_tower() else { return };
    let files = guard_files(&folder);
    assert!(files.len() >= 200, "{} files", files.len());
    let rules = RuleSet::parse(&files).unwrap_or_else(|faults| panic!("{faults:?}"));
    let template = resources();
    let report = rules.check(&template);
    assert_eq!(report.faults, []);
    let found = ours(&report);
    let mut vacuous = Vec::new();
    for (rule, (status, paths)) in verdicts(&files, &[&template]).remove(0) {
        if found[&rule] == (status.clone(), paths.clone()) {
            continue;
        }
        let outcome = report.outcomes.iter().find(|outcome| outcome.rule == rule).unwrap();
        assert_eq!((status.as_str(), &paths), ("FAIL", &found[&rule].1), "{rule}");
        assert!(!outcome.unchecked.is_empty(), "{rule}");
        vacuous.push(rule);
    }
    assert!(vacuous.len() < 10, "{vacuous:?}");
}

/// The rules of the npm package `@cdklabs/cdk-validator-cfnguard`. CI requires them.
fn control_tower() -> Option<PathBuf> {
    let modules = std::env::var_os("STRATAFORM_GUARD_MODULES").map(PathBuf::from);
    assert!(
        modules.is_some() || std::env::var_os("CI").is_none(),
        "CI requires STRATAFORM_GUARD_MODULES; `cargo xtask test` sets it"
    );
    modules.map(|modules| modules.join("@cdklabs/cdk-validator-cfnguard/rules/control-tower"))
}

fn guard_files(folder: &Path) -> Vec<RuleFile> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(guard_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "guard") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            files.push(RuleFile { name, text: fs::read_to_string(&path).unwrap() });
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}
