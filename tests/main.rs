//! The integration tests, in one program: it links the library and its dependencies once.
//!
//! A file of this folder is a module of this one, its folder holds its modules and its data. Snapshots lie in the
//! folder of the module that compares them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test says what broke, and what it left out"
)]

mod aggregates;
mod arrows;
mod blueprints;
mod cli;
mod dashboards;
#[cfg(feature = "deploy")]
mod deploy;
mod execute;
mod expression;
mod flow;
mod glue;
mod judges;
mod load;
mod preview;
mod readme;
mod runs;
mod schema;
mod scripts;
mod spec;
mod sql;
mod synth;
mod tool;

use std::fs;
use std::path::Path;

/// Settings for snapshots that lie in a folder next to the file that compares them, under their names alone.
fn snapshots(folder: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Whether what is committed outside of snapshots, on a page say, gives way to what is made now. The variable is
/// insta's, and means the same to it.
fn is_update_wanted() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|mode| ["always", "force"].contains(&mode.as_str()))
}

/// A module that no file names is never compiled, and Cargo says nothing about it.
#[test]
fn every_file_is_a_module() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut seen = 0;
    let mut folders = vec![(tests.clone(), tests.join("main.rs"))];
    while let Some((folder, parent)) = folders.pop() {
        let text = fs::read_to_string(&parent).expect("a folder with modules has a file of its name");
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path == parent || path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let name = path.file_stem().expect("a file has a name").to_string_lossy();
            assert!(text.contains(&format!("\nmod {name};\n")), "{} lacks `mod {name};`", parent.display());
            seen += 1;
            let below = path.with_extension("");
            if below.is_dir() {
                folders.push((below, path));
            }
        }
    }
    assert!(seen > 40, "{seen} files");
}
