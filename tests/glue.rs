//! Emitted scripts on real Spark: the scripts of the blueprints on dirty data, schema changes, and the hash key.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::tool::{Spark, spark};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A temporary folder.
fn scratch() -> TempDir {
    TempDir::new().expect("a temporary folder can be created")
}

/// Runs a driver of `tests/glue`, which must succeed and make at least `least` checks.
fn drive(spark: &Spark, driver: &str, arguments: &[&OsStr], least: usize) {
    let driver = Path::new(ROOT).join("tests/glue").join(driver);
    let output = Command::new(&spark.python).arg(driver).args(arguments).output().expect("the Python runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    let checks = printed.lines().filter(|line| line.starts_with("ok: ")).count();
    assert!(checks >= least, "only {checks} checks");
}

#[test]
fn every_row_of_the_blueprints_is_where_the_oracle_expects_it() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    // Longer runs set other seeds.
    let seed = std::env::var_os("STRATAFORM_SEED").unwrap_or_else(|| "1".into());
    drive(&spark, "blueprints.py", &[folder.path().as_ref(), ROOT.as_ref(), &seed], 70);
    loads_copy_what_the_jobs_wrote(folder.path());
}

/// The files have the types and the column order that the warehouse's loads expect, and a second load changes nothing.
fn loads_copy_what_the_jobs_wrote(folder: &Path) {
    if strataform_postgres::testing::programs().is_none() {
        return;
    }
    let data = folder.join("for-the-warehouse");
    std::fs::create_dir(&data).expect("a folder can be created");
    let mut datasets = 0;
    for entry in std::fs::read_dir(folder).expect("the folder exists").filter_map(Result::ok) {
        let files = entry.path().join("curated/data");
        if files.is_dir() {
            let link = data.join(entry.file_name());
            std::os::unix::fs::symlink(files, link).expect("a link can be created");
            datasets += 1;
        }
    }
    let mut check = Command::new(env!("CARGO_BIN_EXE_gen"));
    let check = check.args(["check", "--execute", "--env", "dev", "--data"]).arg(&data).current_dir(ROOT);
    let output = check.output().expect("gen runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    let loaded = printed.matches("a second load changed nothing").count();
    assert!(datasets >= 7 && loaded == datasets, "{loaded} of {datasets}\n{printed}");
}

#[test]
fn schemas_can_change() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    drive(&spark, "evolution.py", &[folder.path().as_ref(), env!("CARGO_BIN_EXE_gen").as_ref()], 31);
}

#[test]
fn a_column_never_shows_the_values_of_another_one() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    // Longer runs set other seeds.
    let seed = std::env::var_os("STRATAFORM_SEED").unwrap_or_else(|| "1".into());
    let gen_binary = env!("CARGO_BIN_EXE_gen").as_ref();
    drive(&spark, "identity.py", &[folder.path().as_ref(), gen_binary, &seed, "2".as_ref()], 32);
}

#[test]
fn records_from_before_a_rename_keep_their_values() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    drive(&spark, "former.py", &[folder.path().as_ref(), env!("CARGO_BIN_EXE_gen").as_ref()], 9);
}

#[test]
fn a_deletion_from_before_the_rename_of_its_key_holds() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    drive(&spark, "renamed_key.py", &[folder.path().as_ref(), env!("CARGO_BIN_EXE_gen").as_ref()], 6);
}

#[test]
fn a_backfill_of_what_a_change_needs_equals_processing_everything() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    drive(&spark, "proof.py", &[folder.path().as_ref(), env!("CARGO_BIN_EXE_gen").as_ref()], 200);
}

#[test]
fn no_run_reveals_the_hash_key() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    let platform = Path::new(ROOT).join("tests/glue/platform.toml");
    std::fs::copy(platform, folder.path().join("platform.toml")).expect("the platform file can be copied");
    let status = Command::new(env!("CARGO_BIN_EXE_gen")).arg("synth").current_dir(folder.path()).status();
    assert!(status.expect("gen runs").success());
    let script = folder.path().join("generated/crash/dev/processing/jobs/plain.py");
    drive(&spark, "secrecy.py", &[folder.path().join("worlds").as_ref(), script.as_ref()], 16);
}
