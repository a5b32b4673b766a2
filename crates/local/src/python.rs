//! A Python that has the server's packages: the one that the user names, or an environment that is created once.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::Fault;
use crate::fault::tail;
use crate::sources::{self, REQUIREMENTS, file_fault, hash};

/// Fails if ministack is missing, or not the version that the server patches.
const CHECK: &str =
    "import sys\nfrom importlib.metadata import version\nsys.exit(version('ministack') != sys.argv[1])";

/// The default Python of this machine.
pub(crate) const SYSTEM: &str = "python3";

/// Prints the version, and fails if the Python is too old.
const RECENT: &str =
    "import sys\nprint('found Python', sys.version.split()[0])\nsys.exit(sys.version_info < (3, 11))";

/// Returns the Python to run the server with. If the named one lacks ministack, an environment is created below this
/// folder; a message announces that.
pub(crate) fn interpreter(
    named: Option<&Path>,
    home: &Path,
    say: &mut dyn FnMut(&str),
) -> Result<PathBuf, Fault> {
    if let Some(named) = named {
        let check = run(Command::new(named).args(["-c", CHECK, sources::ministack()]))?;
        if check.status.success() {
            return Ok(named.to_owned());
        }
        say(&format!("{} has no ministack {}", named.display(), sources::ministack()));
    }
    let folder = home.join(format!("python-{}", hash(&[REQUIREMENTS.as_bytes()])));
    let (python, whole) = (folder.join("bin/python"), folder.join("whole"));
    // The interpreter is a link to the system's, which may be gone.
    if whole.exists() && python.exists() {
        return Ok(python);
    }
    say(&format!(
        "installing the local AWS (ministack {}) into {}: once, takes about a minute",
        sources::ministack(),
        folder.display()
    ));
    environment(named.unwrap_or(Path::new(SYSTEM)), &folder)?;
    packages(&python, &folder, "requirements.txt", REQUIREMENTS, &["--only-binary", ":all:"])?;
    fs::write(&whole, "").map_err(file_fault(&whole))?;
    Ok(python)
}

/// Refuses a Python that is too old for the pinned packages: pip's own error would not say so.
fn recent(python: &Path) -> Result<(), Fault> {
    let asked = run(Command::new(python).args(["-c", RECENT]))?;
    if asked.status.success() {
        return Ok(());
    }
    Err(Fault::NoPython { program: python.to_owned(), detail: both(&asked) })
}

/// Creates an environment in place, because it cannot be renamed; the remains of an interrupted run are replaced.
pub(crate) fn environment(python: &Path, folder: &Path) -> Result<(), Fault> {
    recent(python)?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(file_fault(folder))?;
    }
    let made = run(Command::new(python).args(["-m", "venv"]).arg(folder))?;
    if made.status.success() {
        return Ok(());
    }
    Err(Fault::NoEnvironment { detail: both(&made) })
}

/// Installs the packages of a lock file, which is kept in the environment's folder under this name.
pub(crate) fn packages(
    python: &Path,
    folder: &Path,
    name: &str,
    lock: &str,
    options: &[&str],
) -> Result<(), Fault> {
    let list = folder.join(name);
    fs::write(&list, lock).map_err(file_fault(&list))?;
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", "install"]);
    pip.arg("--require-hashes").args(options).arg("--requirement").arg(&list);
    let installed = run(&mut pip)?;
    if installed.status.success() {
        return Ok(());
    }
    Err(Fault::Packages { detail: both(&installed) })
}

/// Runs a Python until it exits, without the settings of another Python.
fn run(python: &mut Command) -> Result<Output, Fault> {
    let output = python.stdin(Stdio::null()).env_remove("PYTHONHOME").env_remove("PYTHONPATH").output();
    output.map_err(|error| Fault::NoPython {
        program: python.get_program().into(),
        detail: match error.kind() {
            ErrorKind::NotFound => "not found".to_owned(),
            _ => error.to_string(),
        },
    })
}

/// The end of both output streams: venv and pip report errors on different ones.
fn both(output: &Output) -> String {
    let all = [output.stdout.as_slice(), b"\n", output.stderr.as_slice()].concat();
    tail(&String::from_utf8_lossy(&all))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A script in place of Python. Another process writes it: a file that is open for writing cannot be run, and a
    /// process that a concurrent test starts at that moment would inherit it open.
    fn script(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("python");
        let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$2\" && chmod 755 \"$2\"";
        let written = Command::new("sh").args(["-c", write, "sh", text]).arg(&path).status().unwrap();
        assert!(written.success());
        path
    }

    #[test]
    fn a_missing_python_is_reported() {
        let home = TempDir::new().unwrap();
        let fault = interpreter(Some(Path::new("no-such-python")), home.path(), &mut |_| ()).unwrap_err();
        let Fault::NoPython { program, .. } = &fault else { panic!("{fault}") };
        assert_eq!(program, Path::new("no-such-python"));
    }

    #[test]
    fn a_python_with_ministack_is_used_unchanged() {
        let home = TempDir::new().unwrap();
        let python = script(home.path(), "exit 0");
        let found = interpreter(Some(&python), home.path(), &mut |text| panic!("{text}")).unwrap();
        assert_eq!(found, python);
    }

    #[test]
    fn a_python_that_is_too_old_is_reported_with_its_version() {
        let home = TempDir::new().unwrap();
        let python = script(home.path(), "echo 'found Python 3.9.2'; exit 1");
        let fault = interpreter(Some(&python), home.path(), &mut |_| ()).unwrap_err();
        assert!(
            matches!(&fault, Fault::NoPython { detail, .. } if detail == "found Python 3.9.2"),
            "{fault}"
        );
    }

    #[test]
    fn a_failed_environment_is_reported_after_the_announcement() {
        let home = TempDir::new().unwrap();
        let text = "case \"$2\" in venv) echo \"No module named $2\" >&2; exit 1;; esac; test $# = 2";
        let python = script(home.path(), text);
        let mut heard = Vec::new();
        let fault =
            interpreter(Some(&python), home.path(), &mut |text| heard.push(text.to_owned())).unwrap_err();
        assert_eq!(fault, Fault::NoEnvironment { detail: "No module named venv".to_owned() });
        assert!(heard[1].starts_with("installing the local AWS (ministack "), "{heard:?}");
    }

    #[test]
    fn a_pip_failure_is_reported_and_the_environment_stays_incomplete() {
        let home = TempDir::new().unwrap();
        // It creates an environment with a copy of itself, as venv does, and installs nothing.
        let text = "case \"$2\" in venv) mkdir -p \"$3/bin\" && cp \"$0\" \"$3/bin/python\"; exit;; \
                    pip) echo 'ERROR: no index'; exit 1;; esac; test $# = 2";
        let python = script(home.path(), text);
        for _ in 0..2 {
            let fault = interpreter(Some(&python), home.path(), &mut |_| ()).unwrap_err();
            assert_eq!(fault, Fault::Packages { detail: "ERROR: no index".to_owned() });
        }
    }
}
