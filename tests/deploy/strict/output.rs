//! The output of the commit before, in `before/`, and today's, in `generated/` or rendered for a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// Which output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Before,
    Today,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a piece of the output before.
pub(super) fn before(name: &str) -> String {
    let path = root().join("tests/deploy/before").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A template, or a part of one, of the output before.
pub(super) fn template_before(name: &str) -> Value {
    serde_json::from_str(&before(&format!("{name}.json"))).unwrap()
}

/// A file of today's output.
pub(super) fn today(path: &str) -> String {
    let path = root().join("generated").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder of today's output, in the order of their names.
pub(super) fn files_today(path: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("generated").join(path)).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Some resources of a template, without some of their properties.
pub(super) fn cut(template: &str, kept: impl Fn(&str) -> bool, dropped: &[&str]) -> Value {
    let mut whole: Value = serde_json::from_str(template).unwrap();
    let all = whole["Resources"].as_object().unwrap();
    let names: BTreeSet<String> = all.keys().filter(|name| kept(name)).cloned().collect();
    assert!(!names.is_empty(), "the template has no such resource");
    let mut resources = Map::new();
    for name in &names {
        let mut resource = all[name].clone();
        for property in dropped {
            resource["Properties"].as_object_mut().unwrap().remove(*property);
        }
        if let Some(needed) = resource.get_mut("DependsOn").and_then(Value::as_array_mut) {
            needed.retain(|one| names.contains(one.as_str().unwrap_or_default()));
        }
        resources.insert(name.clone(), resource);
    }
    let text = Value::Object(resources.clone()).to_string();
    let used =
        |name: &String| text.contains(&format!("\"{name}\"")) || text.contains(&format!("${{{name}}}"));
    let parameters = whole["Parameters"].as_object().cloned().unwrap_or_default();
    whole["Parameters"] = parameters.into_iter().filter(|(name, _)| used(name)).collect();
    whole["Resources"] = Value::Object(resources);
    whole.as_object_mut().unwrap().remove("Outputs");
    whole
}
