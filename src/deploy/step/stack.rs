//! Creates or updates a stack, or keeps it unchanged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strataform_sdk::ExistingResources;

use crate::assembly::{ManifestStack, ValueSource};
use crate::deploy::apply::Run;
use crate::deploy::deployed::value;
use crate::deploy::event::Event;
use crate::deploy::fault::{Fault, REFUSED, STACK};
use crate::deploy::stack::Wanted;
use crate::deploy::store::{object_key, sha256};
use crate::diff::ResourceChange;

/// What happens to a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StackAction {
    /// It is created.
    Create,
    /// It is updated.
    Update,
    /// It is unchanged.
    Keep,
}

/// What happens to a stack, resource by resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackPlan {
    /// Its name within platform and environment.
    pub name: String,
    /// Its name in AWS.
    pub physical: String,
    /// What happens to it.
    pub action: StackAction,
    /// Its resources that change.
    pub changes: Vec<ResourceChange>,
    /// What must be done first: delete the remains of a stack, or wait for an operation.
    pub first: Option<String>,
}

impl StackPlan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.action == StackAction::Keep && self.first.is_none()
    }

    /// Whether it updates a stack without changing a resource.
    #[must_use]
    pub fn changes_no_resource(&self) -> bool {
        self.action == StackAction::Update && self.first.is_none() && self.changes.is_empty()
    }
}

pub(super) fn carry_out(plan: &StackPlan, run: &Run<'_>) -> Result<(), Fault> {
    let request = run.request;
    if let Some(there) = request.observed.stacks.get(&plan.name).filter(|_| plan.is_empty()) {
        run.remember(&plan.name, &there.stack);
        (request.on)(&Event::Unchanged { stack: plan.name.clone() });
        return Ok(());
    }
    let manifest = &request.assembly.manifest;
    let stack = manifest.stacks.iter().find(|one| one.name == plan.name);
    let Some(stack) = stack else {
        return Err(Fault::refused(REFUSED, format!("the assembly has no stack {}", plan.name)));
    };
    assets(stack, run)?;
    let bytes = request.assembly.template(stack);
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let wanted = Wanted {
        plan,
        text,
        kept: (request.store.bucket(), object_key(&sha256(bytes))),
        parameters: parameters(stack, run)?,
        tags: request.tags,
        protected: manifest.protected,
        consent: request.consent,
        existing: if request.observed.head.is_some() {
            ExistingResources::Import
        } else {
            ExistingResources::Collide
        },
        description: format!("version {} of {} {}", run.version, manifest.platform, manifest.environment),
    };
    let done = run.driver().deploy(&wanted)?;
    run.remember(&plan.name, &done);
    Ok(())
}

/// Uploads the files that a stack's resources read, such as job scripts, under the hash of their content.
fn assets(stack: &ManifestStack, run: &Run<'_>) -> Result<(), Fault> {
    let assets = stack.parameters.iter().filter_map(|one| match &one.source {
        ValueSource::Asset { path, key } => {
            Some((key.clone(), run.request.assembly.files.get(path)?.clone()))
        }
        ValueSource::StackOutput { .. } | ValueSource::Literal { .. } => None,
    });
    let assets: Vec<(String, Vec<u8>)> = assets.collect();
    if assets.is_empty() {
        return Ok(());
    }
    let outputs = run.outputs();
    let artifacts = &run.request.assembly.manifest.buckets.artifacts;
    let bucket =
        value(&outputs, &artifacts.stack, &artifacts.output).map(str::to_owned).ok_or_else(|| {
            Fault::refused(
                REFUSED,
                format!("stack {} has files to upload, but no stack outputs the bucket for them", stack.name),
            )
        })?;
    let done = run.request.store.upload(&bucket, &assets)?;
    let (uploaded, there, bytes) = (done.sent, done.there, done.bytes);
    (run.request.on)(&Event::Uploaded { bucket, uploaded, there, bytes });
    Ok(())
}

fn parameters(stack: &ManifestStack, run: &Run<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let outputs = run.outputs();
    let read = |source: &ValueSource| match source {
        ValueSource::Literal { value } | ValueSource::Asset { key: value, .. } => Ok(value.clone()),
        ValueSource::StackOutput { stack: from, output } => {
            value(&outputs, from, output).map(str::to_owned).ok_or_else(|| {
                Fault::failed(
                    STACK,
                    format!("stack {from} has no output {output}, which {} requires", stack.name),
                )
                .help("the assembly is inconsistent: run `gen synth`, then deploy again")
            })
        }
    };
    stack.parameters.iter().map(|one| Ok((one.name.clone(), read(&one.source)?))).collect()
}
