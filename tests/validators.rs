//! Third-party linters check the committed output in `generated/`, and must find nothing.
//!
//! Each linter also gets invalid input, to prove that it finds errors.

mod control_tower;
mod foreign;
mod nag;
mod reasons;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::tool::tool;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(suffix) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The templates of every assembly: three blueprints, two environments, five stacks.
fn templates() -> Vec<PathBuf> {
    let templates = files(&root().join("generated"), "template.json");
    assert!(templates.len() >= 30, "{} templates", templates.len());
    templates
}

/// The output for a platform file that uses every key.
fn every_key(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("every-key-{name}"));
    fs::create_dir_all(&folder).unwrap();
    fs::copy(root().join("tests/spec/valid/every_key.toml"), folder.join("platform.toml")).unwrap();
    fs::create_dir_all(folder.join("guard")).unwrap();
    let rules = "guard/streams.guard";
    fs::copy(root().join("tests/spec/valid").join(rules), folder.join(rules)).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_gen")).arg("synth").current_dir(&folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder.join("generated")
}

/// Standard output of a linter that ran to its end, whatever it found.
fn stdout(command: &mut Command) -> String {
    let output = command.output().expect("the linter starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code < 64), "{}: {errors}", output.status);
    let text = String::from_utf8(output.stdout).expect("a linter prints UTF-8");
    assert!(!text.trim().is_empty(), "the linter printed nothing: {errors}");
    text
}

/// A folder with one template that has an error for each linter.
fn wrong(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("storage")).unwrap();
    fs::copy(root().join("tests/validators/wrong.json"), folder.join("storage/template.json")).unwrap();
    fs::copy(root().join("tests/validators/wrong-manifest.json"), folder.join("manifest.json")).unwrap();
    folder
}

fn cfn_lint(templates: &[PathBuf]) -> Option<Vec<Value>> {
    let python = tool("STRATAFORM_PYTHON")?;
    let mut linter = Command::new(python.with_file_name("cfn-lint"));
    linter.args(["--format", "json", "--include-checks", "W", "E", "--"]).args(templates);
    Some(serde_json::from_str(&stdout(&mut linter)).expect("cfn-lint prints JSON"))
}

#[test]
fn cfn_lint_finds_nothing() {
    let Some(findings) = cfn_lint(&templates()) else { return };
    assert_eq!(findings, Vec::<Value>::new());
    let every = files(&every_key("cfn-lint"), "template.json");
    assert!(every.len() >= 10, "{}", every.len());
    assert_eq!(cfn_lint(&every).unwrap(), Vec::<Value>::new());
    let found = cfn_lint(&[wrong("cfn-lint").join("storage/template.json")]).unwrap();
    assert!(!found.is_empty());
}

fn validate(templates: &[PathBuf]) -> Option<Vec<Value>> {
    tool("STRATAFORM_NODE_MODULES")?;
    let mut linter = Command::new("node");
    linter.arg(root().join("tests/validators/validate.js")).args(templates);
    Some(serde_json::from_str(&stdout(&mut linter)).expect("the script prints JSON"))
}

#[test]
fn cloudformation_validate_finds_nothing() {
    let Some(mut findings) = validate(&templates()) else { return };
    // `${Goal}` is how a QuickSight expression names a dashboard parameter, not a missing Fn::Sub.
    findings.retain(|one| {
        let of_expression = one["message"].as_str().is_some_and(|message| message.ends_with(".Expression"));
        let of_dashboard =
            one["where"]["resourceType"].as_str().is_some_and(|kind| kind.contains("QuickSight"));
        !(one["rule"] == "E1029" && of_expression && of_dashboard)
    });
    assert_eq!(findings, Vec::<Value>::new());
    assert!(!validate(&[wrong("validate").join("storage/template.json")]).unwrap().is_empty());
}

/// The failed checks of checkov, and the number of passed ones.
fn checkov(folder: &Path) -> Option<(Vec<Value>, u64)> {
    let python = tool("STRATAFORM_VALIDATORS_PYTHON")?;
    let mut linter = Command::new(python);
    linter.args(["-m", "checkov.main", "--framework", "cloudformation", "--output", "json", "--compact"]);
    linter.args(["--skip-download", "--quiet", "--directory"]).arg(folder);
    let report: Value = serde_json::from_str(&stdout(&mut linter)).expect("checkov prints JSON");
    let passed = report["summary"]["passed"].as_u64().expect("checkov counts");
    let failed = report["results"]["failed_checks"].as_array().cloned().unwrap_or_default();
    let brief = |one: &Value| {
        serde_json::json!([one["check_id"], one["file_path"], one["resource"], one["check_name"]])
    };
    Some((failed.iter().map(brief).collect(), passed))
}

#[test]
fn checkov_finds_nothing() {
    let Some((failed, passed)) = checkov(&root().join("generated")) else { return };
    assert_eq!(failed, Vec::<Value>::new());
    assert!(passed > 500, "{passed} checks passed");
    assert!(!checkov(&wrong("checkov")).unwrap().0.is_empty());
}

/// The findings of one of our scripts, and the number of things that it checked.
fn script(python: &str, name: &str, folder: &Path) -> Option<(Vec<Value>, u64)> {
    let mut linter = Command::new(tool(python)?);
    linter.arg(root().join("tests/validators").join(name)).arg(folder);
    let report: BTreeMap<String, Value> = serde_json::from_str(&stdout(&mut linter)).expect("JSON");
    let seen = report["seen"].as_u64().expect("a count");
    Some((report["findings"].as_array().expect("a list").clone(), seen))
}

#[test]
fn parliament_finds_nothing_in_the_policies_of_roles() {
    let policies = |folder: &Path| script("STRATAFORM_VALIDATORS_PYTHON", "policies.py", folder);
    let Some((findings, seen)) = policies(&root().join("generated")) else { return };
    assert_eq!(findings, Vec::<Value>::new());
    assert!(seen >= 30, "{seen} policies");
    assert!(!policies(&wrong("parliament")).unwrap().0.is_empty());
}

#[test]
fn properties_that_are_call_parameters_pass_botocore() {
    let calls = |folder: &Path| script("STRATAFORM_PYTHON", "calls.py", folder);
    let Some((findings, seen)) = calls(&root().join("generated")) else { return };
    assert_eq!(findings, Vec::<Value>::new());
    assert!(seen >= 60, "{seen} resources");
    let (findings, seen) = calls(&every_key("botocore")).unwrap();
    assert_eq!(findings, Vec::<Value>::new());
    assert!(seen >= 90, "{seen} resources");
    assert!(!calls(&wrong("botocore")).unwrap().0.is_empty());
}

#[test]
fn every_script_compiles_and_every_json_file_is_valid() {
    let generated = root().join("generated");
    let scripts = files(&generated, ".py");
    assert!(scripts.len() >= 12, "{} scripts", scripts.len());
    let compile = "import ast, sys\nfor path in sys.argv[1:]: ast.parse(open(path).read(), path)";
    let done = Command::new("python3").args(["-c", compile]).args(&scripts).output().expect("python3 starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for path in files(&generated, ".json") {
        let text = fs::read_to_string(&path).unwrap();
        serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
