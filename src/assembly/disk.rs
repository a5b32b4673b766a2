//! The contents of a folder: files by path, with symbolic links rejected.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use strataform_input::{self as input, Kind};

use super::{Error, FormatFault, MANIFEST, Manifest, Outline};

/// The manifest of a folder, as far as it can be read.
#[derive(Debug)]
pub(super) enum Found {
    /// There is no manifest: `gen` never wrote here.
    Nothing,
    /// There is a manifest that cannot be read: of another format, or broken, as by a merge. `gen` wrote here.
    Unreadable {
        /// Why it cannot be read.
        fault: FormatFault,
        /// The part that all formats have in common; empty if it is broken.
        outline: Outline,
    },
    /// The manifest.
    Manifest(Box<Manifest>),
}

impl Found {
    /// The paths that the manifest lists.
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

/// The files of a folder by their path in it, including the manifest; empty if the folder does not exist.
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
    let bytes = match input::bytes(&path, Kind::Manifest) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    Ok(match Manifest::parse(&bytes) {
        Ok(manifest) => Found::Manifest(Box::new(manifest)),
        Err(fault) => Found::Unreadable { fault, outline: Outline::parse(&bytes).unwrap_or_default() },
    })
}

/// Whether a file contains exactly these bytes; the size is compared first.
pub(super) fn holds(path: &Path, bytes: &[u8]) -> Result<bool, Error> {
    let metadata = fs::metadata(path).map_err(Error::io("read", path))?;
    if metadata.len() != bytes.len() as u64 {
        return Ok(false);
    }
    Ok(fs::read(path).map_err(Error::io("read", path))? == bytes)
}
