//! The shipped platforms break no rule.

#![allow(clippy::expect_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use strataform_rules::{Source, Stack, World, check};

/// The stacks of an assembly, as its manifest lists them.
fn stacks(assembly: &Path) -> Vec<Stack> {
    let read = |path: &Path| -> Value {
        serde_json::from_slice(&fs::read(path).expect("the file exists")).expect("it is JSON")
    };
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let manifest = read(&assembly.join("manifest.json"));
    let parameter = |one: &Value| {
        let source = match one["from"].as_str() {
            Some("stack-output") => {
                Source::Output { stack: text(&one["stack"]), output: text(&one["output"]) }
            }
            Some("asset") => Source::Text(text(&one["key"])),
            _ => Source::Text(text(&one["value"])),
        };
        (text(&one["name"]), source)
    };
    let stack = |one: &Value| Stack {
        name: text(&one["name"]),
        template: read(&assembly.join(one["template"].as_str().expect("a path"))),
        parameters: one["parameters"]
            .as_array()
            .expect("a list")
            .iter()
            .map(parameter)
            .collect::<BTreeMap<_, _>>(),
    };
    manifest["stacks"].as_array().expect("a list").iter().map(stack).collect()
}

fn assemblies() -> Vec<PathBuf> {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated");
    let folders = |path: &Path| -> Vec<PathBuf> {
        fs::read_dir(path)
            .expect("a folder")
            .map(|one| one.expect("an entry").path())
            .filter(|one| one.is_dir())
            .collect()
    };
    folders(&generated).iter().flat_map(|platform| folders(platform)).collect()
}

#[test]
fn shipped_platforms_break_no_rule() {
    let all = assemblies();
    assert!(all.len() >= 6, "{all:?}");
    for assembly in all {
        let found = check(&World::of(stacks(&assembly)));
        assert!(found.is_empty(), "{}: {found:#?}", assembly.display());
    }
}
