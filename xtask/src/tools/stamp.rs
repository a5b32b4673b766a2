//! A stamp says of what a tool was made. It holds that text itself: nothing to compute, and to read when in doubt.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The stamp of one tool.
pub(super) struct Stamp {
    path: PathBuf,
}

impl Stamp {
    /// The stamp of the tool of this name, in the tools' folder.
    pub(super) fn of(home: &Path, name: &str) -> Self {
        Self { path: home.join(format!("{name}.stamp")) }
    }

    /// Whether the tool was made, to the end, of these inputs.
    pub(super) fn says(&self, inputs: &str) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|stamped| stamped == inputs)
    }

    /// Says no more that the tool is made.
    pub(super) fn remove(&self) -> Result<(), String> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(format!("{}: {error}", self.path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Says that the tool is made of these inputs. Written beside, then renamed: never half.
    pub(super) fn write(&self, inputs: &str) -> Result<(), String> {
        let beside = self.path.with_extension("partial");
        let fault = |error| format!("{}: {error}", self.path.display());
        fs::write(&beside, inputs).map_err(fault)?;
        fs::rename(&beside, &self.path).map_err(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_until_an_input_changes_or_it_is_removed() {
        let home = tempfile::TempDir::new().unwrap();
        let stamp = Stamp::of(home.path(), "tool");
        assert!(!stamp.says("one"), "not made yet");
        stamp.remove().unwrap();
        stamp.write("one").unwrap();
        assert!(stamp.says("one"));
        assert!(!stamp.says("two"), "the lock file changed");
        assert!(!stamp.says("on"), "a part is not the whole");
        assert!(!Stamp::of(home.path(), "other").says("one"), "each tool has its own");
        stamp.remove().unwrap();
        assert!(!stamp.says("one"), "removed before the tool is made again");
    }
}
