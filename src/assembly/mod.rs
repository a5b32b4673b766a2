//! Assemblies: the files of one platform in one environment, and the manifest that lists them.
//!
//! In: a [`Draft`]: files as bytes, with their paths. Out: a folder `<out>/<platform>/<environment>/` with a
//! `manifest.json`, written as a single change; or the differences between a draft and a folder; or the verified
//! [`Assembly`] in a folder.
//!
//! It does not render, and rejects paths that leave the folder and symbolic links.
//!
//! # Interruptions
//! A run that stops at any point leaves one complete tree, the old one or the new one, which the next run finds:
//! 1. the new tree is built next to the old one, as `.<environment>.gen-new`;
//! 2. the old tree is renamed to `.<environment>.gen-old`, the new one to `<environment>`;
//! 3. the old tree is removed.
//!
//! Between the two renames of step 2, no tree has its final name for a moment, since there is no portable way to swap
//! two folders. A run that stops there leaves the complete old tree as `.<environment>.gen-old`, and the next run
//! first restores its name. Concurrent runs cannot interfere, because the parent folder is locked. Files are not
//! synced to disk: a power failure can lose recently written files, and another run writes them again.

mod check;
mod disk;
mod draft;
mod error;
mod format;
mod kind;
pub mod layout;
mod manifest;
mod outputs;
mod policy;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use check::{Difference, check};
pub use draft::{
    Draft, File, ParameterAsset, ParameterInput, ParameterLiteral, SqlFile, SqlPlaceholder, StackDraft,
};
pub use error::{Error, PathFault};
pub use format::{FORMAT, FormatFault, Outline, OutlineFile, OutlineStack};
pub use kind::{FileKind, SqlKind};
pub use manifest::{
    MANIFEST, Manifest, ManifestFile, ManifestMigration, ManifestOverride, ManifestSql, ManifestStack,
    Parameter, SCHEMA, Tool, ValueSource,
};
pub use outputs::{
    BucketOutputs, DatasetResources, ManifestBackfill, ManifestColumn, ManifestCost, OutputRef, Protection,
    WarehouseOutputs,
};
pub use policy::{ManifestPolicy, ManifestSuppression};
pub use read::{Assembly, manifest, read};
pub use write::{Report, write};
