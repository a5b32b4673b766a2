//! What stands in a folder: files by path, links refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Error, FormatFault, MANIFEST, Manifest, Outline};

/// The manifest of a folder as far as it can be told.
#[derive(Debug)]
pub(super) enum Found {
    /// There is none: `gen` never wrote here.
    Nothing,
    /// There is one that cannot be read: of another format, or broken as after a merge. `gen` wrote here.
    Unreadable {
        /// Why it cannot be read.
        fault: FormatFault,
        /// What it has in common with every format; nothing where it is broken.
        outline: Outline,
    },
    /// There is one.
    Manifest(Box<Manifest>),
}

impl Found {
    /// The paths that the manifest names.
    pub(super) fn paths(&self) -> BTreeSet<&str> {
        match self {
            Found::Manifest(manifest) => manifest.files.iter().map(|file| file.path.as_str()).collect(),
            Found::Unreadable { outline, .. } => {
                outline.files.iter().map(|file| file.path.as_str()).collect()
            }
            Found::Nothing => BTreeSet::new(),
        }
    }
}

/// The files of a folder by their path in it, the manifest among them; none where there is no folder.
pub(super) fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
    let mut found = BTreeMap::new();
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(Error::io("read", folder)(error)),
        Ok(metadata) if metadata.is_symlink() => return Err(Error::Symlink { path: folder.to_owned() }),
        Ok(_) => walk(folder, "", &mut found)?,
    }
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, PathBuf>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let entry = entry.map_err(Error::io("read", folder))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(Error::io("read", &path))?;
        if kind.is_symlink() {
            return Err(Error::Symlink { path });
        }
        let Ok(name) = entry.file_name().into_string() else {
            return Err(Error::io("read", &path)(io::Error::other("its name is not Unicode")));
        };
        let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if kind.is_dir() {
            walk(&path, &name, found)?;
        } else {
            found.insert(name, path);
        }
    }
    Ok(())
}

/// The manifest of a folder.
pub(super) fn manifest(folder: &Path) -> Result<Found, Error> {
    let path = folder.join(MANIFEST);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    Ok(match Manifest::parse(&bytes) {
        Ok(manifest) => Found::Manifest(Box::new(manifest)),
        Err(fault) => Found::Unreadable { fault, outline: Outline::parse(&bytes).unwrap_or_default() },
    })
}

/// Whether a file holds exactly these bytes; the size is compared first.
pub(super) fn holds(path: &Path, bytes: &[u8]) -> Result<bool, Error> {
    let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
    if metadata.len() != bytes.len() as u64 {
        return Ok(false);
    }
    Ok(fs::read(path).map_err(Error::io("read", path))? == bytes)
}
