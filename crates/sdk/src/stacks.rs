//! AWS CloudFormation: stacks, their events and their resources.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::TemplateStage;

use crate::time::moment;
use crate::{Aws, Fault, Kind, ResourceStatus, StackStatus};

/// A stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: String,
    /// Its ARN, which is unique even among stacks of the same name.
    pub id: String,
    /// Its status.
    pub status: StackStatus,
    /// Why it has this status; empty if AWS gives no reason.
    pub reason: String,
    /// When it was last created or updated, in milliseconds since 1970.
    pub changed: i64,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
    /// The values of its parameters; AWS masks secret ones.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it has termination protection.
    pub protected: bool,
}

/// Whether a stack has termination protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminationProtection {
    /// The stack cannot be deleted.
    Enabled,
    /// The stack can be deleted.
    Disabled,
}

/// An event of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackEvent {
    /// Its unique ID.
    pub id: String,
    /// Its time, in milliseconds since 1970.
    pub time: i64,
    /// The logical ID of the resource; the stack's name for the stack itself.
    pub logical: String,
    /// Its physical id.
    pub physical: String,
    /// Its type.
    pub kind: String,
    /// Its status.
    pub status: ResourceStatus,
    /// Why; empty if AWS gives no reason.
    pub reason: String,
}

/// A resource of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackResource {
    /// Its logical id.
    pub logical: String,
    /// Its physical id.
    pub physical: String,
    /// Its type.
    pub kind: String,
    /// Its status.
    pub status: ResourceStatus,
    /// Why; empty if AWS gives no reason.
    pub reason: String,
}

