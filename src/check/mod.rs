//! Checks: `synth` writes nothing that is wrong.
//!
//! In: the stacks of an environment, as the stages built them. Out: diagnostics. It refuses to change what it
//! checks.
//!
//! `spec` checks the user's file; this module checks what only the finished stacks show: every property
//! against the facts about its resource type, every parameter against the output that it is read from, and the
//! limits of the service. A finding at a property that the file overrides points at that line; any other finding
//! is a bug in this program and is reported as one.

pub mod assembly;
pub(crate) mod code;
pub mod dashboard;
pub mod limits;
pub mod loads;
pub mod policy;
mod references;
pub mod schema;
pub mod sql;
pub(crate) mod suppress;
pub mod template;

pub use code::CODES;

use crate::diagnostic::Diagnostic;
use crate::model::Override;
use crate::platform::Stack;

/// Returns all problems of the stacks of one environment.
///
/// `overrides` are the ones that were applied to the stacks.
#[must_use]
pub fn stacks(stacks: &[Stack], overrides: &[Override]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for stack in stacks {
        schema::check(stack, overrides, &mut found);
        limits::check(stack, &mut found);
    }
    references::check(stacks, &mut found);
    found
}
