//! File paths, and atomic writes: a temporary file is renamed.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Whether committed files are written, or only compared with what would be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write them.
    Write,
    /// Compare them, without changes.
    Check,
}

/// Writes a file in the workspace, or checks that it already has this text.
///
/// # Errors
/// An error of the file system, or that the file is stale and which command updates it.
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
    let staging = target.with_extension("new");
    fs::write(&staging, text).map_err(fault)?;
    fs::rename(&staging, &target).map_err(fault)
}
