//! The JSON Schema, the documentation and the reader of platform files agree, since all come from one
//! grammar: each accepts what the others accept and rejects what the others reject.

mod docs;
mod mutants;
mod validator;
mod walk;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use strataform::diagnostic::{Severity, SourceFile};
use strataform::spec::{self, schema};
use toml::Table;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The platform files of a folder and their names; if `file` is not empty, it is the file's path in each subfolder.
fn files(folder: &str, file: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder exists");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let paths = paths.map(|path| if file.is_empty() { path } else { path.join(file) });
    let mut files: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml") && path.is_file())
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).expect("it can be read")))
        .collect();
    files.sort();
    files
}

/// Every valid file.
fn valid() -> Vec<(String, Table)> {
    let mut files = self::files("tests/spec/valid", "");
    files.extend(self::files("blueprints", "platform.toml"));
    files.extend(self::files("tests/synth", ""));
    assert!(files.len() >= 6, "{}", files.len());
    files.into_iter().map(|(name, text)| (name, text.parse().expect("TOML"))).collect()
}

/// The codes of the errors in a text.
fn faults(text: &str) -> BTreeSet<&'static str> {
    let file = SourceFile { path: "platform.toml".into(), text: text.to_owned() };
    let faults = spec::read(&file).1;
    faults.iter().filter(|fault| fault.severity == Severity::Error).map(|fault| fault.code.text()).collect()
}

/// `INSTA_UPDATE=always` writes what the grammar produces; then review the difference.
fn same_as_committed(path: &Path, text: &str) {
    if crate::is_update_wanted() {
        fs::write(path, text).expect("it can be written");
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text,
        "{} is stale: run with INSTA_UPDATE=always and review the difference",
        path.display()
    );
}

#[test]
fn the_committed_schema_is_the_one_of_the_grammar() {
    same_as_committed(&root().join("docs/platform.schema.json"), &schema::json());
}

#[test]
fn the_schema_accepts_every_valid_file() {
    let Some(validator) = validator::Validator::new() else { return };
    let files: Vec<_> = valid().into_iter().map(|(name, file)| (name, file.into())).collect();
    assert_eq!(validator.refused(&files), BTreeSet::new());
}

/// Codes for values that are invalid on their own.
const BY_GRAMMAR: &[&str] =
    &["GEN0102", "GEN0103", "GEN0104", "GEN0106", "GEN0110", "GEN0111", "GEN0116", "GEN0124", "GEN0127"];

/// Faulty files with such a code that the schema cannot reject, and why.
const BEYOND: &[(&str, &str)] = &[
    ("network_without_vpc.toml", "`vpc` is required only with `subnets`"),
    ("schedule_too_often.toml", "the length of a period"),
    ("schedule_uneven.toml", "the length of a period"),
];

#[test]
fn the_schema_rejects_what_the_grammar_rejects() {
    let Some(validator) = validator::Validator::new() else { return };
    let mut files = Vec::new();
    for (path, text) in self::files("tests/spec/faults", "") {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let by_grammar = faults(&text).into_iter().any(|code| BY_GRAMMAR.contains(&code));
        if let Some(file) = text.parse::<Table>().ok().filter(|_| by_grammar) {
            files.push((name, file.into()));
        }
    }
    assert!(files.len() >= 40, "{}", files.len());
    let refused = validator.refused(&files);
    let passed: Vec<&String> =
        files.iter().map(|(name, _)| name).filter(|name| !refused.contains(*name)).collect();
    assert_eq!(passed, BEYOND.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}
