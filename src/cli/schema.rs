//! `gen schema`

use std::io::Write;

use super::outcome::{Fail, Outcome};

/// Print the JSON Schema of platform files, for editors.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(_arguments: &Arguments) -> Result<Outcome, Fail> {
    write!(std::io::stdout(), "{}", strataform::spec::schema::json())?;
    Ok(Outcome::Done)
}
