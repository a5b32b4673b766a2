//! Checks: nothing wrong gets out of `synth`.
//!
//! In: the stacks of an environment, as the stages made them. Out: diagnostics. It refuses to change what it
//! looks at.
//!
//! What a user's file says is checked in `spec`; here is what only the finished stacks show: every property
//! against the facts about its resource type, every parameter against the output that it is read from, and the
//! limits of the service. A finding at a property that the file overrides points at that line; any other one is
//! a bug of this program, and says so.

pub(crate) mod code;
pub mod dashboard;
pub mod limits;
mod references;
pub mod schema;
pub mod sql;

pub use code::CODES;

use crate::diagnostic::Diagnostic;
use crate::model::Override;
use crate::platform::Stack;

/// Everything that is wrong with the stacks of one environment.
///
/// `overrides` are those that were put into the stacks.
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
