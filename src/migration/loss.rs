//! [`Loss`]: data that a change loses, by the name that allows it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A resource or relation whose data would be lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Loss {
    /// `replace` or `destroy-data`.
    pub allow: String,
    /// `storage/RawBucket`
    pub name: String,
    /// Its type, or the data that is lost.
    pub what: String,
}

impl Loss {
    /// The loss of a resource that is replaced by an empty one.
    pub(crate) fn replaced(name: String, what: &str) -> Self {
        Self { allow: "replace".to_owned(), name, what: what.to_owned() }
    }

    /// The loss of a resource that is deleted.
    #[cfg_attr(not(feature = "deploy"), allow(dead_code, reason = "only deployments use it"))]
    pub(crate) fn removed(name: String, what: &str) -> Self {
        Self { allow: "destroy-data".to_owned(), name, what: what.to_owned() }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.allow, self.name)
    }
}
