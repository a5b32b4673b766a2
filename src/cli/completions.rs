//! `gen completions`

use super::outcome::{Fail, Outcome};
use super::view::human;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Name of the shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), "gen", &mut text);
    human::raw(&text)?;
    Ok(Outcome::Done)
}
