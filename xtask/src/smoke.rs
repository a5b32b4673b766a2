//! `cargo xtask smoke`: the smoke test for an AWS account, or for a local AWS.
//!
//! In: a profile, a region. Out: a report in `target/smoke`; the platform that it deploys is destroyed at the end.
//! Refuses: to decide what is tested; that is in `tools/smoke`.

use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::ci::cargo;
use crate::tools::{self, Tool, command};
use crate::{files, local};

/// What to test, and how. The options are those of `tools/smoke`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// AWS profile to use, instead of `AWS_PROFILE`
    #[arg(long, value_name = "NAME", conflicts_with = "local")]
    profile: Option<String>,
    /// Region to deploy to
    #[arg(long, value_name = "REGION", default_value = "eu-west-1")]
    region: String,
    /// Use a local AWS, started for this test, instead of an account
    #[arg(long)]
    local: bool,
    /// QuickSight group that gets the dashboard
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Region in which the account's QuickSight keeps its groups
    #[arg(long, value_name = "REGION", requires = "group")]
    identity_region: Option<String>,
    /// Do not ask before it begins
    #[arg(short, long)]
    yes: bool,
    /// Destroy nothing at the end
    #[arg(long, conflicts_with = "local")]
    keep: bool,
    /// Only destroy what an earlier test left
    #[arg(long, value_name = "PLATFORM", conflicts_with_all = ["local", "keep"])]
    destroy: Option<String>,
}

impl Arguments {
    /// The options as the Python program takes them.
    fn words(&self) -> Vec<String> {
        let mut words = vec!["--region".to_owned(), self.region.clone()];
        let texts = [
            ("--profile", &self.profile),
            ("--group", &self.group),
            ("--identity-region", &self.identity_region),
            ("--destroy", &self.destroy),
        ];
        for (option, value) in texts {
            words.extend(value.iter().flat_map(|value| [option.to_owned(), value.clone()]));
        }
        let flags = [("--local", self.local), ("--yes", self.yes), ("--keep", self.keep)];
        words.extend(flags.iter().filter(|(_, is_set)| *is_set).map(|(option, _)| (*option).to_owned()));
        words
    }
}

/// Installs what it needs, builds `gen`, and becomes the smoke test.
///
/// # Errors
/// If something cannot be installed, built or started.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let needed: &[Tool] = if arguments.local { &[Tool::Local, Tool::Spark] } else { &[Tool::Local] };
    tools::setup(needed)?;
    let mut programs = vec!["--package", "strataform", "--features", "strataform/deploy", "--bin", "gen"];
    if arguments.local {
        programs.extend(["--package", "strataform-warehouse", "--bin", "strataform-warehouse"]);
    }
    command::run(cargo("build").arg("--quiet").args(programs))?;
    let mut smoke = smoke(&files::root(), &arguments.words());
    // Replaces this process: an interrupt reaches only the test, which then destroys what it made.
    let error = smoke.exec();
    Err(command::start_error(&smoke, &error))
}

fn smoke(root: &Path, words: &[String]) -> Command {
    let mut smoke = Command::new(tools::local());
    smoke.args(["-B", "-m", "smoke", "--gen"]).arg(local::warehouse().with_file_name("gen"));
    smoke.args(words).current_dir(root).env("PYTHONPATH", folders(root));
    smoke.env("STRATAFORM_WAREHOUSE_BIN", local::warehouse()).env("STRATAFORM_SPARK_PYTHON", tools::spark());
    smoke
}

/// The folders of the Python packages.
fn folders(root: &Path) -> OsString {
    let folders: [PathBuf; 2] = [root.join("tools/smoke"), root.join("tests/local-aws")];
    // No folder of the workspace contains a colon, or cargo would not build it.
    env::join_paths(folders).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct Typed {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn words(line: &str) -> Option<Vec<String>> {
        let words = std::iter::once("smoke").chain(line.split_whitespace());
        <Typed as clap::Parser>::try_parse_from(words).map(|typed| typed.arguments.words()).ok()
    }

    #[test]
    fn options_are_passed_on() {
        let same = |line: &str| words(line).is_some_and(|found| found.join(" ") == line);
        assert!(same("--region eu-west-1"));
        assert_eq!(words("--local").unwrap().join(" "), "--region eu-west-1 --local");
        assert!(same("--region us-east-1 --profile p --group g --identity-region us-west-2 --yes --keep"));
        assert!(same("--region eu-west-1 --profile p --destroy smoke-abcdef"));
    }

    #[test]
    fn options_that_contradict_each_other_are_rejected() {
        for line in ["--local --profile p", "--local --keep", "--destroy x --keep", "--identity-region r"] {
            assert_eq!(words(line), None, "{line}");
        }
    }

    /// The program knows every option that is passed on, so a wrong name fails here and not in an account.
    #[test]
    fn the_program_is_in_the_workspace() {
        let root = files::root();
        let program = std::fs::read_to_string(root.join("tools/smoke/smoke/__main__.py")).unwrap();
        let every = "--region r --profile p --group g --identity-region r --yes --keep";
        for line in [every, "--local", "--destroy smoke-abcdef"] {
            for option in words(line).unwrap().iter().filter(|word| word.starts_with("--")) {
                assert!(program.contains(&format!("\"{option}\"")), "{option}");
            }
        }
        let paths: Vec<PathBuf> = env::split_paths(&folders(&root)).collect();
        assert!(paths[0].join("smoke/__main__.py").is_file() && paths[1].join("strataform_local").is_dir());
    }
}
