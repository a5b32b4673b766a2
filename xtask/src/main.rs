//! `cargo xtask <verb>`: what a developer of Strataform runs, and what CI runs.
//!
//! In: a verb and its arguments. Out: files of the workspace, test tools below `target/tools`, or a verdict.
//! Refuses: any part in the product; nothing here is a dependency of `gen`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a developer's command speaks on the terminal")]

mod ci;
mod codegen;
mod files;
mod local;
mod samples;
mod schemas;
mod tools;

use std::process::ExitCode;

use tools::Tool;

const USAGE: &str = "\
usage: cargo xtask <verb> [arguments]

  setup             fetches the pinned test tools into target/tools
  schemas [--check] reduces the registry schemas to the committed facts
  codegen [--check] writes the resource types from the facts
  samples [--check] writes the sample data of the blueprints; `--blueprint NAME --records N --out DIR
                    [--seed S]` makes more of it elsewhere
  test [arguments]  fetches the test tools, then runs `cargo test`, with these arguments
  local-aws [PORT]  runs a local AWS in the foreground, on this port or on 4566
  ci                runs every check there is, and prints the totals
";

fn main() -> ExitCode {
    let args: Vec<String> =
        std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let Some((verb, rest)) = args.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    run(verb, rest).unwrap_or_else(|fault| {
        eprintln!("error: {fault}");
        ExitCode::FAILURE
    })
}

/// One line for each verb.
fn run(verb: &str, args: &[String]) -> Result<ExitCode, String> {
    let done = |()| ExitCode::SUCCESS;
    match verb {
        "setup" => tools::setup(&Tool::ALL).map(done),
        "schemas" => tools::setup(&Tool::SCHEMAS).and_then(|()| schemas::run(args)).map(done),
        "codegen" => codegen::run(args).map(done),
        "samples" => samples::run(args).map(done),
        "test" => ci::test::run(args),
        "local-aws" => local::run(args),
        "ci" => Ok(ci::run()),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => Err(format!("there is no verb `{unknown}`\n\n{USAGE}")),
    }
}
