//! The command line: a file for each command, and the views that show results.
//!
//! In: arguments, a terminal. Out: data on the standard output, messages on the standard error, an exit
//! code. It refuses to decide anything about platforms.

mod backfill;
mod blueprint;
mod browser;
mod check;
mod completions;
mod dashboards;
#[cfg(feature = "deploy")]
mod deploy;
mod diff;
mod explain;
mod graph;
mod history;
mod list;
mod man;
mod new;
mod one_change;
mod outcome;
mod platforms;
mod preview;
mod read;
mod review;
mod schema;
mod synth;
#[cfg(not(feature = "deploy"))]
mod undeployed;
mod view;

#[cfg(not(feature = "deploy"))]
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use outcome::{Fail, Outcome};

/// Generate AWS data platforms from one file: stacks, jobs, SQL and dashboards.
#[derive(Debug, Parser)]
#[command(
    name = "gen",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Start with `gen blueprint list`, then `gen new NAME --blueprint B`, then `gen synth`."
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Synth(synth::Arguments),
    Check(check::Arguments),
    Diff(diff::Arguments),
    List(list::Arguments),
    New(new::Arguments),
    Blueprint(blueprint::Arguments),
    Graph(graph::Arguments),
    Preview(preview::Arguments),
    Backfill(backfill::Arguments),
    #[cfg(feature = "deploy")]
    Doctor(deploy::DoctorArguments),
    #[cfg(feature = "deploy")]
    Deploy(deploy::DeployArguments),
    #[cfg(feature = "deploy")]
    Status(deploy::StatusArguments),
    #[cfg(feature = "deploy")]
    History(deploy::HistoryArguments),
    #[cfg(feature = "deploy")]
    Rollback(deploy::RollbackArguments),
    #[cfg(feature = "deploy")]
    Destroy(deploy::DestroyArguments),
    #[cfg(feature = "deploy")]
    Unlock(deploy::UnlockArguments),
    #[cfg(feature = "deploy")]
    Put(deploy::PutArguments),
    #[cfg(feature = "deploy")]
    Run(deploy::RunArguments),
    #[cfg(feature = "deploy")]
    Query(deploy::QueryArguments),
    Schema(schema::Arguments),
    Explain(explain::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    #[cfg(not(feature = "deploy"))]
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

/// The output format of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text for people.
    #[default]
    Human,
    /// JSON for programs.
    Json,
}

/// The output format of what people review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum ReviewFormat {
    /// Text for people.
    #[default]
    Human,
    /// JSON for programs.
    Json,
    /// Markdown for a pull request.
    Markdown,
    /// Annotations of GitHub Actions.
    Github,
    /// SARIF for code scanning.
    Sarif,
}

/// Runs the command that the arguments of this process name.
pub(crate) fn run() -> ExitCode {
    outcome::install_panic_hook();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(fault) => {
            // This fails only if the stream is closed, and then no one reads it.
            let _ = fault.print();
            return ExitCode::from(if fault.use_stderr() { 2 } else { 0 });
        }
    };
    outcome::exit_code(arguments.verb.run())
}

impl Verb {
    fn run(&self) -> Result<Outcome, Fail> {
        match self {
            Verb::Synth(arguments) => synth::run(arguments),
            Verb::Check(arguments) => check::run(arguments),
            Verb::Diff(arguments) => diff::run(arguments),
            Verb::List(arguments) => list::run(arguments),
            Verb::New(arguments) => new::run(arguments),
            Verb::Blueprint(arguments) => blueprint::run(arguments),
            Verb::Graph(arguments) => graph::run(arguments),
            Verb::Preview(arguments) => preview::run(arguments),
            Verb::Backfill(arguments) => backfill::run(arguments),
            #[cfg(feature = "deploy")]
            Verb::Doctor(arguments) => deploy::doctor(arguments),
            #[cfg(feature = "deploy")]
            Verb::Deploy(arguments) => deploy::deploy(arguments),
            #[cfg(feature = "deploy")]
            Verb::Status(arguments) => deploy::status(arguments),
            #[cfg(feature = "deploy")]
            Verb::History(arguments) => deploy::history(arguments),
            #[cfg(feature = "deploy")]
            Verb::Rollback(arguments) => deploy::rollback(arguments),
            #[cfg(feature = "deploy")]
            Verb::Destroy(arguments) => deploy::destroy(arguments),
            #[cfg(feature = "deploy")]
            Verb::Unlock(arguments) => deploy::unlock(arguments),
            #[cfg(feature = "deploy")]
            Verb::Put(arguments) => deploy::put(arguments),
            #[cfg(feature = "deploy")]
            Verb::Run(arguments) => deploy::run(arguments),
            #[cfg(feature = "deploy")]
            Verb::Query(arguments) => deploy::query(arguments),
            Verb::Schema(arguments) => schema::run(arguments),
            Verb::Explain(arguments) => explain::run(arguments),
            Verb::Completions(arguments) => completions::run(arguments),
            Verb::Man(arguments) => man::run(arguments),
            #[cfg(not(feature = "deploy"))]
            Verb::Other(words) => undeployed::run(words),
        }
    }
}

/// The definition of the command, for completions and manual pages.
fn command() -> clap::Command {
    Arguments::command()
}
