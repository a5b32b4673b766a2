//! [`read`]: reads and verifies the assembly in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::disk::{self, Found};
use super::draft::check_path;
use super::{Error, MANIFEST, Manifest, ManifestStack};
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

/// Reads `<out>/<platform>/<environment>`, and verifies the hashes of the manifest and of every file.
///
/// # Errors
/// Fails if the manifest is missing or has another format, or if a file does not match it.
pub fn read(folder: &Path) -> Result<Assembly, Error> {
    let manifest = verified_manifest(folder)?;
    let there = disk::files(folder)?;
    let mut files = BTreeMap::new();
    for file in &manifest.files {
        let place = folder.join(&file.path);
        check_path(&file.path).map_err(|fault| Error::Path { path: file.path.clone(), fault })?;
        let changed = |fault| Error::Changed { path: place.clone(), fault };
        let found = there.get(&file.path).ok_or_else(|| changed("is missing"))?;
        let bytes = fs::read(found).map_err(Error::io("read", found))?;
        if bytes.len() as u64 != file.size || sha256(&bytes) != file.sha256 {
            return Err(changed("does not match the manifest: it was changed after it was written"));
        }
        if files.insert(file.path.clone(), bytes).is_some() {
            return Err(changed("is listed twice in the manifest"));
        }
    }
    let named: BTreeSet<&String> = files.keys().collect();
    let foreign = there.keys().filter(|path| *path != MANIFEST && !named.contains(path)).cloned().collect();
    Ok(Assembly { manifest, files, foreign })
}

fn verified_manifest(folder: &Path) -> Result<Manifest, Error> {
    let path = folder.join(MANIFEST);
    let fault = |fault: String| Err(Error::Manifest { path: folder.join(MANIFEST), fault });
    let manifest = match disk::manifest(folder)? {
        Found::Nothing => return fault("no assembly found; run `gen synth` to write one".to_owned()),
        Found::Unreadable { fault, .. } => return Err(Error::Format { path, fault }),
        Found::Manifest(manifest) => *manifest,
    };
    if manifest.own_hash()? != manifest.hash {
        return fault("it was changed after it was written: its hash does not match".to_owned());
    }
    Ok(manifest)
}
