//! Blueprints: ready platform files with parameters, embedded in the program.
//!
//! In: a blueprint's name, a platform's name, values of parameters. Out: the files of a new platform, its
//! platform file as the blueprint has it with its comments, and the values set. It refuses to write them.

mod instantiate;
mod registry;

#[cfg(test)]
mod tests;

pub use instantiate::{Fault, NewFile, instantiate, refused_name};
pub use registry::{Blueprint, Parameter, all, find};
