//! `cargo xtask test`: runs the tests with their tools.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};

use super::snapshots;
use super::totals::Totals;
use crate::local;
use crate::tools::{self, Tool, command};

/// The arguments of `cargo test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Arguments of `cargo test`; without any, all tests of the workspace
    #[arg(value_name = "ARGUMENT", allow_hyphen_values = true)]
    cargo: Vec<String>,
    /// Arguments of the test programs
    #[arg(value_name = "ARGUMENT OF THE TESTS", last = true)]
    tests: Vec<String>,
}

impl Arguments {
    /// The arguments as typed.
    pub(crate) fn words(&self) -> Vec<String> {
        let separator = (!self.tests.is_empty()).then(|| "--".to_owned());
        self.cargo.iter().cloned().chain(separator).chain(self.tests.iter().cloned()).collect()
    }
}

/// Installs the tools, runs the tests, prints the totals.
///
/// # Errors
/// If a tool is missing, or `cargo test` could not start.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, String> {
    let mut totals = Totals::default();
    tools::setup(&Tool::TEST)?;
    let outcome = cargo_test(args, &mut totals);
    if let Err(fault) = &outcome {
        eprintln!("error: {fault}");
    }
    println!("{totals}");
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the tests of the workspace, or of the packages in the arguments, and sums their results.
///
/// # Errors
/// If `cargo test` could not start, or failed.
pub(crate) fn cargo_test(args: &[String], totals: &mut Totals) -> Result<(), String> {
    snapshots::begin()?;
    local::build_warehouse(&super::WORKSPACE)?;
    let named: Vec<&str> = scope(args).iter().copied().chain(args.iter().map(String::as_str)).collect();
    let outcome = one(&named, totals);
    if !args.is_empty() {
        return outcome;
    }
    let every = one(&EVERY, totals);
    outcome.and(every)
}

/// The test of all generated types needs all features. It runs separately, so that the other tests are not compiled
/// twice.
const EVERY: [&str; 6] = ["--package", "strataform-resources-all", "--features", "all", "--test", "every"];

fn one(args: &[&str], totals: &mut Totals) -> Result<(), String> {
    let mut cargo = super::cargo("test");
    cargo.arg("--no-fail-fast").args(args);
    cargo.env("STRATAFORM_PYTHON", tools::python());
    cargo.env("STRATAFORM_VALIDATORS_PYTHON", tools::validators());
    cargo.env("STRATAFORM_SPARK_PYTHON", tools::spark());
    cargo.env("STRATAFORM_LINTERS_PYTHON", tools::linters());
    cargo.env("STRATAFORM_SQL_PYTHON", tools::sql());
    cargo.env("STRATAFORM_LOCAL_PYTHON", tools::local());
    cargo.env("STRATAFORM_CLIENTS_PYTHON", tools::clients());
    cargo.env("STRATAFORM_WAREHOUSE_BIN", local::warehouse());
    cargo.env("STRATAFORM_CORPUS", tools::corpus());
    cargo.env("STRATAFORM_NODE_MODULES", tools::node_modules());
    cargo.env("STRATAFORM_CHARTS", tools::charts());
    cargo.env("STRATAFORM_NAG_MODULES", tools::nag());
    cargo.env("STRATAFORM_GUARD_MODULES", tools::guard());
    snapshots::record(&mut cargo);
    stream(&mut cargo, &mut std::io::stdout(), |line| totals.read(line))?;
    if totals.failed > 0 { Err(format!("{} tests failed", totals.failed)) } else { Ok(()) }
}

/// `--workspace` would override a named package, which may also lack the feature.
fn scope(args: &[String]) -> &'static [&'static str] {
    let own = args.iter().take_while(|arg| *arg != "--");
    let mut named =
        own.filter(|arg| arg.starts_with("-p") || arg.starts_with("--package") || *arg == "--manifest-path");
    if named.next().is_some() { &[] } else { &super::WORKSPACE }
}

/// Runs a command and forwards its standard output line by line, after `read` has seen it.
fn stream(command: &mut Command, out: &mut impl Write, mut read: impl FnMut(&str)) -> Result<(), String> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| command::start_error(command, &error))?;
    let fault = |error| format!("`cargo test`: {error}");
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).map_err(fault)? > 0 {
            read(&String::from_utf8_lossy(&line));
            // A reader that disconnected must not stop the tests: their result is the exit code.
            let _ = out.write_all(&line);
            line.clear();
        }
    }
    let status = child.wait().map_err(fault)?;
    if status.success() { Ok(()) } else { Err(format!("`cargo test`: {status}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_workspace_is_tested_unless_a_package_is_named() {
        assert_eq!(scope(&[]), super::super::WORKSPACE);
        assert_eq!(scope(&words("some_test -- --nocapture")), super::super::WORKSPACE);
        assert_eq!(scope(&words("some_test -- -p")), super::super::WORKSPACE);
        assert_eq!(scope(&words("--package xtask")), [""; 0]);
        assert_eq!(scope(&words("-p xtask")), [""; 0]);
    }

    #[test]
    fn arguments_reach_cargo_as_they_were_typed() {
        #[derive(clap::Parser)]
        struct Command {
            #[command(flatten)]
            arguments: Arguments,
        }
        for line in [
            "",
            "-p xtask",
            "--package strataform --test it name",
            "-p strataform some_test -- --nocapture --test-threads 1",
            "-- --nocapture",
            "--features strataform/deploy -j1",
        ] {
            let typed = words(line);
            let all = std::iter::once("test".to_owned()).chain(typed.clone());
            let command = <Command as clap::Parser>::try_parse_from(all).unwrap();
            assert_eq!(command.arguments.words(), typed, "{line}");
        }
    }

    #[test]
    fn a_stream_is_read_to_its_end_and_the_status_is_reported() {
        let (mut lines, mut out) = (Vec::new(), Vec::new());
        let mut command = Command::new("printf");
        stream(command.arg("one\\ntwo"), &mut out, |line| lines.push(line.trim_end().to_owned())).unwrap();
        assert_eq!(lines, ["one", "two"]);
        assert_eq!(out, b"one\ntwo");
        assert!(stream(&mut Command::new("false"), &mut out, |_| ()).is_err());
    }
}
