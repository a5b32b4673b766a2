//! How each tool is made.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Tool, command};

/// Makes a tool anew.
pub(super) fn make(tool: Tool, root: &Path, home: &Path) -> Result<(), String> {
    match tool {
        Tool::Python => python(root, home, "venv", "tools/requirements.txt"),
        Tool::Judges => python(root, home, "judges", "tools/judges.txt"),
        Tool::Spark => spark(root, home),
        Tool::Linters => python(root, home, "linters", "tools/linters.txt"),
        Tool::Sql => python(root, home, "sql", "tools/sql.txt"),
        Tool::Local => python(root, home, "local-aws", "tests/local-aws/requirements.txt"),
        Tool::Corpus => corpus(root, home),
        Tool::Node | Tool::Charts => node(tool, root, home),
        Tool::Deny => deny(root, home),
    }
}

/// The version of the Python that the environment is made with; another version needs another environment.
pub(super) fn interpreter() -> Result<String, String> {
    let version = command::output(Command::new("python3").arg("--version"))?;
    Ok(String::from_utf8_lossy(&version).into_owned())
}

/// A virtual environment with the wheels of a lock file.
fn python(root: &Path, home: &Path, name: &str, lock: &str) -> Result<(), String> {
    environment(home, name)?;
    let wheels_only = ["--require-hashes", "--only-binary", ":all:", "--requirement"];
    command::run(pip(home, name).arg("install").args(wheels_only).arg(root.join(lock)))
}

/// A virtual environment cannot be renamed, so it is made in place; its stamp alone says that it is whole.
fn environment(home: &Path, name: &str) -> Result<(), String> {
    let venv = home.join(name);
    clear(&venv)?;
    command::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .map_err(|fault| format!("{fault}\n  the Debian package `python3-venv` is needed"))
}

/// Spark comes as a source distribution: the first environment's pinned setuptools builds it. Iceberg's library for
/// it comes beside it.
fn spark(root: &Path, home: &Path) -> Result<(), String> {
    // Iceberg's package holds archives alone, which any Python can unpack.
    const ANY: &str = "--ignore-requires-python";
    let beside = partial(home, "spark-wheels")?;
    let pinned = [ANY, "--require-hashes", "--no-deps", "--no-build-isolation", "--requirement"];
    let mut build = pip(home, "venv");
    build.arg("wheel").args(pinned).arg(root.join("tools/spark.txt"));
    command::run(build.arg("--wheel-dir").arg(&beside))?;
    environment(home, "spark")?;
    let mut install = pip(home, "spark");
    install
        .args(["install", ANY, "--no-index", "--find-links"])
        .arg(&beside)
        .args(["pyspark", "snowpark-connect-deps-iceberg"]);
    command::run(&mut install)?;
    clear(&beside)
}

/// Keeps the templates only; a template that a test cannot read is worth more with its path in the package.
fn corpus(root: &Path, home: &Path) -> Result<(), String> {
    let beside = partial(home, "corpus")?;
    // Without build isolation pip asks the pinned setuptools for the metadata, and fetches nothing else.
    let source_only = ["--require-hashes", "--no-deps", "--no-build-isolation", "--no-binary", "cfn-lint"];
    let mut download = pip(home, "venv");
    download.arg("download").args(source_only).arg("--requirement").arg(root.join("tools/corpus.txt"));
    command::run(download.arg("--dest").arg(&beside))?;
    let archive = only_file(&beside)?;
    let templates = ["--strip-components=4", "--wildcards", "*/test/fixtures/templates/*"];
    command::run(
        Command::new("tar")
            .arg("--extract")
            .arg("--file")
            .arg(&archive)
            .arg("-C")
            .arg(&beside)
            .args(templates),
    )?;
    fs::remove_file(&archive).map_err(|error| format!("{}: {error}", archive.display()))?;
    replace(&beside, &home.join("corpus"))
}

/// No install scripts: the packages are read, and nothing of them is to run while they are installed.
fn node(tool: Tool, root: &Path, home: &Path) -> Result<(), String> {
    let beside = partial(home, tool.name())?;
    for lock in tool.locks() {
        let from = root.join(lock);
        let name = from.file_name().unwrap_or_default();
        fs::copy(&from, beside.join(name)).map_err(|error| format!("{lock}: {error}"))?;
    }
    let quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    command::run(Command::new("npm").arg("ci").args(quiet).current_dir(&beside))?;
    replace(&beside, &home.join(tool.name()))
}

/// `cargo install` puts the finished command in place at its end. It is built for a short build, not a fast run.
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

/// An empty folder to make a tool in, beside the tool's own.
fn partial(home: &Path, name: &str) -> Result<PathBuf, String> {
    let beside = home.join(format!("{name}.partial"));
    clear(&beside)?;
    fs::create_dir_all(&beside).map_err(|error| format!("{}: {error}", beside.display()))?;
    Ok(beside)
}

/// Puts the finished folder in the place of the old one.
fn replace(beside: &Path, folder: &Path) -> Result<(), String> {
    clear(folder)?;
    fs::rename(beside, folder).map_err(|error| format!("{}: {error}", folder.display()))
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
        _ => Err(format!("{}: pip fetched none or several files", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_folder_takes_the_place_of_the_old_one_and_of_nothing() {
        let home = tempfile::TempDir::new().unwrap();
        let home = home.path();
        for text in ["old", "new"] {
            let beside = partial(home, "tool").unwrap();
            fs::write(beside.join("file"), text).unwrap();
            assert_eq!(only_file(&beside).unwrap(), beside.join("file"));
            replace(&beside, &home.join("tool")).unwrap();
            assert_eq!(fs::read_to_string(home.join("tool/file")).unwrap(), text);
            assert!(!beside.exists());
        }
        let left = partial(home, "tool").unwrap();
        fs::write(left.join("half"), "").unwrap();
        assert!(only_file(&partial(home, "tool").unwrap()).is_err(), "what a run cut short left is gone");
    }
}
