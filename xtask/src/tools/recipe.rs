//! The installation of each tool.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Tool, command};

/// Installs a tool from scratch.
pub(super) fn make(tool: Tool, root: &Path, home: &Path) -> Result<(), String> {
    match tool {
        Tool::Python => python(root, home, "venv", "tools/requirements.txt"),
        Tool::Validators => python(root, home, "validators", "tools/validators.txt"),
        Tool::Spark => spark(root, home),
        Tool::Linters => python(root, home, "linters", "tools/linters.txt"),
        Tool::Sql => python(root, home, "sql", "tools/sql.txt"),
        Tool::Local => python(root, home, "local-aws", "tests/local-aws/requirements.txt"),
        Tool::Clients => python(root, home, "clients", "tools/clients.txt"),
        Tool::Corpus => corpus(root, home),
        Tool::Node | Tool::Charts | Tool::Nag | Tool::Guard => node(tool, root, home),
        Tool::Deny => deny(root, home),
    }
}

/// The version of the Python for the environment; another version needs another environment.
pub(super) fn interpreter() -> Result<String, String> {
    let version = command::output(Command::new("python3").arg("--version"))?;
    Ok(String::from_utf8_lossy(&version).into_owned())
}

/// A virtual environment with the wheels of a lockfile.
fn python(root: &Path, home: &Path, name: &str, lock: &str) -> Result<(), String> {
    environment(home, name)?;
    let wheels_only = ["--require-hashes", "--only-binary", ":all:", "--requirement"];
    command::run(pip(home, name).arg("install").args(wheels_only).arg(root.join(lock)))
}

/// A virtual environment cannot be renamed, so it is created in place; only its stamp shows that it is complete.
fn environment(home: &Path, name: &str) -> Result<(), String> {
    let venv = home.join(name);
    clear(&venv)?;
    command::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .map_err(|fault| format!("{fault}\n  install the Debian package `python3-venv`"))
}

/// Spark is a source distribution: the first environment's pinned setuptools builds it. The Iceberg library is
/// installed next to it.
fn spark(root: &Path, home: &Path) -> Result<(), String> {
    // Iceberg's package contains only archives, which any Python can unpack.
    const ANY: &str = "--ignore-requires-python";
    let staging = partial(home, "spark-wheels")?;
    let pinned = [ANY, "--require-hashes", "--no-deps", "--no-build-isolation", "--requirement"];
    let mut build = pip(home, "venv");
    build.arg("wheel").args(pinned).arg(root.join("tools/spark.txt"));
    command::run(build.arg("--wheel-dir").arg(&staging))?;
    environment(home, "spark")?;
    let mut install = pip(home, "spark");
    install
        .args(["install", ANY, "--no-index", "--find-links"])
        .arg(&staging)
        .args(["pyspark", "snowpark-connect-deps-iceberg"]);
    command::run(&mut install)?;
    clear(&staging)
}

/// Keeps only the templates, with their paths in the package, so that a failed test can name them.
fn corpus(root: &Path, home: &Path) -> Result<(), String> {
    let staging = partial(home, "corpus")?;
    // Without build isolation, pip gets the metadata from the pinned setuptools and downloads nothing else.
    let source_only = ["--require-hashes", "--no-deps", "--no-build-isolation", "--no-binary", "cfn-lint"];
    let mut download = pip(home, "venv");
    download.arg("download").args(source_only).arg("--requirement").arg(root.join("tools/corpus.txt"));
    command::run(download.arg("--dest").arg(&staging))?;
    let archive = only_file(&staging)?;
    let templates = ["--strip-components=4", "--wildcards", "*/test/fixtures/templates/*"];
    command::run(
        Command::new("tar")
            .arg("--extract")
            .arg("--file")
            .arg(&archive)
            .arg("-C")
            .arg(&staging)
            .args(templates),
    )?;
    fs::remove_file(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    replace(&staging, &home.join("corpus"))
}

/// No install scripts: the packages are only read, and nothing in them must run during installation.
fn node(tool: Tool, root: &Path, home: &Path) -> Result<(), String> {
    let staging = partial(home, tool.name())?;
    for lock in tool.locks() {
        let from = root.join(lock);
        let name = from.file_name().unwrap_or_default();
        fs::copy(&from, staging.join(name)).map_err(|error| format!("{lock}: {error}"))?;
    }
    let quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    command::run(Command::new("npm").arg("ci").args(quiet).current_dir(&staging))?;
    replace(&staging, &home.join(tool.name()))
}

/// `cargo install` puts the finished command in place at the end. It is built for a short build, not a fast run.
fn deny(root: &Path, home: &Path) -> Result<(), String> {
    let lock = root.join("tools/cargo.txt");
    let pin = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let build = home.join("cargo-build");
    let mut install = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    install.args(["install", "--quiet", "--locked", "--force", pin.trim(), "--root"]).arg(home.join("cargo"));
    install.env("CARGO_TARGET_DIR", &build);
    for (setting, value) in [("OPT_LEVEL", "1"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false")]
    {
        install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    command::run(&mut install)?;
    clear(&build)
}

fn pip(home: &Path, environment: &str) -> Command {
    let mut pip = Command::new(home.join(environment).join("bin/python"));
    pip.args(["-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]);
    pip
}

/// An empty folder to install a tool in, next to the tool's own.
fn partial(home: &Path, name: &str) -> Result<PathBuf, String> {
    let staging = home.join(format!("{name}.partial"));
    clear(&staging)?;
    fs::create_dir_all(&staging).map_err(|error| format!("{}: {error}", staging.display()))?;
    Ok(staging)
}

/// Replaces the old folder with the finished one.
fn replace(staging: &Path, folder: &Path) -> Result<(), String> {
    clear(folder)?;
    fs::rename(staging, folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn clear(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(format!("{}: {error}", folder.display())),
        _ => Ok(()),
    }
}

fn only_file(folder: &Path) -> Result<PathBuf, String> {
    let fault = |error| format!("{}: {error}", folder.display());
    let mut entries = fs::read_dir(folder).map_err(fault)?;
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Ok(entry.map_err(fault)?.path()),
        _ => Err(format!("{}: pip downloaded no file or several", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_folder_replaces_an_old_one_or_none() {
        let home = tempfile::TempDir::new().unwrap();
        let home = home.path();
        for text in ["old", "new"] {
            let staging = partial(home, "tool").unwrap();
            fs::write(staging.join("file"), text).unwrap();
            assert_eq!(only_file(&staging).unwrap(), staging.join("file"));
            replace(&staging, &home.join("tool")).unwrap();
            assert_eq!(fs::read_to_string(home.join("tool/file")).unwrap(), text);
            assert!(!staging.exists());
        }
        let left = partial(home, "tool").unwrap();
        fs::write(left.join("half"), "").unwrap();
        assert!(
            only_file(&partial(home, "tool").unwrap()).is_err(),
            "the files of an interrupted run are removed"
        );
    }
}
