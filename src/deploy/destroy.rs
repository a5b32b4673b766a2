//! [`destroy`]: deletes an environment, after [`plan_destroy`] has shown what is deleted and what is retained.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde::Serialize;
use strataform_sdk::{Aws, Identity, StackResource, StackStatus};

use super::change::{Effect, ResourceChange, removal};
use super::event::{Event, milliseconds};
use super::fault::{ABSENT, FULL, Fault, PROTECTED, Reason};
use super::ledger::{Kind, Record, Verdict, now, token};
use super::observe::{Observed, StackState};
use super::stack::Driver;
use super::store::{Lock, Store};

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
}

/// What `gen destroy` deletes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DestroyPlan {
    /// The stacks, in the order in which they are deleted.
    pub stacks: Vec<DestroyedStack>,
}

/// Determines what would be deleted and what would be retained.
///
/// # Errors
///
/// Nothing is deployed, a stack is protected, or an AWS request fails.
pub fn plan_destroy(
    aws: &Aws,
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
    let mut stacks = Vec::new();
    for name in order(observed) {
        let Some(there) = observed.stacks.get(&name) else { continue };
        let is_shell = there.state() == StackState::ReviewInProgress;
        let found = if is_shell { Vec::new() } else { aws.resources(&there.stack.id)? };
        let physical: BTreeMap<&str, &StackResource> =
            found.iter().map(|one| (one.logical.as_str(), one)).collect();
        let resources = there.template.as_ref().map(removal).unwrap_or_default();
        let called =
            |one: &ResourceChange| physical.get(one.logical.as_str()).map(|there| there.physical.clone());
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
        stacks.push(DestroyedStack { name, physical: there.stack.name.clone(), resources, stays, full });
    }
    Ok(DestroyPlan { stacks })
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

/// Deletes an environment, and empties the buckets that are named, by logical ID or by name.
///
/// # Errors
///
/// A bucket contains objects and was not named; then nothing was done. Or a deletion failed; what remains is kept.
#[allow(
    clippy::too_many_arguments,
    reason = "each comes from the user or from AWS, and none belongs to another"
)]
pub fn destroy(
    aws: &Aws,
    store: &Store<'_>,
    observed: &Observed,
    what: &DestroyPlan,
    empty: &[String],
    identity: &Identity,
    stop: &AtomicBool,
    on: &(dyn Fn(&Event) + Sync),
) -> Result<Record, Fault> {
    let start = Instant::now();
    check_buckets(what, empty)?;
    if observed.head.is_none() {
        store.prepare()?;
    }
    let taken = store.lock(&Lock::of(&identity.arn))?;
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

/// Refuses buckets that contain objects and were not named.
fn check_buckets(what: &DestroyPlan, empty: &[String]) -> Result<(), Fault> {
    let full = what.stacks.iter().flat_map(|one| &one.full);
    let unnamed: Vec<(&String, &String)> =
        full.filter(|(logical, bucket)| !empty.contains(*logical) && !empty.contains(*bucket)).collect();
    if unnamed.is_empty() {
        return Ok(());
    }
    let mut fault = Fault::new(FULL, Reason::NotAllowed, "some buckets contain objects");
    for (logical, bucket) in &unnamed {
        fault = fault.because(format!("{logical} ({bucket})"));
    }
    let flags: Vec<String> = unnamed.iter().map(|(logical, _)| format!("--empty {logical}")).collect();
    Err(fault
        .help(format!("nothing was done; to delete all versions of their objects, pass {}", flags.join(" "))))
}
