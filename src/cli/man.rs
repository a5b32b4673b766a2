//! `gen man`

use std::path::PathBuf;

use super::outcome::{Fail, Outcome};
use super::view::human;

/// Print the manual page, or write one for each command.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Folder to write a page for each command to.
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    match &arguments.out {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(super::command()).render(&mut page)?;
            human::raw(&page)?;
        }
        Some(folder) => std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(super::command(), folder))
            .map_err(|error| Fail::refused(format!("cannot write to {}: {error}", folder.display()), ""))?,
    }
    Ok(Outcome::Done)
}
