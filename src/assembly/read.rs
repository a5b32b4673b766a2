//! [`read`]: reads and verifies the assembly in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use strataform_input::{self as input, Kind};

use super::disk::{self, Found};
use super::draft::check_path;
use super::{Draft, Error, MANIFEST, Manifest, ManifestStack};
use crate::hash::sha256;

/// The verified assembly in a folder: every file matches its hash in the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// The contents, and how they are deployed.
    pub manifest: Manifest,
    /// The bytes of the files that the manifest lists, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files that the manifest does not list, by path.
    pub foreign: Vec<String>,
}

impl Assembly {
    /// Returns the bytes of a stack's template; [`read`] verifies that it exists.
    #[must_use]
    pub fn template(&self, stack: &ManifestStack) -> &[u8] {
        self.files.get(&stack.template).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Assembly {
    /// The text of a file; `None` if there is none.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        self.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The assembly that a draft is, without writing it.
    ///
    /// # Errors
    /// Fails if the draft is inconsistent.
    pub fn of(draft: &Draft) -> Result<Self, Error> {
        let files = draft.checked()?;
        let manifest = Manifest::of(draft, &files)?;
        let files = files.iter().map(|(path, file)| ((*path).to_owned(), file.bytes.clone())).collect();
        Ok(Self { manifest, files, foreign: Vec::new() })
    }

    /// The verified assembly in files that were read from elsewhere, by path: the manifest among them. `folder` is where
    /// faults are reported.
    ///
    /// # Errors
    /// Fails as [`read`] does.
    pub fn of_files(folder: &Path, mut files: BTreeMap<String, Vec<u8>>) -> Result<Self, Error> {
        let path = folder.join(MANIFEST);
        let bytes = files.remove(MANIFEST).ok_or_else(|| no_manifest(folder))?;
        let manifest = Manifest::parse(&bytes).map_err(|fault| Error::Format { path, fault })?;
        verify(&manifest, folder)?;
        verified(manifest, folder, files.keys().cloned().collect(), |name| Ok(files.get(name).cloned()))
    }
}

/// Reads `<out>/<platform>/<environment>`, and verifies the hashes of the manifest and of every file.
///
/// # Errors
/// Fails if the manifest is missing or has another format, or if a file does not match it.
pub fn read(folder: &Path) -> Result<Assembly, Error> {
    let manifest = match disk::manifest(folder)? {
        Found::Nothing => return Err(no_manifest(folder)),
        Found::Unreadable { fault, .. } => return Err(Error::Format { path: folder.join(MANIFEST), fault }),
        Found::Manifest(manifest) => *manifest,
    };
    verify(&manifest, folder)?;
    let there = disk::files(folder)?;
    let names = there.keys().filter(|path| *path != MANIFEST).cloned().collect();
    verified(manifest, folder, names, |name| {
        let bytes = |found: &PathBuf| input::bytes(found, Kind::Artifact).map_err(Error::io("read", found));
        there.get(name).map(bytes).transpose()
    })
}

/// The manifest in a folder, without its files; `None` if there is none of the current format.
#[must_use]
pub fn manifest(folder: &Path) -> Option<Manifest> {
    match disk::manifest(folder).ok()? {
        Found::Nothing | Found::Unreadable { .. } => None,
        Found::Manifest(manifest) => Some(*manifest),
    }
}

fn no_manifest(folder: &Path) -> Error {
    let fault = "no assembly found; run `gen synth` to write one".to_owned();
    Error::Manifest { path: folder.join(MANIFEST), fault }
}

/// Verifies the hash of a manifest.
fn verify(manifest: &Manifest, folder: &Path) -> Result<(), Error> {
    if manifest.own_hash()? == manifest.hash {
        return Ok(());
    }
    let fault = "it was changed after it was written: its hash does not match".to_owned();
    Err(Error::Manifest { path: folder.join(MANIFEST), fault })
}

/// The assembly of a manifest, with the bytes of its files verified. `there` names all files that exist.
fn verified(
    manifest: Manifest,
    folder: &Path,
    there: BTreeSet<String>,
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, Error>,
) -> Result<Assembly, Error> {
    let mut files = BTreeMap::new();
    for file in &manifest.files {
        let place = folder.join(&file.path);
        check_path(&file.path).map_err(|fault| Error::Path { path: file.path.clone(), fault })?;
        let changed = |fault| Error::Changed { path: place.clone(), fault };
        let bytes = read(&file.path)?.ok_or_else(|| changed("is missing"))?;
        if bytes.len() as u64 != file.size || sha256(&bytes) != file.sha256 {
            return Err(changed("does not match the manifest: it was changed after it was written"));
        }
        if files.insert(file.path.clone(), bytes).is_some() {
            return Err(changed("is listed twice in the manifest"));
        }
    }
    let foreign = there.into_iter().filter(|path| !files.contains_key(path)).collect();
    Ok(Assembly { manifest, files, foreign })
}
