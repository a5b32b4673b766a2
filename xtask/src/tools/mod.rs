//! The pinned test tools, in `target/tools` of the workspace.
//!
//! In: the lockfiles in `tools/`. Out: one folder and a stamp for each tool.
//! Refuses: anything that no lockfile pins.
//!
//! The tools are always in the workspace's own `target/tools`, even if `CARGO_TARGET_DIR` points elsewhere: tests and
//! scripts find them by a path in the workspace.

pub(crate) mod command;
mod recipe;
mod stamp;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::files;

/// A test tool, in order of installation: the first environment's pip downloads the corpus and builds Spark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tool {
    /// A virtual environment with cfn-lint, botocore and troposphere.
    Python,
    /// A virtual environment with checkov and parliament.
    Validators,
    /// A virtual environment with the Spark version of Glue.
    Spark,
    /// A virtual environment with ruff and mypy.
    Linters,
    /// A virtual environment with DuckDB, sqlfluff and sqlglot.
    Sql,
    /// A virtual environment with the dependencies of the local AWS.
    Local,
    /// A virtual environment with clients of AWS that others wrote.
    Clients,
    /// The test templates of cfn-lint's source distribution.
    Corpus,
    /// The npm packages.
    Node,
    /// The npm packages that the charts of `gen preview` are bundled from.
    Charts,
    /// The npm package with cdk-nag's rule packs, which use the other npm packages.
    Nag,
    /// The npm package with AWS Control Tower's rules in Guard, and the `cfn-guard` command.
    Guard,
    /// cargo-deny.
    Deny,
}

impl Tool {
    /// Every tool.
    pub(crate) const ALL: [Self; 13] = [
        Self::Python,
        Self::Validators,
        Self::Spark,
        Self::Linters,
        Self::Sql,
        Self::Local,
        Self::Clients,
        Self::Corpus,
        Self::Node,
        Self::Charts,
        Self::Nag,
        Self::Guard,
        Self::Deny,
    ];
    /// The tools of `cargo xtask schemas`.
    pub(crate) const SCHEMAS: [Self; 2] = [Self::Python, Self::Node];
    /// The tools of the tests.
    pub(crate) const TEST: [Self; 12] = [
        Self::Python,
        Self::Validators,
        Self::Spark,
        Self::Linters,
        Self::Sql,
        Self::Local,
        Self::Clients,
        Self::Corpus,
        Self::Node,
        Self::Charts,
        Self::Nag,
        Self::Guard,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Python => "venv",
            Self::Validators => "validators",
            Self::Spark => "spark",
            Self::Linters => "linters",
            Self::Sql => "sql",
            Self::Local => "local-aws",
            Self::Clients => "clients",
            Self::Corpus => "corpus",
            Self::Node => "node",
            Self::Charts => "charts",
            Self::Nag => "nag",
            Self::Guard => "guard",
            Self::Deny => "cargo-deny",
        }
    }

    /// The files that pin the tool, relative to the workspace.
    fn locks(self) -> &'static [&'static str] {
        match self {
            Self::Python => &["tools/requirements.txt"],
            Self::Validators => &["tools/validators.txt"],
            Self::Spark => &["tools/spark.txt"],
            Self::Linters => &["tools/linters.txt"],
            Self::Sql => &["tools/sql.txt"],
            Self::Local => &["tests/local-aws/requirements.txt"],
            Self::Clients => &["tools/clients.txt"],
            Self::Corpus => &["tools/corpus.txt"],
            Self::Node => &["tools/package.json", "tools/package-lock.json"],
            Self::Charts => &["tools/preview/package.json", "tools/preview/package-lock.json"],
            Self::Nag => &["tools/nag/package.json", "tools/nag/package-lock.json", "tools/nag/.npmrc"],
            Self::Guard => {
                &["tools/guard/package.json", "tools/guard/package-lock.json", "tools/guard/.npmrc"]
            }
            Self::Deny => &["tools/cargo.txt"],
        }
    }

    /// A path, relative to the tools' folder, that exists once the tool is installed.
    fn proof(self) -> &'static str {
        match self {
            Self::Python => "venv/bin/python",
            Self::Validators => "validators/bin/python",
            Self::Spark => "spark/bin/python",
            Self::Linters => "linters/bin/python",
            Self::Sql => "sql/bin/python",
            Self::Local => "local-aws/bin/python",
            Self::Clients => "clients/bin/python",
            Self::Corpus => "corpus/good",
            Self::Node => "node/node_modules",
            Self::Charts => "charts/node_modules",
            Self::Nag => "nag/node_modules",
            Self::Guard => "guard/node_modules",
            Self::Deny => "cargo/bin/cargo-deny",
        }
    }

    /// The inputs of the tool, which its stamp must contain.
    fn inputs(self, root: &Path) -> Result<String, String> {
        let mut inputs = format!("in {}\n", home(root).display());
        if matches!(
            self,
            Self::Python
                | Self::Validators
                | Self::Spark
                | Self::Linters
                | Self::Sql
                | Self::Local
                | Self::Clients
        ) {
            inputs.push_str(&recipe::interpreter()?);
        }
        for lock in self.locks() {
            let text = fs::read_to_string(root.join(lock)).map_err(|error| format!("{lock}: {error}"))?;
            inputs.push_str(&text);
        }
        Ok(inputs)
    }
}

