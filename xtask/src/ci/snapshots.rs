//! Finds snapshots that no test compares: the check of `cargo insta test --unreferenced=reject`, from the same list,
//! without building cargo-insta, which costs two minutes of CPU time on a new machine.
//!
//! In: the list that insta writes while tests run, and the snapshots in the working tree. Out: a verdict.
//! Refuses: to check after a failed test, because a test that stops early compares fewer snapshots.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::totals::Totals;
use super::tracked;
use crate::files;

/// The variable that names a file to insta; insta appends a line for every snapshot that a test compares.
const VARIABLE: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// The list of the last complete run.
fn list() -> PathBuf {
    files::root().join("target/snapshot-references.txt")
}

/// Starts a new list.
///
/// # Errors
/// If the old list cannot be removed.
pub(super) fn begin() -> Result<(), String> {
    match fs::remove_file(list()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(format!("{}: {error}", list().display())),
        _ => Ok(()),
    }
}

/// Makes tests append to the list.
pub(super) fn record(cargo: &mut Command) {
    cargo.env(VARIABLE, list());
}

/// Checks that the tests, which ran to completion, compared every snapshot.
///
/// # Errors
/// Every snapshot that no test compared; or that tests failed or did not run.
pub(super) fn check(totals: &Totals) -> Result<(), String> {
    if totals.failed > 0 || totals.passed == 0 {
        return Err("not checked, because tests failed or did not run".to_owned());
    }
    let text = fs::read_to_string(list()).map_err(|error| format!("{}: {error}", list().display()))?;
    let unreferenced = unreferenced(&files::root(), &tracked::paths()?, &text);
    if unreferenced.is_empty() {
        return Ok(());
    }
    Err(format!("no test compares\n  {}\n  delete the obsolete ones", unreferenced.join("\n  ")))
}

/// The snapshots among these files that are not in the list. Lines of the list may contain `..`, so they are compared
/// as the file system resolves them.
fn unreferenced(root: &Path, files: &[String], list: &str) -> Vec<String> {
    let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let compared: BTreeSet<PathBuf> = list.lines().map(|line| resolved(Path::new(line))).collect();
    let is_snapshot = |path: &str| Path::new(path).extension().is_some_and(|ending| ending == "snap");
    let snapshots = files.iter().filter(|path| is_snapshot(path) && root.join(path).exists());
    snapshots.filter(|path| !compared.contains(&resolved(&root.join(path)))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_that_no_test_compared_is_found() {
        let root = tempfile::TempDir::new().unwrap();
        fs::create_dir(root.path().join("cli")).unwrap();
        let files = ["cli/help.snap", "cli/old.snap", "cli/help.toml", "cli/removed.snap"].map(str::to_owned);
        for file in &files[..3] {
            fs::write(root.path().join(file), "").unwrap();
        }
        let line = |path: &str| format!("{}\n", root.path().join(path).display());
        let list = line("cli/../cli/help.snap") + &line("cli/help.snap") + &line("cli/new.snap");
        assert_eq!(unreferenced(root.path(), &files, &list), ["cli/old.snap"]);
        assert_eq!(unreferenced(root.path(), &files, ""), ["cli/help.snap", "cli/old.snap"]);
    }

    #[test]
    fn nothing_is_checked_if_tests_failed_or_did_not_run() {
        assert!(check(&Totals::default()).is_err());
        assert!(check(&Totals { passed: 1, failed: 1, ignored: 0 }).is_err());
    }
}
