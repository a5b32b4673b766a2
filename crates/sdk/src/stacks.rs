//! AWS CloudFormation: stacks and change sets.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{
    Capability, ChangeAction, ChangeSetType as SdkChangeSetType, OnStackFailure, Parameter,
    Replacement as SdkReplacement, Tag, TemplateStage,
};

use crate::time::moment;
use crate::{Aws, ChangeSetStatus, Fault, Kind, ResourceStatus, StackStatus};

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

/// A template, or where it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// The text, at most 51,200 bytes.
    Text(String),
    /// An object in S3.
    Object {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
}

/// What a change set does with its stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSetType {
    /// It creates the stack.
    Create,
    /// It updates the stack.
    Update,
}

/// Whether a stack has termination protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminationProtection {
    /// The stack cannot be deleted.
    Enabled,
    /// The stack can be deleted.
    Disabled,
}

/// A change set to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChangeSet<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// The change set's name.
    pub name: &'a str,
    /// What it does with the stack.
    pub kind: ChangeSetType,
    /// The template.
    pub body: &'a Body,
    /// The values of all its parameters.
    pub parameters: &'a BTreeMap<String, String>,
    /// The stack's tags.
    pub tags: &'a BTreeMap<String, String>,
    /// Its description.
    pub description: &'a str,
    /// What happens with existing resources that have the names of new ones.
    pub existing: ExistingResources,
}

/// What a change set does with existing resources that have the names of new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExistingResources {
    /// Creating a resource fails if its name is taken.
    Collide,
    /// A resource that its template retains joins the stack, if no other stack has it.
    Import,
}

/// A change set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// Its status.
    pub status: ChangeSetStatus,
    /// Why it has this status.
    pub reason: String,
    /// What it would do.
    pub changes: Vec<ResourceChange>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is created.
    Add,
    /// It exists, and joins the stack.
    Import,
    /// It is updated.
    Modify,
    /// It is deleted, or retained if its policy says so.
    Remove,
    /// CloudFormation does not know.
    Dynamic,
}

/// Whether a changed resource is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// It is updated in place.
    No,
    /// CloudFormation does not know.
    Maybe,
    /// It is replaced.
    Yes,
}

/// A resource that a change set touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceChange {
    /// Its logical id.
    pub logical: String,
    /// Its physical ID, if it has one.
    pub physical: String,
    /// Its type.
    pub kind: String,
    /// What happens.
    pub action: Action,
    /// Whether it is replaced.
    pub replacement: Replacement,
    /// The properties that change, as far as CloudFormation reports them.
    pub properties: Vec<String>,
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

    /// Creates a change set.
    ///
    /// # Errors
    ///
    /// AWS rejects the request, or a change set of this name exists ([`Kind::Exists`]).
    pub fn create_change_set(&self, new: &NewChangeSet<'_>) -> Result<(), Fault> {
        let kind = match new.kind {
            ChangeSetType::Create => SdkChangeSetType::Create,
            ChangeSetType::Update => SdkChangeSetType::Update,
        };
        let mut call = self
            .cloudformation
            .create_change_set()
            .stack_name(new.stack)
            .change_set_name(new.name)
            .change_set_type(kind)
            .description(new.description)
            .capabilities(Capability::CapabilityNamedIam)
            .import_existing_resources(new.existing == ExistingResources::Import)
            .client_token(new.name);
        if new.kind == ChangeSetType::Create {
            // A stack that could not be created is kept, so that its events show what failed, and why.
            call = call.on_stack_failure(OnStackFailure::Rollback);
        }
        call = match new.body {
            Body::Text(text) => call.template_body(text),
            Body::Object { bucket, key } => call.template_url(self.object_url(bucket, key)),
        };
        for (name, value) in new.parameters {
            call = call.parameters(Parameter::builder().parameter_key(name).parameter_value(value).build());
        }
        for (key, value) in new.tags {
            call = call.tags(Tag::builder().key(key).value(value).build());
        }
        self.wait("cloudformation:CreateChangeSet", call.send()).map(drop)
    }

    /// A change set with all its changes; `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn change_set(&self, stack: &str, name: &str) -> Result<Option<ChangeSet>, Fault> {
        let mut all = ChangeSet::default();
        let mut token = None;
        loop {
            let call = self
                .cloudformation
                .describe_change_set()
                .stack_name(stack)
                .change_set_name(name)
                .include_property_values(false)
                .set_next_token(token)
                .send();
            let found = match self.wait("cloudformation:DescribeChangeSet", call) {
                Ok(found) => found,
                Err(fault) if fault.kind == Kind::Missing => return Ok(None),
                Err(fault) => return Err(fault),
            };
            all.status = found.status.map(|status| ChangeSetStatus::of(status.as_str())).unwrap_or_default();
            all.reason = found.status_reason.unwrap_or_default();
            let changes = found.changes.unwrap_or_default();
            all.changes.extend(changes.into_iter().filter_map(|one| one.resource_change).map(of_change));
            token = found.next_token;
            if token.is_none() {
                return Ok(Some(all));
            }
        }
    }

    /// Deletes a change set, if it exists.
    ///
    /// # Errors
    ///
    /// AWS rejects the request.
    pub fn delete_change_set(&self, stack: &str, name: &str) -> Result<(), Fault> {
        let call = self.cloudformation.delete_change_set().stack_name(stack).change_set_name(name).send();
        match self.wait("cloudformation:DeleteChangeSet", call) {
            Err(fault) if fault.kind != Kind::Missing => Err(fault),
            _ => Ok(()),
        }
    }

    /// Executes a change set.
    ///
    /// # Errors
    ///
    /// AWS rejects the request, with `InvalidChangeSetStatus` if the change set is already executing.
    pub fn execute_change_set(&self, stack: &str, name: &str) -> Result<(), Fault> {
        let call = self
            .cloudformation
            .execute_change_set()
            .stack_name(stack)
            .change_set_name(name)
            .client_request_token(name)
            .send();
        self.wait("cloudformation:ExecuteChangeSet", call).map(drop)
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

fn of_change(change: aws_sdk_cloudformation::types::ResourceChange) -> ResourceChange {
    let action = match change.action {
        Some(ChangeAction::Add) => Action::Add,
        Some(ChangeAction::Import) => Action::Import,
        Some(ChangeAction::Remove) => Action::Remove,
        Some(ChangeAction::Modify) => Action::Modify,
        _ => Action::Dynamic,
    };
    let replacement = match change.replacement {
        Some(SdkReplacement::True) => Replacement::Yes,
        Some(SdkReplacement::Conditional) => Replacement::Maybe,
        _ => Replacement::No,
    };
    let details = change.details.unwrap_or_default();
    let mut properties: Vec<String> =
        details.into_iter().filter_map(|one| one.target).filter_map(|target| target.name).collect();
    properties.sort();
    properties.dedup();
    ResourceChange {
        logical: change.logical_resource_id.unwrap_or_default(),
        physical: change.physical_resource_id.unwrap_or_default(),
        kind: change.resource_type.unwrap_or_default(),
        action,
        replacement,
        properties,
    }
}
