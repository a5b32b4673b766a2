//! The calls of job scripts, recorded while they run (`tests/permissions/script.py`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::flow::bench::pipe;
use crate::tool::tool;

/// The calls of each script of an assembly, by the name of its file: service, operation and parameters, with `BUCKET`,
/// `PREFIX` and `SECRET` in place of the job's arguments.
pub(super) fn recorded(assembly: &Path) -> BTreeMap<String, Value> {
    let folder = assembly.join("processing/jobs");
    let mut scripts: Vec<PathBuf> =
        fs::read_dir(folder).expect("scripts").map(|one| one.expect("a script").path()).collect();
    scripts.sort();
    let python = tool("STRATAFORM_SPARK_PYTHON").expect("the caller has looked for it");
    let recorder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/permissions/script.py");
    let output = pipe(Command::new(python).arg(recorder), &json!(scripts));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls: Vec<Value> = serde_json::from_slice(&output.stdout).expect("the recorder prints JSON");
    let name = |path: &PathBuf| path.file_name().expect("a file").to_string_lossy().into_owned();
    scripts.iter().map(name).zip(calls).collect()
}
