//! The JSON Schema of platform files says what the reader reads: the same keys, and no valid file is refused.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    reason = "a test may stop"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use strataform::spec::{GRAMMAR, schema};

fn schema() -> Value {
    serde_json::from_str(schema::JSON).expect("the schema is JSON")
}

/// Where the keys of a section of the grammar stand in the schema.
fn place(section: &str) -> &'static str {
    match section {
        "file" => "",
        "[platform]" => "/properties/platform",
        "[retention]" => "/definitions/retention",
        "[alarms]" => "/definitions/alarms",
        "[network]" => "/definitions/network",
        "[warehouse]" => "/definitions/warehouse",
        "[principals]" => "/definitions/principals",
        "[environment.<name>]" => "/definitions/environment",
        "[dataset.<name>]" => "/definitions/dataset",
        "[dataset.<name>.column] entry" => "/definitions/column",
        "[dataset.<name>.derive] entry" => {
            "/definitions/dataset/properties/derive/additionalProperties/anyOf/1"
        }
        "[dataset.<name>.expect] entry" => {
            "/definitions/dataset/properties/expect/additionalProperties/anyOf/1"
        }
        "[dataset.<name>.join] entry" => "/definitions/dataset/properties/join/additionalProperties/anyOf/1",
        "[aggregate.<name>]" => "/definitions/aggregate",
        "[dashboard.<name>]" => "/definitions/dashboard",
        "controls entry" => "/definitions/dashboard/properties/controls/items/anyOf/1",
        "[[dashboard.<name>.sheet]]" => "/definitions/dashboard/properties/sheet/items",
        "[dashboard.<name>.parameter] entry" => "/definitions/parameter",
        "choices of a parameter" => "/definitions/parameter/properties/choices/anyOf/1",
        "[[dashboard.<name>.filter]]" => "/definitions/filter",
        "highlight entry" => "/definitions/highlight",
        "[data_set.<name>]" => "/definitions/dataSet",
        "refresh entry" => "/definitions/dataSet/properties/refresh/items",
        "[theme]" => "/definitions/theme",
        other => panic!("where does the schema have {other}?"),
    }
}

#[test]
fn the_schema_has_the_keys_of_the_grammar_and_no_others() {
    let schema = schema();
    for section in GRAMMAR.iter().filter(|section| !section.name.contains("visual")) {
        let known = schema.pointer(place(section.name)).and_then(|one| one["properties"].as_object());
        let known: BTreeSet<&str> = known
            .unwrap_or_else(|| panic!("{} is not in the schema", section.name))
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(known, section.keys.iter().copied().collect(), "{}", section.name);
    }
}

#[test]
fn the_schema_of_a_visual_has_the_keys_of_every_kind() {
    let schema = schema();
    let known = schema["definitions"]["visual"]["properties"].as_object().expect("keys");
    let sections = GRAMMAR.iter().filter(|section| section.name.contains("visual"));
    let keys: BTreeSet<&str> = sections.flat_map(|section| section.keys.iter().copied()).collect();
    for key in &keys {
        assert!(known.contains_key(*key), "{key}");
    }
    assert!(keys.len() >= 5, "{keys:?}");
}

#[test]
fn no_valid_file_is_refused_by_the_schema() {
    let Some(python) = std::env::var_os("STRATAFORM_JUDGES_PYTHON") else {
        assert!(std::env::var_os("CI").is_none(), "`cargo xtask test` sets STRATAFORM_JUDGES_PYTHON");
        eprintln!("not judged: STRATAFORM_JUDGES_PYTHON is not set");
        return;
    };
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str, depth: &str| {
        let pattern = root.join(folder);
        let mut found: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(pattern).unwrap() {
            let path = entry.unwrap().path();
            let file = if depth.is_empty() { path } else { path.join(depth) };
            if file.extension().is_some_and(|extension| extension == "toml") && file.is_file() {
                found.push(file);
            }
        }
        found
    };
    let mut valid = files("tests/spec/valid", "");
    valid.extend(files("blueprints", "platform.toml"));
    assert!(valid.len() >= 5, "{valid:?}");
    assert_eq!(judged(&python, &root, &valid), "");
    // One that is wrong, so that a judge that sees nothing is noticed.
    let wrong = [root.join("tests/spec/faults/account_is_a_number.toml")];
    assert!(judged(&python, &root, &wrong).contains("account"));
}

fn judged(python: &std::ffi::OsStr, root: &Path, files: &[PathBuf]) -> String {
    const SCRIPT: &str = "import json, sys, tomllib, jsonschema\n\
        schema = jsonschema.Draft7Validator(json.load(open(sys.argv[1])))\n\
        schema.check_schema(schema.schema)\n\
        for path in sys.argv[2:]:\n\
        \x20   for fault in schema.iter_errors(tomllib.load(open(path, 'rb'))): print(path, fault.json_path, fault.message)";
    let done = Command::new(python)
        .args(["-c", SCRIPT])
        .arg(root.join("src/spec/platform.schema.json"))
        .args(files)
        .output()
        .expect("Python starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("UTF-8")
}
