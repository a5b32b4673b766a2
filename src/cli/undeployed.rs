//! The commands that call AWS, in a `gen` that was built without them.

use std::ffi::OsString;

use super::outcome::{Fail, Outcome};

/// The commands that the feature `deploy` adds.
const VERBS: [&str; 10] =
    ["doctor", "deploy", "status", "history", "rollback", "destroy", "unlock", "put", "run", "query"];

pub(super) fn run(words: &[OsString]) -> Result<Outcome, Fail> {
    let verb = words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    if VERBS.contains(&verb.as_str()) {
        return Err(Fail::usage(
            format!("this gen was built without `{verb}`"),
            "build it with AWS support: cargo install --path . --features deploy",
        ));
    }
    let command = super::command();
    let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let help = strataform::diagnostic::did_you_mean(&verb, known.iter().copied());
    Err(Fail::usage(format!("unknown command `{verb}`"), help))
}
