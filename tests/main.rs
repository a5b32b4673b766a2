//! The integration tests, in one program that links the library and its dependencies once.
//!
//! A file in this folder is a module; its folder of the same name has its submodules and data. Snapshots are in the
//! folder of the module that compares them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test prints what broke and what it skipped"
)]

mod aggregates;
mod arrows;
mod assumptions;
mod blueprints;
mod cli;
#[cfg(feature = "deploy")]
mod clients;
mod dashboards;
#[cfg(feature = "deploy")]
mod days;
mod deletions;
#[cfg(feature = "deploy")]
mod deploy;
#[cfg(feature = "deploy")]
mod doctor;
mod execute;
mod expression;
mod flow;
mod glue;
mod groups;
mod load;
mod mutations;
mod permissions;
mod preview;
mod readme;
mod runs;
mod schema;
mod scripts;
mod spec;
mod sql;
mod synth;
mod tool;
mod validators;

use std::fs;
use std::path::Path;

/// Settings for snapshots in a folder next to the test file, with plain names.
fn snapshots(folder: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Whether committed files other than snapshots, such as pages, are overwritten with the current output. The variable
/// is insta's, with the same meaning.
fn is_update_wanted() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|mode| ["always", "force"].contains(&mode.as_str()))
}

/// Cargo silently ignores a file that no module declares.
#[test]
fn every_file_is_a_module() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut seen = 0;
    let mut folders = vec![(tests.clone(), tests.join("main.rs"))];
    while let Some((folder, parent)) = folders.pop() {
        let text = fs::read_to_string(&parent).expect("a folder with modules has a file of the same name");
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path == parent || path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let name = path.file_stem().expect("a file has a name").to_string_lossy();
            let declared = format!("mod {name};");
            let is_declared = text.lines().any(|line| line.trim_start_matches("pub(crate) ") == declared);
            assert!(is_declared, "{} lacks `{declared}`", parent.display());
            seen += 1;
            let below = path.with_extension("");
            if below.is_dir() {
                folders.push((below, path));
            }
        }
    }
    assert!(seen > 40, "{seen} files");
}
