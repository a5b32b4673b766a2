//! Every pair of two statements that differ in one element, from short lists of patterns and conditions.

use serde_json::{Value, json};
use strataform_access::Comparison;

use crate::brute::{Context, newly};
use crate::generate::{
    ACTION_PATTERNS, CONDITIONS, CONTEXTS, Numbers, Policy, RESOURCE_PATTERNS, statements,
};
use crate::table::{bucket_policy, compare};

/// Compares every two of these statements, each alone as an `Allow` and as a `Deny`; returns how many pairs differ.
fn every_pair(statements: &[Value], contexts: &[Context]) -> usize {
    let open = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
    let mut differing = 0;
    for (place, one) in statements.iter().enumerate() {
        for other in &statements[..place] {
            for effect in ["Allow", "Deny"] {
                let list = |statement: &Value| {
                    let mut statement = statement.clone();
                    statement["Effect"] = json!(effect);
                    if effect == "Deny" { vec![open.clone(), statement] } else { vec![statement] }
                };
                let (before, after) = (list(one), list(other));
                let found = compare(&bucket_policy(&json!(before)), &bucket_policy(&json!(after)));
                for (new, old, lines) in
                    [(&after, &before, &found.broader), (&before, &after, &found.narrower)]
                {
                    if let Some(request) = newly(contexts, new, old) {
                        differing += 1;
                        assert!(!lines.is_empty(), "{effect} {one} and {other}: {request}");
                    }
                }
            }
        }
    }
    differing
}

fn statement(element: &str, value: &Value) -> Value {
    let mut statement = json!({"Principal": "*", "Action": "*", "Resource": "*"});
    let taken = element.trim_start_matches("Not");
    statement.as_object_mut().unwrap().remove(taken);
    statement[element] = value.clone();
    statement
}

/// Each alone, and each with its neighbor.
fn choices(of: &[&str]) -> Vec<Value> {
    let alone = of.iter().map(|one| json!(one));
    alone.chain(of.windows(2).map(|two| json!(two))).collect()
}

/// Requests with every value of one key.
fn contexts_of(key: &str) -> Vec<Context> {
    let mut contexts = Vec::new();
    let (name, values) = CONTEXTS.iter().find(|(name, _)| *name == key).unwrap();
    for value in *values {
        let mut context: Context = CONTEXTS.iter().map(|(name, _)| (*name, Vec::new())).collect();
        context.insert(*name, value.to_vec());
        contexts.push(context);
    }
    contexts
}

#[test]
fn actions_and_resources() {
    for (elements, patterns) in
        [(["Action", "NotAction"], &ACTION_PATTERNS), (["Resource", "NotResource"], &RESOURCE_PATTERNS)]
    {
        let list: Vec<Value> = elements
            .iter()
            .flat_map(|element| choices(patterns).into_iter().map(|value| statement(element, &value)))
            .collect();
        assert!(every_pair(&list, &contexts_of("t")[..1]) > 400);
    }
}

#[test]
fn conditions() {
    for (operators, key, values) in CONDITIONS {
        let with = |operator: &str, value: Value| {
            let mut statement = json!({"Principal": "*", "Action": "*", "Resource": "*"});
            statement["Condition"] = json!({operator: {key: value}});
            statement
        };
        let list: Vec<Value> = operators
            .iter()
            .flat_map(|operator| choices(values).into_iter().map(|value| with(operator, value)))
            .collect();
        assert!(every_pair(&list, &contexts_of(key)) > 20, "{key}");
    }
}

/// Statements of one action, one resource and one principal each.
fn exploded(statement: &Value) -> Vec<Value> {
    let mut parts = vec![statement.clone()];
    for element in ["Action", "Resource", "Principal"] {
        let values = match &statement[element] {
            Value::Array(list) => list.clone(),
            Value::Object(kinds) => {
                let single = |(kind, names): (&String, &Value)| {
                    let names = names.as_array().unwrap().iter();
                    names.map(|name| json!({kind.as_str(): name})).collect::<Vec<_>>()
                };
                kinds.iter().flat_map(single).collect()
            }
            _ => continue,
        };
        let with = |part: &Value, value: &Value| {
            let mut part = part.clone();
            part[element] = value.clone();
            part
        };
        parts = parts.iter().flat_map(|part| values.iter().map(|value| with(part, value))).collect();
    }
    parts
}

#[test]
fn a_statement_is_all_of_its_parts() {
    for seed in 1..=1_000 {
        let mut numbers = Numbers::new(seed);
        let whole = statements(&mut numbers, Policy::Resource);
        let mut parts: Vec<Value> = whole.iter().flat_map(exploded).collect();
        numbers.shuffle(&mut parts);
        let (one, other) = (bucket_policy(&json!(whole)), bucket_policy(&json!(parts)));
        assert_eq!(compare(&one, &other), Comparison::default(), "{seed}: {one}\n{other}");
        assert_eq!(compare(&other, &one), Comparison::default(), "{seed}: {other}\n{one}");
    }
}
