//! The command `gen`.
//!
//! In: arguments. Out: an exit code; everything else is in `cli`.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
