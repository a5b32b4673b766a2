//! Where files lie, and how they are written: beside, then renamed; never half.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Whether committed files are made, or only compared with what would be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Make them.
    Write,
    /// Compare them, and touch nothing.
    Check,
}

/// Writes a file below the workspace, or checks that it has this text already.
///
/// # Errors
/// What the file system says, or that the file is stale and which command renews it.
pub(crate) fn write(path: &Path, text: &str, mode: Mode, command: &str) -> Result<(), String> {
    let target = root().join(path);
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    if fs::read_to_string(&target).is_ok_and(|known| known == text) {
        return Ok(());
    }
    if mode == Mode::Check {
        return Err(format!("{} is stale; run `{command}` and read the diff", path.display()));
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    let beside = target.with_extension("new");
    fs::write(&beside, text).map_err(fault)?;
    fs::rename(&beside, &target).map_err(fault)
}
