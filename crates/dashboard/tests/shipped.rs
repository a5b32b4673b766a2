//! Generated dashboards, and a template with everything, have no findings.
#![allow(clippy::expect_used, missing_docs, reason = "a test says what broke")]

use std::path::{Path, PathBuf};

use serde_json::Value;

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the file is there");
    serde_json::from_str(&text).expect("it is JSON")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json")
            && path.components().any(|part| part.as_os_str() == "visualization")
        {
            found.push(path);
        }
    }
}

#[test]
fn generated_dashboards_have_no_findings() {
    let mut all = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated"), &mut all);
    assert!(all.len() >= 12, "{}", all.len());
    for path in all {
        let findings = strataform_dashboard::check(&json(&path));
        assert!(findings.is_empty(), "{}: {findings:#?}", path.display());
    }
}

#[test]
fn the_full_template_has_no_findings() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/everything.json");
    let findings = strataform_dashboard::check(&json(&path));
    assert!(findings.is_empty(), "{findings:#?}");
}

/// Names are user-defined: none of them is taken for a color, an action or a reference.
#[test]
fn names_can_be_anything() {
    for name in ["#", "# dev", "#12345g", "quicksight:Nothing", "{amount", "${Nothing}"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/everything.json");
        let mut template = json(&path);
        let resources = template["Resources"].as_object_mut().expect("it has resources");
        for resource in resources.values_mut() {
            if let Some(known) = resource["Properties"].get_mut("Name") {
                *known = name.into();
            }
        }
        let findings = strataform_dashboard::check(&template);
        assert!(findings.is_empty(), "{name}: {findings:#?}");
    }
}
