//! [`check`]: compares a folder with a draft.

use std::fmt;
use std::path::Path;

use super::{Draft, Error, MANIFEST, Manifest, disk};

/// A difference between a draft and a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The file would be written, but does not exist.
    Missing {
        /// The path in the assembly.
        path: String,
    },
    /// The file has different contents.
    Changed {
        /// The path in the assembly.
        path: String,
    },
    /// The file was written by an earlier run, and would be removed.
    Extra {
        /// The path in the assembly.
        path: String,
    },
}

impl Difference {
    /// The path in the assembly.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path } | Self::Changed { path } | Self::Extra { path } => path,
        }
    }

    /// `missing`, `changed` or `extra`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Changed { .. } => "changed",
            Self::Extra { .. } => "extra",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.path())
    }
}

/// What [`write`](super::write()) would change in `<out>/<platform>/<environment>`, by path. Files that `gen`
/// did not write are ignored.
///
/// # Errors
/// Fails if the folder cannot be read or contains links, or if the draft is inconsistent.
pub fn check(draft: &Draft, out: &Path) -> Result<Vec<Difference>, Error> {
    let files = draft.checked()?;
    let manifest = Manifest::of(draft, &files)?.to_bytes()?;
    let folder = out.join(draft.platform.as_str()).join(draft.environment.as_str());
    let there = disk::files(&folder)?;
    let mut differences = Vec::new();
    for (path, bytes) in
        files.iter().map(|(path, file)| (*path, file.bytes.as_slice())).chain([(MANIFEST, &*manifest)])
    {
        match there.get(path) {
            None => differences.push(Difference::Missing { path: path.to_owned() }),
            Some(place) if !disk::holds(place, bytes)? => {
                differences.push(Difference::Changed { path: path.to_owned() });
            }
            Some(_) => {}
        }
    }
    for path in disk::manifest(&folder)?.paths() {
        if there.contains_key(path) && !files.contains_key(path) {
            differences.push(Difference::Extra { path: path.to_owned() });
        }
    }
    differences.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(differences)
}
