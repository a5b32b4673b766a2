//! The `gen` command.
//!
//! In: arguments. Out: an exit code; everything else is in `cli`.

#![warn(clippy::fn_params_excessive_bools)]

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
