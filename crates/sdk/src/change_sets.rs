//! AWS CloudFormation: change sets, which create and update stacks.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{
    Capability, ChangeAction, ChangeSetType as SdkChangeSetType, OnStackFailure, Parameter,
    Replacement as SdkReplacement, Tag,
};

use crate::{Aws, ChangeSetStatus, Fault, Kind};

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

impl Aws {
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
