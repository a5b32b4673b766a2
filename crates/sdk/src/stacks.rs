//! Stacks and change sets: AWS CloudFormation.

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
    /// Its ARN, which no other stack of this name ever has.
    pub id: String,
    /// How far it is.
    pub status: StackStatus,
    /// Why it has this status; empty where AWS does not say.
    pub reason: String,
    /// When it was last created or updated, in milliseconds since 1970.
    pub changed: i64,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
    /// The values of its parameters, but for secret ones, which AWS masks.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it refuses to be deleted.
    pub protected: bool,
}

/// The text of a template, or where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// At most 51,200 bytes.
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
    /// It creates it.
    Create,
    /// It updates it.
    Update,
}

/// Whether a stack refuses to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminationProtection {
    /// It refuses.
    Enabled,
    /// It does not.
    Disabled,
}

/// A change set to be made.
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
    /// What it is for.
    pub description: &'a str,
}

/// A change set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// How far it is.
    pub status: ChangeSetStatus,
    /// Why it has this status.
    pub reason: String,
    /// What it would do.
    pub changes: Vec<ResourceChange>,
}

/// What happens to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is made.
    Add,
    /// It is changed.
    Modify,
    /// It is deleted, or let go where its policy retains it.
    Remove,
    /// CloudFormation cannot say.
    Dynamic,
}

/// Whether a changed resource is made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// It stays.
    No,
    /// CloudFormation cannot say.
    Maybe,
    /// It is.
    Yes,
}

/// A resource that a change set touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceChange {
    /// Its logical id.
    pub logical: String,
    /// Its physical id, where it has one.
    pub physical: String,
    /// Its type.
    pub kind: String,
    /// What happens.
    pub action: Action,
    /// Whether it is made anew.
    pub replacement: Replacement,
    /// The properties by which it changes, as far as CloudFormation says.
    pub properties: Vec<String>,
}

/// Something that happened in a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackEvent {
    /// No other event has it.
    pub id: String,
    /// When, in milliseconds since 1970.
    pub time: i64,
    /// The resource; the stack's name for the stack itself.
    pub logical: String,
    /// Its physical id.
    pub physical: String,
    /// Its type.
    pub kind: String,
    /// How far it is.
    pub status: ResourceStatus,
    /// Why; empty where AWS does not say.
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
    /// How far it is.
    pub status: ResourceStatus,
    /// Why; empty where AWS does not say.
    pub reason: String,
}

impl Aws {
    /// All stacks of account and region that are not deleted.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn stacks(&self) -> Result<Vec<Stack>, Fault> {
        let mut pages = self.cloudformation.describe_stacks().into_paginator().items().send();
        let mut found = Vec::new();
        loop {
            let next = self.runtime.block_on(pages.next());
            match next.transpose() {
                Ok(Some(stack)) => found.push(of_stack(stack)),
                Ok(None) => return Ok(found),
                Err(error) => return Err(crate::fault::Said::fault(&error, "cloudformation:DescribeStacks")),
            }
        }
    }

    /// A stack, by its name or its ARN; nothing where there is none.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn stack(&self, name: &str) -> Result<Option<Stack>, Fault> {
        let call = self.cloudformation.describe_stacks().stack_name(name).send();
        match self.wait("cloudformation:DescribeStacks", call) {
            Ok(found) => Ok(found.stacks.unwrap_or_default().into_iter().next().map(of_stack)),
            Err(fault) if fault.kind == Kind::Missing => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The template of a stack, as it was given.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
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

    /// Makes a change set.
    ///
    /// # Errors
    ///
    /// AWS refuses it, or there is one of this name.
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
            .client_token(new.name);
        if new.kind == ChangeSetType::Create {
            // A stack that could not be created is kept to be read: what failed, and why.
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

    /// A change set with all it would do; nothing where there is none.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
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

    /// Removes a change set; none is none.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn delete_change_set(&self, stack: &str, name: &str) -> Result<(), Fault> {
        let call = self.cloudformation.delete_change_set().stack_name(stack).change_set_name(name).send();
        match self.wait("cloudformation:DeleteChangeSet", call) {
            Err(fault) if fault.kind != Kind::Missing => Err(fault),
            _ => Ok(()),
        }
    }

    /// Lets a change set happen.
    ///
    /// # Errors
    ///
    /// AWS refuses it; `InvalidChangeSetStatus` where it happens already.
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

    /// What happened in a stack since an event, oldest first; all of it where that event is not among the first pages.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn events(&self, stack: &str, since: Option<&str>) -> Result<Vec<StackEvent>, Fault> {
        let mut pages =
            self.cloudformation.describe_stack_events().stack_name(stack).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(next) = self.runtime.block_on(pages.next()) {
            let event = next
                .map_err(|error| crate::fault::Said::fault(&error, "cloudformation:DescribeStackEvents"))?;
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

    /// The newest event of a stack.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn last_event(&self, stack: &str) -> Result<Option<String>, Fault> {
        let call = self.cloudformation.describe_stack_events().stack_name(stack).send();
        let found = self.wait("cloudformation:DescribeStackEvents", call)?;
        Ok(found.stack_events.unwrap_or_default().into_iter().next().and_then(|event| event.event_id))
    }

    /// The resources of a stack.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn resources(&self, stack: &str) -> Result<Vec<StackResource>, Fault> {
        let mut pages =
            self.cloudformation.list_stack_resources().stack_name(stack).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(next) = self.runtime.block_on(pages.next()) {
            let one =
                next.map_err(|error| crate::fault::Said::fault(&error, "cloudformation:ListStackResources"))?;
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

    /// Begins to delete a stack, and keeps some of its resources where it was `DELETE_FAILED` before.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn delete_stack(&self, stack: &str, keep: &[String]) -> Result<(), Fault> {
        let keep = (!keep.is_empty()).then(|| keep.to_vec());
        let call = self.cloudformation.delete_stack().stack_name(stack).set_retain_resources(keep).send();
        self.wait("cloudformation:DeleteStack", call).map(drop)
    }

    /// Makes a stack refuse to be deleted, or lets it be deleted.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
    pub fn protect_stack(&self, stack: &str, protection: TerminationProtection) -> Result<(), Fault> {
        let call = self
            .cloudformation
            .update_termination_protection()
            .stack_name(stack)
            .enable_termination_protection(protection == TerminationProtection::Enabled)
            .send();
        self.wait("cloudformation:UpdateTerminationProtection", call).map(drop)
    }

    /// Goes on with a rollback that failed, without some resources.
    ///
    /// # Errors
    ///
    /// AWS refuses it.
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
        Some(ChangeAction::Add | ChangeAction::Import) => Action::Add,
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
