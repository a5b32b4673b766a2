//! Reads a file that an argument names.
//!
//! In: a path, and what the file is. Out: its text, or a message with the next step. It refuses what `strataform_input` refuses.

use std::io;
use std::path::Path;

use strataform_input::{self as input, Kind};

use super::outcome::Fail;

/// The text of a file; `hint` is the next step if it cannot be read.
pub(super) fn text(path: &Path, kind: Kind, hint: &str) -> Result<String, Fail> {
    input::text(path, kind).map_err(|error| unreadable(path, &error, hint))
}

/// The message for a file that cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error, hint: &str) -> Fail {
    let hint = input::help(error).unwrap_or(hint);
    Fail::refused(format!("cannot read {}: {error}", path.display()), hint)
}
