//! Deletes a stack that the assembly does not have.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use strataform_sdk::{StackStatus, TerminationProtection};

use crate::deploy::apply::Run;
use crate::deploy::event::{Event, milliseconds};
use crate::deploy::fault::Fault;
use crate::diff::ResourceChange;

/// A stack to delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackDeletion {
    /// Its name within platform and environment.
    pub name: String,
    /// Its name in AWS.
    pub physical: String,
    /// Its resources, deleted or retained.
    pub changes: Vec<ResourceChange>,
}

pub(super) fn carry_out(plan: &StackDeletion, run: &Run<'_>) -> Result<(), Fault> {
    let start = Instant::now();
    let Some(there) = run.request.observed.stacks.get(&plan.name) else { return Ok(()) };
    if there.stack.protected {
        run.request.aws.protect_stack(&there.stack.id, TerminationProtection::Disabled)?;
    }
    run.driver().delete(&plan.name, &there.stack, plan.changes.len())?;
    (run.request.on)(&Event::Done {
        stack: plan.name.clone(),
        status: StackStatus::DeleteComplete,
        milliseconds: milliseconds(start),
    });
    Ok(())
}
