//! Shared by the tests: where their tools are, and how to call the independent loader.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Fails in CI, where every tool must be installed, and prints elsewhere that a test was skipped.
fn missing(what: &str, path: &Path) {
    let message = format!("{what} is missing: {}", path.display());
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{message}");
    println!("skipped: {message}");
}

/// A Python that has `PyYAML`.
pub(crate) fn python() -> Option<PathBuf> {
    let tools = || variable("STRATAFORM_TOOLS").unwrap_or_else(|| workspace().join("target/tools"));
    let path = variable("STRATAFORM_PYTHON").unwrap_or_else(|| tools().join("venv/bin/python"));
    if path.exists() {
        return Some(path);
    }
    missing("the Python of the tests", &path);
    None
}

/// A folder of public templates.
#[allow(dead_code, reason = "not every test reads it")]
pub(crate) fn corpus() -> Option<PathBuf> {
    let path = variable("STRATAFORM_CORPUS").unwrap_or_else(|| workspace().join("target/tools/corpus"));
    if path.is_dir() {
        return Some(path);
    }
    missing("the folder of public templates", &path);
    None
}

/// The result of the independent loader for one document.
pub(crate) struct Loaded {
    #[allow(dead_code, reason = "not every test has files")]
    pub(crate) file: String,
    /// The value, or why it was rejected.
    pub(crate) value: Result<Value, String>,
}

/// Runs the independent loader with an argument and an input; see `load.py`.
pub(crate) fn load(python: &Path, argument: &str, input: &str) -> Vec<Loaded> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/load.py");
    let mut child = Command::new(python)
        .arg(script)
        .arg(argument)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the loader starts");
    let mut stdin = child.stdin.take().expect("the input is piped");
    let input = input.to_owned();
    let feed = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the loader ends");
    let _ = feed.join();
    assert!(output.status.success(), "the loader failed");
    String::from_utf8(output.stdout).expect("JSON lines").lines().map(loaded).collect()
}

fn loaded(line: &str) -> Loaded {
    let mut line: Value = serde_json::from_str(line).expect("a JSON line");
    let value = match line.get("error") {
        Some(error) => Err(error.to_string()),
        None => Ok(line["value"].take()),
    };
    Loaded { file: line["file"].as_str().unwrap_or_default().to_owned(), value }
}
