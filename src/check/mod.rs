//! Checks: nothing wrong gets out of `synth`.
//!
//! In: the stacks of an environment, as the stages made them. Out: diagnostics. It refuses to change what it
//! looks at.
//!
//! What a user's file says is checked in `spec`; here is what only the finished stacks show: every property
//! against the facts about its resource type, every parameter against the output that it is read from, and the
//! limits of the service. A finding at a property that the file overrides points at that line; any other one is
//! a bug of this program, and says so.

pub mod dashboard;
pub mod limits;
mod references;
pub mod schema;
pub mod sql;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Override;
use crate::platform::Stack;

/// An override names a resource that is not there, or a property that cannot be set.
pub const OVERRIDE_PLACE: Code = Code("GEN0403");

/// A template of this program asks for what its context does not have: a bug of this program.
pub const TEMPLATE: Code = Code("GEN0491");

/// Every code that this room and `synth` may give, and what it means.
pub const CODES: &[(Code, &str)] = &[
    (schema::OVERRIDE, "An override sets a property to what its resource type does not take."),
    (limits::LIMIT, "A stack is larger than CloudFormation takes."),
    (OVERRIDE_PLACE, "An override names a resource that the stage does not make, or a path without a place."),
    (schema::STAGE, "What a stage made is not what CloudFormation takes: a bug of gen."),
    (TEMPLATE, "A file was not rendered: a bug of gen."),
    (
        sql::OWN_NAME,
        "A hand-written file of SQL has a name with other than small letters, digits and underscores.",
    ),
    (sql::OWN_PLACEHOLDER, "A hand-written file of SQL has a placeholder that nothing is filled in for."),
    (sql::OWN_CHANGE, "A hand-written file of SQL changes a relation that is generated."),
    (dashboard::RENDERED, "A dashboard was rendered that shows nothing, or something wrong: a bug of gen."),
    (sql::RENDERED, "A statement was rendered that Redshift would refuse: a bug of gen."),
];

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
