//! Complete runs of emitted scripts on real Spark: killed at many points, repeated, overlapping and backfilled.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::tool::spark;

/// A folder with the scripts of a platform file of `tests/glue`.
fn synthesized(platform: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder can be created");
    let platform = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/glue").join(platform);
    std::fs::copy(platform, folder.path().join("platform.toml")).expect("the platform file can be copied");
    let status = Command::new(env!("CARGO_BIN_EXE_gen")).arg("synth").current_dir(folder.path()).status();
    assert!(status.expect("gen runs").success());
    folder
}

fn drive(driver: &str, dataset: &str) {
    drive_of("platform.toml", driver, dataset);
}

fn drive_of(platform: &str, driver: &str, dataset: &str) {
    let Some(spark) = spark() else { return };
    let folder = synthesized(platform);
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/glue").join(driver);
    let script = folder.path().join("generated/crash/dev/processing/jobs").join(dataset).with_extension("py");
    let output =
        Command::new(&spark.python).arg(driver).arg(folder.path().join("world")).arg(script).output();
    let output = output.expect("the Python runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    println!("{} checks", printed.lines().filter(|line| line.starts_with("ok: ")).count());
}

#[test]
fn killed_and_repeated_runs_give_the_same_files() {
    drive("crash.py", "plain");
}

#[test]
fn killed_and_repeated_runs_give_the_same_iceberg_table() {
    drive("crash.py", "lake");
}

#[test]
fn repeated_overlapping_and_backfilled_runs_give_the_same_files() {
    drive("again.py", "plain");
}

#[test]
fn repeated_overlapping_and_backfilled_runs_give_the_same_iceberg_table() {
    drive("again.py", "lake");
}

#[test]
fn a_file_that_is_overwritten_under_its_own_name_is_read_each_time() {
    drive("overwritten.py", "dropped");
}

#[test]
fn a_backlog_is_read_in_bounded_runs() {
    drive("backlog.py", "plain");
}

#[test]
fn a_run_that_loses_or_duplicates_rows_fails() {
    drive("losses.py", "plain");
}

#[test]
fn old_rows_leave_an_iceberg_table_and_it_still_reads() {
    drive("expiry.py", "lake");
}

#[test]
fn a_merge_rewrites_no_file_of_an_iceberg_table() {
    drive_of("merged.toml", "merged.py", "customers");
}

#[test]
fn a_merge_reads_only_the_period_of_its_rows_if_the_key_has_it() {
    drive_of("merged.toml", "merged.py", "measurements");
}

#[test]
fn every_row_of_random_datasets_is_where_the_oracle_expects_it() {
    let Some(spark) = spark() else { return };
    let folder = TempDir::new().expect("a temporary folder can be created");
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/glue/property.py");
    let mut command = Command::new(&spark.python);
    command.arg(driver).arg(folder.path()).arg(env!("CARGO_BIN_EXE_gen"));
    // The seed and the number of datasets; longer runs set others.
    let given = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    command.arg(given("STRATAFORM_SEED", "1")).arg(given("STRATAFORM_DATASETS", "12"));
    let output = command.output().expect("the Python runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
}
