//! Emitted scripts on real Spark: those of the shipped blueprints on dirty data, schemas that change, and the hash key.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::tool::{Spark, spark};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder that no other test has.
fn scratch() -> TempDir {
    TempDir::new().expect("a folder for the test can be made")
}

/// Runs a driver of `tests/glue`, which ends well where everything that it checks holds, and checks enough.
fn drive(spark: &Spark, driver: &str, arguments: &[&OsStr], least: usize) {
    let driver = Path::new(ROOT).join("tests/glue").join(driver);
    let output = Command::new(&spark.python).arg(driver).args(arguments).output().expect("the Python runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let checks = said.lines().filter(|line| line.starts_with("ok: ")).count();
    assert!(checks >= least, "only {checks} checks");
}

#[test]
fn every_row_of_the_blueprints_is_where_the_oracle_says() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    // Hunts set other seeds.
    let seed = std::env::var_os("STRATAFORM_SEED").unwrap_or_else(|| "1".into());
    drive(&spark, "blueprints.py", &[folder.path().as_ref(), ROOT.as_ref(), &seed], 70);
    loads_copy_what_the_jobs_wrote(folder.path());
}

/// The files are of the types and in the order that the warehouse's loads ask for, and load twice as once.
fn loads_copy_what_the_jobs_wrote(folder: &Path) {
    if strataform_postgres::testing::programs().is_none() {
        return;
    }
    let data = folder.join("for-the-warehouse");
    std::fs::create_dir(&data).expect("a folder can be made");
    let mut datasets = 0;
    for entry in std::fs::read_dir(folder).expect("the folder is there").filter_map(Result::ok) {
        let files = entry.path().join("curated/data");
        if files.is_dir() {
            let link = data.join(entry.file_name());
            std::os::unix::fs::symlink(files, link).expect("a link can be made");
            datasets += 1;
        }
    }
    let mut check = Command::new(env!("CARGO_BIN_EXE_gen"));
    let check = check.args(["check", "--execute", "--env", "dev", "--data"]).arg(&data).current_dir(ROOT);
    let output = check.output().expect("gen runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let loaded = said.matches("a second load changed nothing").count();
    assert!(datasets >= 7 && loaded == datasets, "{loaded} of {datasets}\n{said}");
}

#[test]
fn schemas_may_change() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    drive(&spark, "evolution.py", &[folder.path().as_ref(), env!("CARGO_BIN_EXE_gen").as_ref()], 31);
}

#[test]
fn no_run_shows_the_hash_key() {
    let Some(spark) = spark() else { return };
    let folder = scratch();
    let platform = Path::new(ROOT).join("tests/glue/platform.toml");
    std::fs::copy(platform, folder.path().join("platform.toml")).expect("the platform file can be copied");
    let status = Command::new(env!("CARGO_BIN_EXE_gen")).arg("synth").current_dir(folder.path()).status();
    assert!(status.expect("gen runs").success());
    let script = folder.path().join("generated/crash/dev/processing/jobs/plain.py");
    drive(&spark, "secrecy.py", &[folder.path().join("worlds").as_ref(), script.as_ref()], 16);
}
