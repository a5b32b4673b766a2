//! From platform files to assemblies, through the library and the command.

mod determinism;
mod errors;
mod hostile;
mod injection;
mod keys;
mod lexer;
mod limits;
mod manifest;
mod overrides;
mod retention;
mod sizes;
mod stores;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use strataform::assembly::Draft;
use strataform::diagnostic::{Diagnostic, Severity, SourceFile, render};
use strataform::{spec, synth};

/// A platform with every key of the grammar.
const BASE: &str = include_str!("synth/base.toml");

/// The drafts of all environments of a platform file, or all of its errors.
fn drafts(text: &str) -> Result<Vec<Draft>, String> {
    let file = SourceFile { path: "platform.toml".into(), text: text.to_owned() };
    let joined = |faults: &[Diagnostic]| {
        faults.iter().map(|fault| render::plain(fault, &file)).collect::<Vec<_>>().join("\n")
    };
    let (platform, faults) = spec::read(&file);
    assert_eq!(platform.is_none(), faults.iter().any(|fault| fault.severity == Severity::Error));
    let Some(platform) = platform else { return Err(joined(&faults)) };
    let one = |environment| synth::synth(&platform, environment, &[]).map_err(|faults| joined(&faults));
    platform.environments.iter().map(one).collect()
}

/// The text with one part replaced, which must occur exactly once.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from:?} occurs once");
    text.replacen(from, to, 1)
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("synth").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of an earlier run can be deleted");
    }
    fs::create_dir_all(&folder).expect("the folder can be created");
    folder
}

fn gen_in(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gen"));
    command.current_dir(folder);
    command
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the command starts")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything below a folder, by path.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("the file can be read");
                let name = path.strip_prefix(folder).expect("the path is inside the folder").to_owned();
                files.insert(name, bytes);
            }
        }
    }
    files
}
