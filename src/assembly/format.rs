//! The format of manifests: its number, the rejection of others, and the part that all formats have in common.

use serde::Deserialize;

/// The version of the manifest format that is written.
pub const FORMAT: u32 = 3;

/// The oldest version that is read: it lacks only what may be absent. A manifest of any other version is rejected by its
/// number.
const OLDEST: u32 = 2;

/// Why bytes are not a manifest that this version of `gen` can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatFault {
    /// They are not a manifest; with the error of the JSON parser.
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
            Self::Broken(_) => "run `gen synth` to write it again",
            Self::Older { .. } => {
                "run `gen synth` to write it again; to roll back to a version that an older gen deployed, use that gen"
            }
            Self::Newer { .. } => "use the newer gen that wrote it",
        }
    }
}

/// The part that the manifests of all formats have in common. It is enough to keep, replace and delete the files of an
/// older `gen`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Outline {
    /// The stacks, in deployment order.
    pub stacks: Vec<OutlineStack>,
    /// The files.
    pub files: Vec<OutlineFile>,
}

/// A stack of an [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OutlineStack {
    /// The name within platform and environment.
    pub name: String,
}

/// A file of an [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OutlineFile {
    /// The path in the assembly.
    pub path: String,
    /// The SHA-256 hash in hexadecimal.
    pub sha256: String,
}

impl Outline {
    /// Reads a manifest of any format; `None` if it is broken.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

/// Only the format number, which is `schema_version` in format 1.
#[derive(Deserialize)]
struct Number {
    #[serde(alias = "schema_version")]
    format: u32,
}

/// Rejects bytes of a format that is not read.
pub(super) fn require(bytes: &[u8]) -> Result<(), FormatFault> {
    let read: Result<Number, _> = serde_json::from_slice(bytes);
    let Number { format } = read.map_err(|fault| FormatFault::Broken(fault.to_string()))?;
    match format {
        ..OLDEST => Err(FormatFault::Older { format }),
        OLDEST..=FORMAT => Ok(()),
        _ => Err(FormatFault::Newer { format }),
    }
}
