//! For each service of this package, resources as a platform has them: full, nested, tagged, and
//! wired by their handles. Every template is right by our own rules and by those of cfn-lint, and comes back
//! from JSON and YAML as it was.

#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod catalog;
mod check;
mod control;
mod events;
mod insight;
mod network;
mod storage;
mod streams;
mod tables;
mod warehouse;

use std::collections::BTreeSet;

use check::Case;

fn cases() -> Vec<(&'static str, Case)> {
    vec![
        ("catalog", catalog::case()),
        ("control", control::case()),
        ("events", events::case()),
        ("insight", insight::case()),
        ("network", network::case()),
        ("storage", storage::case()),
        ("streams", streams::case()),
        ("tables", tables::case()),
        ("warehouse", warehouse::case()),
    ]
}

/// The services of this package: the modules of the generated index that hold resource types.
fn services() -> BTreeSet<String> {
    let modules = include_str!("../../src/aws/mod.rs").lines();
    modules
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .filter(|module| !["kind", "reference"].contains(module))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_service_is_here() {
    let cases = cases();
    let types = cases.iter().flat_map(|(_, case)| case.template.resources());
    let seen: BTreeSet<String> = types
        .filter_map(|(_, entry)| entry.resource_type.split("::").nth(1))
        .map(str::to_ascii_lowercase)
        .collect();
    assert_eq!(services(), seen);
}

#[test]
fn our_validator_finds_nothing() {
    for (name, case) in cases() {
        let findings = strataform_schema::template(&case.template);
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{name}:\n{}", lines.join("\n"));
    }
}

#[test]
fn cfn_lint_finds_nothing() {
    let Some(python) = check::python() else {
        println!("skipped: cfn-lint is not installed; `cargo xtask setup` does it");
        return;
    };
    let found = check::lint(python, &cases());
    assert!(found.is_empty(), "{found}");
}

#[test]
fn every_template_comes_back_from_json_and_yaml() {
    for (_, case) in cases() {
        case.comes_back();
    }
}
