//! [`destroy`]: deletes an environment, after [`plan_destroy`] has shown what is deleted and what is retained.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde::Serialize;
use strataform_sdk::{Aws, Identity, ResourceStatus, StackResource, StackStatus};

use super::event::{Event, milliseconds};
use super::fault::{ABSENT, FULL, Fault, LOSS, PROTECTED, Reason};
use super::held::{Content, Held, Named, held, rows};
use super::ledger::{Kind, Record, Verdict, now, token};
use super::observe::{Observed, StackState, observe};
use super::stack::Driver;
use super::store::{Lock, Store};
use crate::diff::{Effect, ResourceChange, removal};

/// A stack to delete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DestroyedStack {
    /// Its name within platform and environment.
    pub name: String,
    /// Its name in AWS.
    pub physical: String,
    /// Its resources, deleted or retained.
    pub resources: Vec<ResourceChange>,
    /// The retained resources: logical IDs and names in AWS.
    pub stays: BTreeMap<String, String>,
    /// Buckets to delete that contain objects: logical IDs and names.
    pub full: BTreeMap<String, String>,
    /// The resources that are deleted with their data.
    pub holds: Vec<Held>,
}

/// What `gen destroy` deletes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DestroyPlan {
    /// The platform.
    pub platform: String,
    /// The environment.
    pub environment: String,
    /// The account.
    pub account: String,
    /// The stacks, in the order in which they are deleted.
    pub stacks: Vec<DestroyedStack>,
    /// The rows of the warehouse's tables, without tables that have none; `None` if they could not be counted.
    pub rows: Option<BTreeMap<String, u64>>,
    /// Why the rows could not be counted.
    pub uncounted: Option<String>,
}

impl DestroyPlan {
    /// Whether anything that holds data is deleted.
    #[must_use]
    pub fn loses_data(&self) -> bool {
        self.stacks.iter().flat_map(|stack| &stack.holds).any(|one| one.option.is_some())
    }

    /// Refuses to delete what holds data and is not named.
    ///
    /// # Errors
    ///
    /// One fault with all of it.
    pub fn allowed_by(&self, named: Named<'_>) -> Result<(), Fault> {
        let all = self.stacks.iter().flat_map(|stack| stack.holds.iter().map(move |one| (stack, one)));
        let unnamed: Vec<&Held> =
            all.filter(|(stack, one)| one.is_unnamed(&stack.name, named)).map(|(_, one)| one).collect();
        if unnamed.is_empty() {
            return Ok(());
        }
        // Options of the same kind are next to each other.
        let (buckets, others): (Vec<&Held>, Vec<&Held>) = unnamed
            .into_iter()
            .partition(|one| self.stacks.iter().any(|stack| stack.full.contains_key(&one.logical)));
        let code = if buckets.is_empty() { LOSS } else { FULL };
        let mut fault =
            Fault::new(code, Reason::NotAllowed, "what holds data is deleted only if it is named");
        let mut options = Vec::new();
        for one in buckets.iter().chain(&others) {
            fault = fault.because(format!("{} ({}) holds {}", one.logical, one.physical, one.what));
            options.extend(one.option.clone());
        }
        Err(fault.help(format!("nothing was done; to delete all of it, pass {}", options.join(" "))))
    }
}

/// Determines what would be deleted and what would be retained.
///
/// # Errors
///
/// Nothing is deployed, a stack is protected, or an AWS request fails.
pub fn plan_destroy(
    aws: &Aws,
    store: &Store<'_>,
    observed: &Observed,
    account: &str,
    platform: &str,
    environment: &str,
) -> Result<DestroyPlan, Fault> {
    if observed.stacks.is_empty() {
        return Err(Fault::refused(ABSENT, format!("{platform} {environment} is not deployed")));
    }
    let protected: Vec<&str> = observed
        .stacks
        .values()
        .filter(|one| one.stack.protected)
        .map(|one| one.stack.name.as_str())
        .collect();
    if !protected.is_empty() {
        return Err(Fault::refused(PROTECTED, format!("{platform} {environment} is protected"))
            .because(format!("termination protection is enabled for {}", protected.join(", ")))
            .help(format!(
                "to destroy it, remove `protected` from [environment.{environment}], run `gen synth` and `gen deploy`, \
                 then run `gen destroy` again"
            )));
    }
    let counted = rows(aws, store, observed);
    let uncounted = counted.as_ref().err().map(ToString::to_string);
    let rows = counted.ok().flatten();
    let mut stacks = Vec::new();
    for name in order(observed) {
        let Some(stack) = observed.stacks.get(&name) else { continue };
        let (physical_name, found_template) = (stack.stack.name.clone(), stack.template.as_ref());
        let is_shell = stack.state() == StackState::ReviewInProgress;
        let found = if is_shell { Vec::new() } else { aws.resources(&stack.stack.id)? };
        let physical: BTreeMap<&str, &StackResource> =
            found.iter().map(|one| (one.logical.as_str(), one)).collect();
        let resources = found_template.map(removal).unwrap_or_default();
        let there = |one: &ResourceChange| {
            let is_gone = |status: &ResourceStatus| *status == ResourceStatus::DeleteComplete;
            physical.get(one.logical.as_str()).filter(|there| !is_gone(&there.status))
        };
        let called = |one: &ResourceChange| there(one).map(|there| there.physical.clone());
        let stays = resources.iter().filter(|one| one.effect == Effect::Release);
        let stays = stays.filter_map(|one| Some((one.logical.clone(), called(one)?))).collect();
        let mut full = BTreeMap::new();
        for one in
            resources.iter().filter(|one| one.effect == Effect::Delete && one.kind == "AWS::S3::Bucket")
        {
            let Some(bucket) = called(one).filter(|bucket| !bucket.is_empty()) else { continue };
            if aws.holds_objects(account, &bucket)? {
                full.insert(one.logical.clone(), bucket);
            }
        }
        let content = Content { template: found_template, full: &full, rows: rows.as_ref() };
        let lost = resources.iter().filter(|one| one.loses_data);
        let holds = lost.filter_map(|one| Some(held(&name, one, &called(one)?, content))).collect();
        stacks.push(DestroyedStack { name, physical: physical_name, resources, stays, full, holds });
    }
    Ok(DestroyPlan {
        platform: platform.to_owned(),
        environment: environment.to_owned(),
        account: account.to_owned(),
        stacks,
        rows,
        uncounted,
    })
}