/// The folder of the tools.
fn home(root: &Path) -> PathBuf {
    let home = root.join("target/tools");
    // Worktrees that share a folder by a symbolic link share its tools.
    home.canonicalize().unwrap_or(home)
}

/// The Python interpreter with cfn-lint, botocore and troposphere.
pub(crate) fn python() -> PathBuf {
    home(&files::root()).join("venv/bin/python")
}

/// The Python interpreter with checkov and parliament.
pub(crate) fn validators() -> PathBuf {
    home(&files::root()).join("validators/bin/python")
}

/// The Python interpreter with DuckDB, sqlfluff and sqlglot.
pub(crate) fn sql() -> PathBuf {
    home(&files::root()).join("sql/bin/python")
}

/// The Python interpreter with ministack.
pub(crate) fn local() -> PathBuf {
    home(&files::root()).join("local-aws/bin/python")
}

/// The Python interpreter with the clients of AWS.
pub(crate) fn clients() -> PathBuf {
    home(&files::root()).join("clients/bin/python")
}

/// The Python interpreter with Spark.
pub(crate) fn spark() -> PathBuf {
    home(&files::root()).join("spark/bin/python")
}

/// The Python interpreter with ruff and mypy.
pub(crate) fn linters() -> PathBuf {
    home(&files::root()).join("linters/bin/python")
}

/// The folder of real templates.
pub(crate) fn corpus() -> PathBuf {
    home(&files::root()).join("corpus")
}

/// The folder of npm packages.
pub(crate) fn node_modules() -> PathBuf {
    home(&files::root()).join("node/node_modules")
}

/// The folder of the npm packages that the charts are bundled from.
pub(crate) fn charts() -> PathBuf {
    home(&files::root()).join("charts/node_modules")
}

/// The folder of cdk-nag.
pub(crate) fn nag() -> PathBuf {
    home(&files::root()).join("nag/node_modules")
}

/// The folder of Control Tower's rules and of the `cfn-guard` command.
pub(crate) fn guard() -> PathBuf {
    home(&files::root()).join("guard/node_modules")
}

/// The cargo-deny command.
pub(crate) fn deny() -> PathBuf {
    home(&files::root()).join("cargo/bin/cargo-deny")
}

/// Installs those of these tools that are missing or have other lockfiles; two concurrent runs take turns.
///
/// # Errors
/// Every tool that could not be installed, with the cause.
pub(crate) fn setup(tools: &[Tool]) -> Result<(), String> {
    let root = files::root();
    let home = home(&root);
    let turn = home.join("lock");
    let fault = |error| format!("{}: {error}", turn.display());
    fs::create_dir_all(&home).map_err(fault)?;
    let turn_file = File::create(&turn).map_err(fault)?;
    turn_file.lock().map_err(fault)?;
    let faults: Vec<String> = tools.iter().filter_map(|tool| ensure(*tool, &root, &home).err()).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\nerror: ")) }
}

/// The stamp is removed first and written last: an interrupted run leaves no stamp, and the next one starts again.
fn ensure(tool: Tool, root: &Path, home: &Path) -> Result<(), String> {
    let name = tool.name();
    let named = |fault| format!("{name}: {fault}");
    let inputs = tool.inputs(root).map_err(named)?;
    let stamp = stamp::Stamp::of(home, name);
    if stamp.matches(&inputs) && home.join(tool.proof()).exists() {
        return Ok(());
    }
    eprintln!("setup: installing {name}");
    let start = Instant::now();
    stamp.remove().map_err(named)?;
    recipe::make(tool, root, home).map_err(named)?;
    if !home.join(tool.proof()).exists() {
        return Err(named(format!("installed, but {} is missing", tool.proof())));
    }
    stamp.write(&inputs).map_err(named)?;
    eprintln!("setup: {name} took {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lockfile_exists_and_pins_by_hash() {
        let root = files::root();
        for tool in Tool::ALL {
            for lock in tool.locks() {
                assert!(root.join(lock).is_file(), "{lock}");
            }
        }
        for lock in [
            "tools/requirements.txt",
            "tools/validators.txt",
            "tools/spark.txt",
            "tools/linters.txt",
            "tools/sql.txt",
            "tests/local-aws/requirements.txt",
            "tools/clients.txt",
            "tools/corpus.txt",
        ] {
            let text = fs::read_to_string(root.join(lock)).unwrap();
            let pins = text.lines().filter(|line| line.contains("==")).collect::<Vec<_>>();
            assert!(!pins.is_empty(), "{lock}");
            assert!(pins.iter().all(|line| line.ends_with('\\')), "{lock}: {pins:?}");
        }
    }

    #[test]
    fn the_inputs_of_a_tool_contain_its_lockfile() {
        let root = files::root();
        let inputs = Tool::Deny.inputs(&root).unwrap();
        assert!(inputs.contains("cargo-deny@"), "{inputs}");
    }
}
