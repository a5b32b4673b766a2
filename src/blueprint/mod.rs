//! Blueprints: ready-made platform files with parameters, embedded in the program.
//!
//! In: the name of a blueprint, the name of a platform, values of parameters. Out: the files of a new platform; its
//! platform file is that of the blueprint, comments included, with the values set. It refuses to write them.

mod instantiate;
mod registry;

#[cfg(test)]
mod tests;

pub use instantiate::{Fault, NewFile, instantiate, name_fault};
pub use registry::{Blueprint, Parameter, all, find};
