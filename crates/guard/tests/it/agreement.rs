//! Ours and AWS's released command agree on rule, status and path.

use serde_json::{Value, json};
use strataform_guard::{RuleFile, RuleSet, shipped};

use crate::files::{cases, templates};
use crate::judge::{ours, verdicts};

/// Fails where the two differ.
fn agree(file: &RuleFile, templates: &[(String, Value)]) {
    let rules = RuleSet::parse(std::slice::from_ref(file)).unwrap();
    let inputs: Vec<_> = templates.iter().map(|(_, template)| template).collect();
    for ((name, template), expected) in templates.iter().zip(verdicts(&file.text, &inputs)) {
        let report = rules.check(template);
        assert_eq!(report.faults, [], "{}: {name}", file.name);
        assert_eq!(ours(&report), expected, "{}: {name}", file.name);
    }
}

#[test]
fn they_agree_on_every_case_of_every_rule() {
    for file in shipped() {
        let cases = cases(file.name.trim_end_matches(".guard"));
        agree(&file, &cases.into_iter().map(|case| (case.name, case.input)).collect::<Vec<_>>());
    }
}

#[test]
fn they_agree_on_the_templates_of_a_blueprint_as_they_are_and_without_their_settings() {
    let mut inputs: Vec<_> =
        templates().into_iter().filter(|(name, _)| name.starts_with("clickstream/prod/")).collect();
    let mutants: Vec<_> = inputs.iter().flat_map(|(name, template)| mutants(name, template)).collect();
    inputs.extend(mutants);
    for file in shipped() {
        agree(&file, &inputs);
    }
}

/// A template without any property; without the first, the second, … property of each resource; with everything opened.
fn mutants(name: &str, template: &Value) -> Vec<(String, Value)> {
    let mut mutants = Vec::new();
    let mut mutate = |how: &str, change: &dyn Fn(&mut Value)| {
        let mut mutant = template.clone();
        mutant["Resources"].as_object_mut().unwrap().values_mut().for_each(change);
        mutants.push((format!("{name}, {how}"), mutant));
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
            *value = json!("*")
        }
        Value::Array(list) => list.iter_mut().for_each(wildcard),
        Value::Object(map) => map.values_mut().for_each(wildcard),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
