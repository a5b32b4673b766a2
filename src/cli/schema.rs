//! `gen schema`

use std::io::Write;

use super::outcome::{Fail, Outcome};

/// Print the JSON Schema of platform files, for editors.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print the JSON Schema of `manifest.json` instead.
    #[arg(long)]
    manifest: bool,
    /// Print the JSON Schema of the output of `gen diff --format json` instead.
    #[arg(long, conflicts_with = "manifest")]
    diff: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let mut out = std::io::stdout();
    if arguments.manifest {
        write!(out, "{}", strataform::assembly::SCHEMA)?;
    } else if arguments.diff {
        write!(out, "{}", strataform::diff::REPORT_SCHEMA)?;
    } else {
        write!(out, "{}", strataform::spec::schema::json())?;
    }
    Ok(Outcome::Done)
}
