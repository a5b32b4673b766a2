//! The server's sources, which are embedded in this program: the version that is installed is the one that was built.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::Fault;

/// The name and content of files in `tests/local-aws`.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("../../../tests/local-aws/", $name)).as_slice())),+]
    };
}

/// The files of the package; a test fails if one is missing.
const FILES: [(&str, &[u8]); 34] = files![
    "strataform_local/__init__.py",
    "strataform_local/__main__.py",
    "strataform_local/account.py",
    "strataform_local/app.py",
    "strataform_local/athena.py",
    "strataform_local/audit.py",
    "strataform_local/calls.py",
    "strataform_local/clock.py",
    "strataform_local/data_api.py",
    "strataform_local/fixes.py",
    "strataform_local/flows.py",
    "strataform_local/grants.py",
    "strataform_local/identity.py",
    "strataform_local/jobs.py",
    "strataform_local/lake.py",
    "strataform_local/lifecycle.py",
    "strataform_local/limits.py",
    "strataform_local/models.py",
    "strataform_local/names.py",
    "strataform_local/nouns.py",
    "strataform_local/plain.py",
    "strataform_local/recorded.py",
    "strataform_local/roles.py",
    "strataform_local/secrets_role.py",
    "strataform_local/spark.py",
    "strataform_local/spark_job.py",
    "strataform_local/spectrum.py",
    "strataform_local/stacks.py",
    "strataform_local/store.py",
    "strataform_local/strict.py",
    "strataform_local/topics.py",
    "strataform_local/unable.py",
    "strataform_local/usage.py",
    "strataform_local/zones.py",
];

/// The packages that it requires, each with its hashes.
pub(crate) const REQUIREMENTS: &str = include_str!("../../../tests/local-aws/requirements.txt");

/// The version of ministack that the server patches.
pub(crate) fn ministack() -> &'static str {
    let pin = REQUIREMENTS.lines().find_map(|line| line.strip_prefix("ministack=="));
    pin.and_then(|pin| pin.split_whitespace().next()).unwrap_or_default()
}

/// The start of a hash, long enough for the name of a folder.
pub(crate) fn hash(parts: &[&[u8]]) -> String {
    let mut whole = Sha256::new();
    for part in parts {
        // With its length, so that no two lists have the same hash.
        whole.update((part.len() as u64).to_le_bytes());
        whole.update(part);
    }
    hex::encode(&whole.finalize()[..8])
}

/// The folder of the sources, written if it does not exist.
pub(crate) fn written(home: &Path) -> Result<PathBuf, Fault> {
    let all: Vec<&[u8]> = FILES.iter().flat_map(|(name, bytes)| [name.as_bytes(), *bytes]).collect();
    let folder = home.join(format!("sources-{}", hash(&all)));
    if folder.is_dir() {
        return Ok(folder);
    }
    // Written elsewhere, then renamed: a folder of that name is always complete.
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(file_fault(&partial))?;
    }
    for (name, bytes) in FILES {
        let path = partial.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&partial)).map_err(file_fault(&path))?;
        fs::write(&path, bytes).map_err(file_fault(&path))?;
    }
    fs::rename(&partial, &folder).map_err(file_fault(&folder))?;
    Ok(folder)
}

/// Makes a [`Fault::File`] from the error of a path.
pub(crate) fn file_fault(path: &Path) -> impl Fn(std::io::Error) -> Fault + '_ {
    |error| Fault::File { path: path.to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                found.push(path);
            }
        }
    }

    #[test]
    fn every_source_of_the_package_is_in_the_list() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/local-aws");
        let mut found = Vec::new();
        below(&root.join("strataform_local"), &mut found);
        let mut found: Vec<String> =
            found.iter().map(|path| path.strip_prefix(&root).unwrap().display().to_string()).collect();
        found.sort();
        let listed: Vec<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, found, "the list in crates/local/src/sources.rs, in the order of names");
    }

    #[test]
    fn the_sources_are_written_once_and_whole() {
        let home = tempfile::TempDir::new().unwrap();
        let folder = written(home.path()).unwrap();
        for (name, bytes) in FILES {
            assert_eq!(fs::read(folder.join(name)).unwrap(), bytes, "{name}");
        }
        fs::write(folder.join("mark"), "").unwrap();
        assert_eq!(written(home.path()).unwrap(), folder);
        assert!(folder.join("mark").exists(), "an existing folder is left alone");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_hash_tells_parts_apart() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
        assert_eq!(hash(&[b"a"]).len(), 16);
    }

    #[test]
    fn the_packages_are_pinned() {
        assert!(!ministack().is_empty());
        assert!(REQUIREMENTS.contains("--hash=sha256:"));
    }
}
