//! For each service of this package, resources as in a platform: complete, nested, tagged, and connected by their
//! handles. Every template has no findings of this project's validator and of cfn-lint, and JSON and YAML leave it
//! unchanged.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

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

/// The services of this package: the modules of the generated index that contain resource types.
fn services() -> BTreeSet<String> {
    let modules = include_str!("../../src/aws/mod.rs").lines();
    modules
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .filter(|module| !["kind", "reference"].contains(module))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_service_is_tested() {
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
        println!("skipped: cfn-lint is not installed; run `cargo xtask setup`");
        return;
    };
    let found = check::lint(python, &cases());
    assert!(found.is_empty(), "{found}");
}

#[test]
fn every_template_round_trips_through_json_and_yaml() {
    for (_, case) in cases() {
        case.round_trips();
    }
}
