//! The format of manifests: its number, what is refused by it, and what every format has in common.

use std::cmp::Ordering;

use serde::Deserialize;

/// The version of the manifest's form. A manifest of another one is refused by its number.
pub const FORMAT: u32 = 2;

/// Why bytes are not a manifest that this version reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatFault {
    /// They are not a manifest: what the reader of JSON found.
    #[error("invalid manifest: {0}")]
    Broken(String),
    /// An older `gen` wrote it.
    #[error("the manifest has the older format {format}; this gen reads format {}", FORMAT)]
    Older {
        /// Its format.
        format: u32,
    },
    /// A newer `gen` wrote it.
    #[error("the manifest has the newer format {format}; this gen reads format {}", FORMAT)]
    Newer {
        /// Its format.
        format: u32,
    },
}

impl FormatFault {
    /// Returns the next step.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Broken(_) => "run `gen synth`, which writes it again",
            Self::Older { .. } => {
                "run `gen synth`, which writes it again; to roll back to a version that an older gen deployed, use that gen"
            }
            Self::Newer { .. } => "use the newer gen that wrote it",
        }
    }
}

/// What the manifests of all formats have in common. It is enough to keep, to replace and to delete what an older `gen`
/// left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Outline {
    /// The stacks, in the order in which they were deployed.
    pub stacks: Vec<OutlineStack>,
    /// The files.
    pub files: Vec<OutlineFile>,
}

/// A stack of an [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OutlineStack {
    /// Its name within platform and environment.
    pub name: String,
}

/// A file of an [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OutlineFile {
    /// Its path.
    pub path: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Outline {
    /// Reads a manifest of any format; `None` where it is broken.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// The number alone, which format 1 called `schema_version`.
#[derive(Deserialize)]
struct Number {
    #[serde(alias = "schema_version")]
    format: u32,
}

/// Refuses bytes of another format than [`FORMAT`].
pub(super) fn require(bytes: &[u8]) -> Result<(), FormatFault> {
    let read: Result<Number, _> = serde_json::from_slice(bytes);
    let Number { format } = read.map_err(|fault| FormatFault::Broken(fault.to_string()))?;
    match format.cmp(&FORMAT) {
        Ordering::Less => Err(FormatFault::Older { format }),
        Ordering::Greater => Err(FormatFault::Newer { format }),
        Ordering::Equal => Ok(()),
    }
}