/// Refuses to delete stacks that changed after the plan was made, and new ones. A stack may be gone by now.
fn unmoved(aws: &Aws, store: &Store<'_>, observed: &Observed, what: &DestroyPlan) -> Result<(), Fault> {
    let now = observe(aws, store, &what.account, &what.platform, &what.environment)?;
    let moved: Vec<&str> = now
        .stacks
        .iter()
        .filter(|(name, one)| {
            observed.stacks.get(*name).is_none_or(|then| then.stack.changed != one.stack.changed)
        })
        .map(|(_, one)| one.stack.name.as_str())
        .collect();
    let ended = now.ended_since(observed);
    if moved.is_empty() && ended.is_none() {
        return Ok(());
    }
    let stacks = (!moved.is_empty()).then(|| moved.join(", "));
    Err(Fault::moved(stacks.into_iter().chain(ended)))
}

/// The stacks in the order in which they are deleted: a stack follows those that read its outputs.
fn order(observed: &Observed) -> Vec<String> {
    let mut names: Vec<String> = observed
        .outline
        .iter()
        .flat_map(|outline| outline.stacks.iter().map(|stack| stack.name.clone()))
        .filter(|name| observed.stacks.contains_key(name))
        .collect();
    let rest: Vec<String> = observed.stacks.keys().filter(|name| !names.contains(name)).cloned().collect();
    names.extend(rest);
    names.reverse();
    names
}

/// Deletes an environment, and empties the buckets that are named.
///
/// # Errors
///
/// What holds data was not named, or a stack changed after the plan was made; then nothing was done. Or a deletion
/// failed; what remains is kept.
#[allow(
    clippy::too_many_arguments,
    reason = "each comes from the user or from AWS, and none belongs to another"
)]
pub fn destroy(
    aws: &Aws,
    store: &Store<'_>,
    observed: &Observed,
    what: &DestroyPlan,
    named: Named<'_>,
    identity: &Identity,
    stop: &AtomicBool,
    on: &(dyn Fn(&Event) + Sync),
) -> Result<Record, Fault> {
    let start = Instant::now();
    what.allowed_by(named)?;
    if observed.head.is_none() {
        store.prepare()?;
    }
    let taken = store.lock(&Lock::of(&identity.arn))?;
    if let Err(fault) = unmoved(aws, store, observed, what) {
        let _ = store.release(&taken);
        return Err(fault);
    }
    let mut record = Record {
        number: observed.head.as_ref().map_or(0, |head| head.last.number) + 1,
        kind: Kind::Destroy,
        started: now(),
        ended: None,
        identity: identity.arn.clone(),
        revision: None,
        assembly: String::new(),
        result: Verdict::Running,
        note: String::new(),
        stacks: Vec::new(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        token: token(),
    };
    let done = store.begin(&mut record).and_then(|()| {
        on(&Event::Begun { version: record.number, identity: identity.arn.clone() });
        let driver = Driver { aws, on, stop };
        what.stacks.iter().try_for_each(|one| delete_stack(&driver, observed, one, identity))
    });
    record.result = match &done {
        Ok(()) => Verdict::Succeeded,
        Err(fault) if fault.reason == Reason::Interrupted => Verdict::Interrupted,
        Err(_) => Verdict::Failed,
    };
    record.note = done.as_ref().err().map(|fault| fault.summary.clone()).unwrap_or_default();
    record.ended = Some(now());
    let closed = store.end(&record, observed.head.as_ref()).and_then(|()| store.release(&taken));
    on(&Event::Ended {
        version: record.number,
        result: record.result.word().to_owned(),
        milliseconds: milliseconds(start),
        requests: aws.requests(),
    });
    done.and(closed).map(|()| record)
}

fn delete_stack(
    driver: &Driver<'_>,
    observed: &Observed,
    one: &DestroyedStack,
    identity: &Identity,
) -> Result<(), Fault> {
    let start = Instant::now();
    for bucket in one.full.values() {
        let removed = driver.aws.empty_bucket(&identity.account, bucket)?;
        let text = format!("emptied bucket {bucket}: {removed} object versions");
        (driver.on)(&Event::Note { stack: one.name.clone(), text });
    }
    let Some(there) = observed.stacks.get(&one.name) else { return Ok(()) };
    driver.delete(&one.name, &there.stack, one.resources.len())?;
    (driver.on)(&Event::Done {
        stack: one.name.clone(),
        status: StackStatus::DeleteComplete,
        milliseconds: milliseconds(start),
    });
    Ok(())
}
