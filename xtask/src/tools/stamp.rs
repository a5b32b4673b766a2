//! A stamp records the inputs of a tool. It contains their text: there is nothing to compute, and a developer can
//! read it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The stamp of one tool.
pub(super) struct Stamp {
    path: PathBuf,
}

impl Stamp {
    /// The stamp of the tool with this name, in the tools' folder.
    pub(super) fn of(home: &Path, name: &str) -> Self {
        Self { path: home.join(format!("{name}.stamp")) }
    }

    /// Whether the tool was completely installed from these inputs.
    pub(super) fn matches(&self, inputs: &str) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|stamped| stamped == inputs)
    }

    /// Marks the tool as not installed.
    pub(super) fn remove(&self) -> Result<(), String> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(format!("{}: {error}", self.path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Marks the tool as installed from these inputs. Written to a temporary file, then renamed: never partial.
    pub(super) fn write(&self, inputs: &str) -> Result<(), String> {
        let staging = self.path.with_extension("partial");
        let fault = |error| format!("{}: {error}", self.path.display());
        fs::write(&staging, inputs).map_err(fault)?;
        fs::rename(&staging, &self.path).map_err(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_valid_until_an_input_changes_or_it_is_removed() {
        let home = tempfile::TempDir::new().unwrap();
        let stamp = Stamp::of(home.path(), "tool");
        assert!(!stamp.matches("one"), "not installed yet");
        stamp.remove().unwrap();
        stamp.write("one").unwrap();
        assert!(stamp.matches("one"));
        assert!(!stamp.matches("two"), "the lockfile changed");
        assert!(!stamp.matches("on"), "a part is not the whole");
        assert!(!Stamp::of(home.path(), "other").matches("one"), "each tool has its own");
        stamp.remove().unwrap();
        assert!(!stamp.matches("one"), "removed before the tool is installed again");
    }
}
