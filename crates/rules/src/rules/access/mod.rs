//! Rules of roles and policies: whoever moves data may do what that needs.

pub(super) mod confused_deputy;
pub(super) mod consumer;
pub(super) mod delivery_bucket;
pub(super) mod delivery_schema;
pub(super) mod delivery_source;
pub(super) mod effect;
pub(super) mod flow_log;
pub(super) mod job_argument;
pub(super) mod job_script;
pub(super) mod listing;
pub(super) mod pass_role;
pub(super) mod trust;
pub(super) mod vpc_connection;

use crate::permissions::Answer;
use crate::world::{Resource, World};

/// The role that a property names, if it is in the templates.
pub(crate) fn role<'a>(world: &'a World, resource: &Resource, path: &str) -> Option<&'a Resource> {
    world.target("AWS::IAM::Role", resource.text(path)?)
}

/// Those of some actions that a role certainly may not call on a resource.
pub(crate) fn missing<'a>(
    world: &World,
    role: &Resource,
    actions: &[&'a str],
    on: &Resource,
) -> Vec<&'a str> {
    let is_missing = |action: &&&str| world.permits(role, action, on) == Answer::No;
    actions.iter().filter(is_missing).copied().collect()
}
