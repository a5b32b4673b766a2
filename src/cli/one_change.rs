//! Files and folders that are written as one change.
//!
//! In: a path, and what it is to contain. Out: the old contents or the new ones, also after an interrupted run: both are
//! written under a temporary name next to the path, then renamed. They have the user's default permissions, which
//! temporary files lack. It refuses to wait until a disk has them.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// The prefix of temporary names, so that leftovers of a killed process are recognized.
const PREFIX: &str = ".gen-";

/// A file that replaces another one when it is complete, and is deleted if it never is.
pub(super) struct Partial {
    file: NamedTempFile,
    target: PathBuf,
}

impl Partial {
    /// An empty file next to `target`, in whose folder it can be renamed; the folder is created.
    pub(super) fn of(target: &Path, suffix: &str) -> io::Result<Self> {
        let folder = folder_of(target)?;
        // The crate's own default is a file that only its owner can read.
        let file =
            Builder::new().prefix(PREFIX).suffix(suffix).make_in(folder, |path| File::create_new(path))?;
        Ok(Self { file, target: target.to_owned() })
    }

    /// Its temporary path, which is absolute.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Whether nothing was written to it.
    pub(super) fn is_empty(&self) -> io::Result<bool> {
        fs::metadata(self.path()).map(|metadata| metadata.len() == 0)
    }

    /// Renames it, over the file that is there.
    pub(super) fn complete(self) -> io::Result<()> {
        self.file.persist(self.target).map(drop).map_err(|error| error.error)
    }
}

/// Writes a file, and its folder if there is none.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut partial = Partial::of(path, "")?;
    partial.file.write_all(bytes)?;
    partial.complete()
}

/// Creates a folder with what `write` writes to the path that it gets.
pub(super) fn fill(folder: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    // The temporary folder is private to the user, so the new one is created within it.
    let above = Builder::new().prefix(PREFIX).tempdir_in(folder_of(folder)?)?;
    let new = above.path().join("new");
    fs::create_dir(&new)?;
    write(&new)?;
    fs::rename(&new, folder)
}

/// The absolute folder above a path, created if it does not exist.
fn folder_of(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let folder = path.parent().unwrap_or(&path).to_owned();
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_replaces_another_and_an_incomplete_one_changes_nothing() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("below/platform.lock");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        let partial = Partial::of(&path, ".png").unwrap();
        assert!(partial.is_empty().unwrap());
        fs::write(partial.path(), "thr").unwrap();
        assert!(!partial.is_empty().unwrap());
        drop(partial);
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["platform.lock"]);
    }

    #[test]
    fn a_folder_appears_as_a_whole_or_not_at_all() {
        let folder = TempDir::new().unwrap();
        let fails = fill(&folder.path().join("shop"), |new| {
            fs::write(new.join("platform.toml"), "[platform]")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(fails.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(names(folder.path()).is_empty());
        fill(&folder.path().join("shop"), |new| fs::write(new.join("platform.toml"), "[platform]")).unwrap();
        assert_eq!(names(folder.path()), ["shop"]);
        assert_eq!(names(&folder.path().join("shop")), ["platform.toml"]);
    }

    #[cfg(unix)]
    #[test]
    fn both_have_the_default_permissions() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = TempDir::new().unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        fs::write(folder.path().join("plain"), "").unwrap();
        fs::create_dir(folder.path().join("plain-folder")).unwrap();
        write(&folder.path().join("one"), b"").unwrap();
        fill(&folder.path().join("one-folder"), |_| Ok(())).unwrap();
        assert_eq!(mode("one"), mode("plain"));
        assert_eq!(mode("one-folder"), mode("plain-folder"));
    }
}
