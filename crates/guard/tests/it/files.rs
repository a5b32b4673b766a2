//! The files that the tests read: rules with their cases, and the templates of the blueprints.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A case of a rule, in the format of `cfn-guard test`.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) input: Value,
    /// The status that each rule must have.
    pub(crate) expected: BTreeMap<String, String>,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Names of files with an extension, without it.
pub(crate) fn stems(folder: &str, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut stems: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    stems.sort();
    stems
}

pub(crate) fn cases(rule: &str) -> Vec<Case> {
    let text = fs::read_to_string(root().join(format!("guard/tests/{rule}.yaml"))).unwrap();
    let cases: Vec<Value> = serde_yaml::from_str(&text).unwrap();
    let case = |case: &Value| Case {
        name: case["name"].as_str().unwrap().to_owned(),
        input: case["input"].clone(),
        expected: serde_json::from_value(case["expectations"]["rules"].clone()).unwrap(),
    };
    cases.iter().map(case).collect()
}

/// The templates of all blueprints and environments, each with its name.
pub(crate) fn templates() -> Vec<(String, Value)> {
    let mut templates = Vec::new();
    let folder = root().join("generated");
    collect(&folder, &folder, &mut templates);
    templates.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(templates.len() >= 30, "{} templates", templates.len());
    templates
}

fn collect(folder: &Path, top: &Path, templates: &mut Vec<(String, Value)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, top, templates);
        } else if path.ends_with("template.json") {
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
            templates.push((name, serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()));
        }
    }
}
