//! Diagnostics: what is wrong with what a user wrote, as values.
//!
//! In: facts from `spec` and `check`. Out: values with a code, places in files, a cause and a next step.
//! It refuses to print: `cli` shows them to people and to programs.

pub use strataform_diagnostic::*;

// The codes of rooms that a build may lack: `gen explain` knows them all the same.
#[path = "../deploy/code.rs"]
pub mod deployment;
#[path = "../execute/code.rs"]
pub mod execution;
#[path = "../preview/code.rs"]
pub mod rows;
