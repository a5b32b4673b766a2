//! [`Loss`]: what a change loses or rewrites, by the name that allows it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a user allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allow {
    /// An empty resource or relation takes the place of the old one.
    Replace,
    /// Data is deleted.
    DestroyData,
    /// The rows of a table are copied into a new one. Nothing is lost: the old table stays.
    Rewrite,
}

impl Allow {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Replace, Self::DestroyData, Self::Rewrite];

    /// The word in `--allow`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::DestroyData => "destroy-data",
            Self::Rewrite => "rewrite",
        }
    }
}

/// A resource or relation whose data would be lost or rewritten.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Loss {
    /// What must be allowed.
    pub allow: Allow,
    /// `storage/RawBucket`, `core.order`, `core.order.note`
    pub name: String,
    /// Its type, the data that is lost, or why it is rewritten.
    pub what: String,
}

impl Loss {
    /// The loss of a resource that is replaced by an empty one.
    pub(crate) fn replaced(name: String, what: &str) -> Self {
        Self { allow: Allow::Replace, name, what: what.to_owned() }
    }

    /// The loss of what is deleted.
    pub(crate) fn removed(name: String, what: &str) -> Self {
        Self { allow: Allow::DestroyData, name, what: what.to_owned() }
    }

    /// A table that is rewritten.
    pub(crate) fn rewritten(name: String, what: String) -> Self {
        Self { allow: Allow::Rewrite, name, what }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.allow.word(), self.name)
    }
}
