//! Valid and faulty platform files: the model of the valid ones, and the diagnostics of the others.

mod codes;
mod examples;
mod faults;
mod mutants;
mod valid;

use std::fs;
use std::path::{Path, PathBuf};

use strataform::diagnostic::SourceFile;

/// The files of a folder with an extension, by name.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec").join(folder);
    let entries = fs::read_dir(folder).expect("the folder exists");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    paths.sort();
    paths
}

/// The file with its bare name, so that messages do not depend on the folder.
fn source(path: &Path) -> SourceFile {
    let name = path.file_name().expect("a file has a name");
    SourceFile { path: name.into(), text: fs::read_to_string(path).expect("the file can be read") }
}
