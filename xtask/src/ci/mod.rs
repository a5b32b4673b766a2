//! `cargo xtask ci`: runs every check, one after the other.
//!
//! In: the working tree. Out: a result and a duration for each step, then the test totals.
//! Refuses: to stop at the first failed step.

mod report;
mod snapshots;
pub(crate) mod test;
mod totals;
mod tracked;

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

use report::{Outcome, Report};
use totals::Totals;

use crate::files::Mode;
use crate::tools::{self, Tool, command};
use crate::{codegen, files, samples, schemas};

/// One check: its name and its function. It may count tests.
struct Step {
    name: &'static str,
    run: fn(&mut Totals) -> Result<(), String>,
}

/// Cheap checks first. The tools come before the tests that use them.
const STEPS: &[Step] = &[
    Step { name: "format", run: |_| command::run(cargo("fmt").args(["--all", "--check"])) },
    Step { name: "tracked files", run: |_| tracked::check() },
    Step { name: "setup", run: |_| tools::setup(&Tool::ALL) },
    Step { name: "clippy", run: |_| clippy() },
    Step { name: "test", run: |totals| test::cargo_test(&[], totals) },
    Step { name: "snapshots", run: |totals| snapshots::check(totals) },
    Step { name: "schemas --check", run: |_| schemas::run(Mode::Check) },
    Step { name: "codegen --check", run: |_| codegen::run(Mode::Check) },
    Step { name: "samples --check", run: |_| samples::committed(Mode::Check) },
    Step {
        name: "synth --check",
        run: |_| command::run(cargo("run").args(["--quiet", "--", "synth", "--check"])),
    },
    Step { name: "documentation", run: |_| documentation() },
    Step { name: "dependencies", run: |_| dependencies() },
];

/// Runs every step and prints the report.
pub(crate) fn run() -> ExitCode {
    let mut totals = Totals::default();
    let mut report = Report::default();
    for &Step { name, run } in STEPS {
        println!("\n==> {name}");
        let start = Instant::now();
        let verdict = run(&mut totals);
        let took = start.elapsed();
        match &verdict {
            Ok(()) => println!("<== {name}: ok, {:.1} s", took.as_secs_f64()),
            Err(fault) => println!("<== {name}: FAILED, {:.1} s: {fault}", took.as_secs_f64()),
        }
        report.outcomes.push(Outcome { name, took, verdict });
    }
    println!("\n{report}\n{totals}");
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A Cargo command, run with the Cargo that runs this program, in the workspace.
pub(crate) fn cargo(verb: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(verb).current_dir(files::root());
    cargo
}

/// The whole workspace, including the commands that call AWS.
const WORKSPACE: [&str; 3] = ["--workspace", "--features", "strataform/deploy"];

fn clippy() -> Result<(), String> {
    let everything = ["--workspace", "--all-targets", "--all-features"];
    command::run(cargo("clippy").args(everything).args(["--", "-D", "warnings"]))
}

fn documentation() -> Result<(), String> {
    command::run(cargo("doc").args(WORKSPACE).arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings"))
}

/// Licenses, banned crates and sources; no advisories, because their database is not a registry package.
fn dependencies() -> Result<(), String> {
    let checks = ["--workspace", "--all-features", "check", "licenses", "bans", "sources"];
    command::run(Command::new(tools::deny()).args(checks).current_dir(files::root()))
}
