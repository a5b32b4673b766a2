//! A validator of JSON Schema that others wrote.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};

use strataform::spec::schema;

use super::walk;

/// Reads the schema and then files, one a line; prints the names of those that are refused.
const SCRIPT: &str = "import json, sys, jsonschema\n\
    schema, *files = map(json.loads, sys.stdin)\n\
    jsonschema.Draft7Validator.check_schema(schema)\n\
    judge = jsonschema.Draft7Validator(schema)\n\
    for name, file in files:\n\
    \x20   fault = next(judge.iter_errors(file), None)\n\
    \x20   if fault: print(name); print(name, fault.json_path, fault.message[:200], file=sys.stderr)";

/// The validator.
pub struct Judge {
    python: OsString,
}

impl Judge {
    /// The validator, where it is installed.
    pub fn new() -> Option<Self> {
        let Some(python) = std::env::var_os("STRATAFORM_JUDGES_PYTHON") else {
            assert!(std::env::var_os("CI").is_none(), "`cargo xtask test` sets STRATAFORM_JUDGES_PYTHON");
            eprintln!("not judged: STRATAFORM_JUDGES_PYTHON is not set");
            return None;
        };
        Some(Self { python })
    }

    /// The names of the files that the schema refuses.
    pub fn refused(&self, files: &[(String, toml::Value)]) -> BTreeSet<String> {
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
            lines.push_str(&format!("{}\n", serde_json::json!([name, walk::json(file)])));
        }
        let mut input = child.stdin.take().expect("a pipe");
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let done = child.wait_with_output().expect("Python ends");
        writer.join().expect("it ends").expect("Python reads");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
        eprintln!("{said}");
        String::from_utf8(done.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
    }
}
