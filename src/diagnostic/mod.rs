//! Diagnostics: problems in a user's files, as values.
//!
//! In: facts from `spec` and `check`. Out: values with a code, places in files, a cause and a next step.
//! It refuses to print: `cli` shows them to people and to programs.

pub use strataform_diagnostic::*;

// The codes of modules that a build may leave out: `gen explain` knows them anyway.
#[path = "../doctor/code.rs"]
pub mod account;
#[path = "../deploy/code.rs"]
pub mod deployment;
#[path = "../execute/code.rs"]
pub mod execution;
#[path = "../preview/code.rs"]
pub mod rows;
