//! Assemblies: the files of one platform in one environment, and the manifest that names them.
//!
//! In: a [`Draft`], which is bytes with names. Out: a folder
//! `<out>/<platform>/<environment>/` with a `manifest.json`, written as one change; or what differs between
//! a draft and a folder; or the [`Assembly`] that a folder holds, every byte of it verified.
//!
//! It refuses to render, paths that leave the folder, and symbolic links.
//!
//! # What an interruption leaves
//! A run that stops at any point leaves one whole tree, the old one or the new one, and the next run sees it:
//! 1. the new tree is built beside the old one, as `.<environment>.gen-new`;
//! 2. the old tree is renamed to `.<environment>.gen-old`, the new one to `<environment>`;
//! 3. the old tree is removed.
//!
//! Between the two renames of step 2 the tree has no name of its own for a moment: there is no portable way
//! to exchange two folders. A run that stops right there leaves the old tree whole as
//! `.<environment>.gen-old`; the next run first gives it its name back. Two runs at once never meet: the
//! parent folder is locked. Files are not forced to the disk: a power cut may lose what was just written, and
//! a second run makes it again.

mod check;
mod disk;
mod draft;
mod error;
mod format;
mod kind;
pub mod layout;
mod manifest;
mod outputs;
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
    MANIFEST, Manifest, ManifestFile, ManifestOverride, ManifestSql, ManifestStack, Parameter, SCHEMA, Tool,
    ValueSource,
};
pub use outputs::{BucketOutputs, DatasetResources, OutputRef, WarehouseOutputs};
pub use read::{Assembly, read};
pub use write::{Report, write};
