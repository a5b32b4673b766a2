//! Spark for the local AWS: installed before the first job run.
//!
//! In: a running local AWS, a folder. Out: a local AWS that can run jobs. It refuses to install for a server that looks
//! for Spark elsewhere, and without Java, which no Python package provides.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::python::{SYSTEM, environment, packages};
use crate::sources::{file_fault, hash};
use crate::start::acquire_lock;
use crate::{Fault, Options, health};

/// PySpark in the version of Glue 5.1, and Iceberg's library for it, each with its hash.
const REQUIREMENTS: &str = include_str!("../../../tools/spark.txt");
/// The lock file with the hash of the package that builds PySpark, which is a source distribution.
const BUILDER: &str = include_str!("../../../tools/requirements.txt");
/// What pip downloads: 317 MB of PySpark, 92 MB of Iceberg.
const SIZE: &str = "about 410 MB to download, 440 MB on disk";

/// The Python that a server is configured to run jobs with, whether or not it is installed yet.
pub(crate) fn interpreter(options: &Options) -> PathBuf {
    // The link to the interpreter is created last: if it exists, the installation is complete.
    options.spark.clone().unwrap_or_else(|| folder(&options.home).join("bin/spark-python"))
}

fn folder(home: &Path) -> PathBuf {
    home.join(format!("spark-{}", hash(&[REQUIREMENTS.as_bytes()])))
}

/// Makes sure that the local AWS on the port can run Spark jobs, and installs Spark if necessary. Messages announce
/// steps that take a while.
///
/// # Errors
///
/// Java is missing, the server looks for Spark elsewhere, or a step of the installation fails.
pub fn with_spark(options: &Options, say: &mut dyn FnMut(&str)) -> Result<(), Fault> {
    let options = &options.with_absolute_paths()?;
    java()?;
    let port = options.port;
    let reported = health::spark(port).ok_or(Fault::NoSpark { port })?;
    if reported.installed {
        return Ok(());
    }
    let python = interpreter(options);
    let expected = reported.python.ok_or(Fault::NoSpark { port })?;
    if expected != python || options.spark.is_some() {
        return Err(Fault::SparkElsewhere { port, python: expected });
    }
    let _lock = acquire_lock(&options.home, say)?;
    if python.exists() {
        return Ok(());
    }
    install(options, &python, say)
}

fn install(options: &Options, link: &Path, say: &mut dyn FnMut(&str)) -> Result<(), Fault> {
    let folder = folder(&options.home);
    let lock = pin(REQUIREMENTS, "pyspark");
    let version = lock.split_whitespace().next().unwrap_or_default();
    say(&format!("installing Spark ({version}) into {}: once, {SIZE}", folder.display()));
    // A Python that has ministack can create an environment as well as the system's.
    environment(options.python.as_deref().unwrap_or(Path::new(SYSTEM)), &folder)?;
    let python = folder.join("bin/python");
    packages(&python, &folder, "builder.txt", &pin(BUILDER, "setuptools"), &["--only-binary", ":all:"])?;
    // Iceberg's package contains only archives, which any Python can unpack.
    let built = ["--no-deps", "--no-build-isolation", "--ignore-requires-python"];
    packages(&python, &folder, "requirements.txt", REQUIREMENTS, &built)?;
    symlink("python", link).map_err(file_fault(link))
}

/// The lines of one package in a lock file.
fn pin(lock: &str, package: &str) -> String {
    let begins = |line: &&str| line.split_once("==").is_some_and(|(name, _)| name == package);
    let mut lines = lock.lines().skip_while(|line| !begins(line));
    let first = lines.next().into_iter();
    let all: Vec<&str> = first.chain(lines.take_while(|line| line.starts_with(' '))).collect();
    all.join("\n") + "\n"
}

/// Refuses a machine without Java.
fn java() -> Result<(), Fault> {
    let program = std::env::var_os("JAVA_HOME")
        .map_or_else(|| PathBuf::from("java"), |home| PathBuf::from(home).join("bin/java"));
    let asked = Command::new(&program)
        .arg("-version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match asked {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Fault::NoJava { program, detail: status.to_string() }),
        Err(error) => Err(Fault::NoJava { program, detail: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_extracted_from_a_lock_file_with_all_its_hashes() {
        let lock = "a==1 \\\n    --hash=sha256:1\n    # via b\nsetuptools==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\nz==3\n";
        assert_eq!(
            pin(lock, "setuptools"),
            "setuptools==2 \\\n    --hash=sha256:2 \\\n    --hash=sha256:3\n"
        );
        assert!(pin(BUILDER, "setuptools").contains("--hash=sha256:"), "{}", pin(BUILDER, "setuptools"));
        assert!(pin(REQUIREMENTS, "pyspark").starts_with("pyspark==3.5."));
    }

    #[test]
    fn the_spark_python_is_known_before_it_is_installed() {
        let options = Options::new("/cache");
        let own = interpreter(&options);
        assert!(own.starts_with("/cache") && own.ends_with("bin/spark-python"), "{}", own.display());
        let named = Options { spark: Some("/py".into()), ..options };
        assert_eq!(interpreter(&named), Path::new("/py"));
    }
}
