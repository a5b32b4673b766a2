//! [`Absent`]: what a warehouse lacks of what was applied to it, so that it is made again.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::{Object, ObjectKind};

/// What a repair makes again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Absent {
    /// The missing objects, by their names in a catalog.
    pub(crate) objects: BTreeSet<String>,
    /// The keys of missing relations.
    pub(crate) relations: BTreeSet<String>,
    /// The keys of all relations that applied files made.
    pub(crate) expected: BTreeSet<String>,
    /// The keys of tables without rows that are dropped and created again.
    pub(crate) rebuilt: BTreeSet<String>,
    /// The statements that add missing columns, by file.
    pub(crate) columns: BTreeMap<String, Vec<String>>,
}

/// The name of an object in a catalog; `None` if catalogs do not list objects of its kind.
pub(crate) fn key(object: &Object) -> Option<String> {
    let (kind, name) = (&object.kind, &object.name);
    match kind {
        ObjectKind::Table => Some(format!("table {}", name.key())),
        ObjectKind::View | ObjectKind::MaterializedView => Some(format!("view {}", name.key())),
        ObjectKind::Procedure => Some(format!("procedure {}", name.key())),
        ObjectKind::Schema => Some(format!("schema {}", name.last().to_ascii_lowercase())),
        ObjectKind::Role => Some(format!("role {}", name.last().to_ascii_lowercase())),
        ObjectKind::User => Some(format!("user {}", name.last().to_ascii_lowercase())),
        ObjectKind::ExternalTable => None,
    }
}