impl Aws {
    /// All stacks in the account and region that are not deleted.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn stacks(&self) -> Result<Vec<Stack>, Fault> {
        let mut pages = self.cloudformation.describe_stacks().into_paginator().items().send();
        let mut found = Vec::new();
        loop {
            let next = self.runtime.block_on(pages.next());
            match next.transpose() {
                Ok(Some(stack)) => found.push(of_stack(stack)),
                Ok(None) => return Ok(found),
                Err(error) => {
                    return Err(crate::fault::ToFault::fault(&error, "cloudformation:DescribeStacks"));
                }
            }
        }
    }

    /// A stack, by its name or its ARN; `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn stack(&self, name: &str) -> Result<Option<Stack>, Fault> {
        let call = self.cloudformation.describe_stacks().stack_name(name).send();
        match self.wait("cloudformation:DescribeStacks", call) {
            Ok(found) => Ok(found.stacks.unwrap_or_default().into_iter().next().map(of_stack)),
            Err(fault) if fault.kind == Kind::Missing => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The original template of a stack.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn template(&self, stack: &str) -> Result<String, Fault> {
        let call = self
            .cloudformation
            .get_template()
            .stack_name(stack)
            .template_stage(TemplateStage::Original)
            .send();
        let found = self.wait("cloudformation:GetTemplate", call)?;
        Ok(found.template_body.unwrap_or_default())
    }

    /// The events of a stack since an event, oldest first; all of them if that event is not found.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn events(&self, stack: &str, since: Option<&str>) -> Result<Vec<StackEvent>, Fault> {
        let mut pages =
            self.cloudformation.describe_stack_events().stack_name(stack).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(next) = self.runtime.block_on(pages.next()) {
            let event = next.map_err(|error| {
                crate::fault::ToFault::fault(&error, "cloudformation:DescribeStackEvents")
            })?;
            if since.is_some() && event.event_id.as_deref() == since {
                break;
            }
            found.push(StackEvent {
                id: event.event_id.unwrap_or_default(),
                time: moment(event.timestamp.as_ref()),
                logical: event.logical_resource_id.unwrap_or_default(),
                physical: event.physical_resource_id.unwrap_or_default(),
                kind: event.resource_type.unwrap_or_default(),
                status: event
                    .resource_status
                    .map(|status| ResourceStatus::of(status.as_str()))
                    .unwrap_or_default(),
                reason: event.resource_status_reason.unwrap_or_default(),
            });
        }
        found.reverse();
        Ok(found)
    }

    /// The ID of the newest event of a stack.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn last_event(&self, stack: &str) -> Result<Option<String>, Fault> {
        let call = self.cloudformation.describe_stack_events().stack_name(stack).send();
        let found = self.wait("cloudformation:DescribeStackEvents", call)?;
        Ok(found.stack_events.unwrap_or_default().into_iter().next().and_then(|event| event.event_id))
    }

    /// The resources of a stack.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn resources(&self, stack: &str) -> Result<Vec<StackResource>, Fault> {
        let mut pages =
            self.cloudformation.list_stack_resources().stack_name(stack).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(next) = self.runtime.block_on(pages.next()) {
            let one = next
                .map_err(|error| crate::fault::ToFault::fault(&error, "cloudformation:ListStackResources"))?;
            found.push(StackResource {
                logical: one.logical_resource_id.unwrap_or_default(),
                physical: one.physical_resource_id.unwrap_or_default(),
                kind: one.resource_type.unwrap_or_default(),
                status: one
                    .resource_status
                    .map(|status| ResourceStatus::of(status.as_str()))
                    .unwrap_or_default(),
                reason: one.resource_status_reason.unwrap_or_default(),
            });
        }
        Ok(found)
    }

    /// Starts to delete a stack; `keep` names resources to retain if its status is `DELETE_FAILED`.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn delete_stack(&self, stack: &str, keep: &[String]) -> Result<(), Fault> {
        let keep = (!keep.is_empty()).then(|| keep.to_vec());
        let call = self.cloudformation.delete_stack().stack_name(stack).set_retain_resources(keep).send();
        self.wait("cloudformation:DeleteStack", call).map(drop)
    }

    /// Enables or disables the termination protection of a stack.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn protect_stack(&self, stack: &str, protection: TerminationProtection) -> Result<(), Fault> {
        let call = self
            .cloudformation
            .update_termination_protection()
            .stack_name(stack)
            .enable_termination_protection(protection == TerminationProtection::Enabled)
            .send();
        self.wait("cloudformation:UpdateTerminationProtection", call).map(drop)
    }

    /// Continues an update rollback that failed, and skips some resources.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn continue_rollback(&self, stack: &str, skip: &[String]) -> Result<(), Fault> {
        let skip = (!skip.is_empty()).then(|| skip.to_vec());
        let call = self
            .cloudformation
            .continue_update_rollback()
            .stack_name(stack)
            .set_resources_to_skip(skip)
            .send();
        self.wait("cloudformation:ContinueUpdateRollback", call).map(drop)
    }
}

fn of_stack(stack: aws_sdk_cloudformation::types::Stack) -> Stack {
    let pairs = |all: Vec<(Option<String>, Option<String>)>| {
        all.into_iter().filter_map(|(key, value)| Some((key?, value.unwrap_or_default()))).collect()
    };
    let changed = stack.last_updated_time.as_ref().or(stack.creation_time.as_ref());
    Stack {
        changed: moment(changed),
        name: stack.stack_name.unwrap_or_default(),
        id: stack.stack_id.unwrap_or_default(),
        status: stack.stack_status.map(|status| StackStatus::of(status.as_str())).unwrap_or_default(),
        reason: stack.stack_status_reason.unwrap_or_default(),
        protected: stack.enable_termination_protection.unwrap_or_default(),
        outputs: pairs(
            stack
                .outputs
                .unwrap_or_default()
                .into_iter()
                .map(|one| (one.output_key, one.output_value))
                .collect(),
        ),
        parameters: pairs(
            stack
                .parameters
                .unwrap_or_default()
                .into_iter()
                .map(|one| (one.parameter_key, one.parameter_value))
                .collect(),
        ),
        tags: pairs(stack.tags.unwrap_or_default().into_iter().map(|one| (one.key, one.value)).collect()),
    }
}
