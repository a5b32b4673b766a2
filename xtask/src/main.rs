//! `cargo xtask <command>`: the commands for developers of Strataform and for CI.
//!
//! In: a command and its arguments. Out: files of the workspace, test tools in `target/tools`, or a verdict.
//! Refuses: to be part of the product; nothing here is a dependency of `gen`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a developer's command prints to the terminal")]

mod ci;
mod codegen;
mod files;
mod local;
mod samples;
mod schemas;
mod smoke;
mod tools;

use std::process::ExitCode;

use clap::Parser;
use files::Mode;
use tools::Tool;

/// Developer commands of Strataform
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    verb: Verb,
}

/// One command, with its arguments.
#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Install the pinned test tools in target/tools
    Setup,
    /// Generate the committed facts from the registry schemas
    Schemas(Committed),
    /// Generate the resource types from the facts
    Codegen(Committed),
    /// Generate the blueprints' sample data, or more of it elsewhere
    Samples(samples::Arguments),
    /// Install the test tools, then run `cargo test`
    Test(ci::test::Arguments),
    /// Run a local AWS in the foreground
    LocalAws(local::Arguments),
    /// Deploy a platform to an account, use it, check what we assume about AWS, and destroy it
    Smoke(smoke::Arguments),
    /// Run every check and print the totals
    Ci,
}

/// The options of a command that writes committed files.
#[derive(Debug, clap::Args)]
struct Committed {
    /// Write nothing; fail if a committed file is stale
    #[arg(long)]
    check: bool,
}

impl Committed {
    fn mode(&self) -> Mode {
        if self.check { Mode::Check } else { Mode::Write }
    }
}

fn main() -> ExitCode {
    run(&Xtask::parse().verb).unwrap_or_else(|fault| {
        eprintln!("error: {fault}");
        ExitCode::FAILURE
    })
}

/// Runs the command.
fn run(verb: &Verb) -> Result<ExitCode, String> {
    let done = |()| ExitCode::SUCCESS;
    match verb {
        Verb::Setup => tools::setup(&Tool::ALL).map(done),
        Verb::Schemas(committed) => {
            tools::setup(&Tool::SCHEMAS).and_then(|()| schemas::run(committed.mode())).map(done)
        }
        Verb::Codegen(committed) => codegen::run(committed.mode()).map(done),
        Verb::Samples(arguments) => samples::run(arguments).map(done),
        Verb::Test(arguments) => ci::test::run(&arguments.words()),
        Verb::LocalAws(arguments) => local::run(arguments.port.get()),
        Verb::Smoke(arguments) => smoke::run(arguments),
        Verb::Ci => Ok(ci::run()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_of_the_arguments_is_valid() {
        Xtask::command().debug_assert();
    }
}
