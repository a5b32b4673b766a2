//! Changes of templates and of assemblies.

mod backfills;
mod cases;
pub(crate) mod edits;
mod platform;
mod properties;
mod random;
mod resources;
mod spelling;
pub(crate) mod versions;
