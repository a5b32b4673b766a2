//! A third-party validator of JSON Schema.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use strataform::spec::schema;

use super::walk;
use crate::tool::tool;

/// Reads the schema and then files, one per line; prints the names of the files that it rejects.
const SCRIPT: &str = "import json, sys, jsonschema\n\
    schema, *files = map(json.loads, sys.stdin)\n\
    jsonschema.Draft7Validator.check_schema(schema)\n\
    validator = jsonschema.Draft7Validator(schema)\n\
    for name, file in files:\n\
    \x20   fault = next(validator.iter_errors(file), None)\n\
    \x20   if fault: print(name); print(name, fault.json_path, fault.message[:200], file=sys.stderr)";

/// The validator.
pub(crate) struct Validator {
    python: PathBuf,
}

impl Validator {
    /// The validator, if it is installed.
    pub(crate) fn new() -> Option<Self> {
        tool("STRATAFORM_VALIDATORS_PYTHON").map(|python| Self { python })
    }

    /// The names of the files that the schema rejects.
    pub(crate) fn refused(&self, files: &[(String, toml::Value)]) -> BTreeSet<String> {
        let command = Command::new(&self.python)
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = command.expect("Python starts");
        let schema: serde_json::Value = schema::json().parse().expect("JSON");
        let mut lines = format!("{schema}\n");
        for (name, file) in files {
            lines.push_str(&serde_json::json!([name, walk::json(file)]).to_string());
            lines.push('\n');
        }
        let mut input = child.stdin.take().expect("a pipe");
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let done = child.wait_with_output().expect("Python ends");
        writer.join().expect("the writer ends").expect("Python reads");
        let printed = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{printed}");
        eprintln!("{printed}");
        String::from_utf8(done.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
    }
}
