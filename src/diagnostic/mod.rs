//! Diagnostics: what is wrong with what a user wrote, as values.
//!
//! In: facts from `spec` and `check`. Out: values with a code, places in files, a cause and a next step.
//! It refuses to print: `cli` shows them to people and to programs.

pub use strataform_diagnostic::*;
