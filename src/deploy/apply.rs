//! [`apply`]: carries out a plan as a version, while it holds the lock.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use strataform_sdk::{Aws, Identity, Stack};

use super::event::{Event, milliseconds};
use super::fault::{Fault, Reason};
use super::ledger::{Kind, Record, StackRecord, Verdict, now, token};
use super::observe::{Observed, observe};
use super::placeholder::Outputs;
use super::plan::{Consent, Plan};
use super::stack::Driver;
use super::store::{HeldLock, Lock, Store};
use super::walk::walk;
use crate::assembly::Assembly;

/// What to carry out, and how.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The connection to AWS.
    pub aws: &'a Aws,
    /// The store of versions.
    pub store: &'a Store<'a>,
    /// The assembly to deploy.
    pub assembly: &'a Assembly,
    /// The plan to carry out.
    pub plan: &'a Plan,
    /// What was deployed when the plan was made.
    pub observed: &'a Observed,
    /// What the version is for.
    pub kind: Kind,
    /// Who deploys.
    pub identity: &'a Identity,
    /// The Git revision of the working tree.
    pub revision: Option<&'a str>,
    /// The losses that are allowed.
    pub consent: &'a Consent,
    /// The tags of every stack.
    pub tags: &'a BTreeMap<String, String>,
    /// Set when the user interrupts.
    pub stop: &'a AtomicBool,
    /// Receives the events.
    pub on: &'a (dyn Fn(&Event) + Sync),
}

/// Carries out a plan as a new version; returns the version's record.
///
/// # Errors
///
/// The faults of all steps that failed, in the order in which they failed. Completed steps are kept, and the version's
/// record has the result.
pub fn apply(request: &Request<'_>) -> Result<Record, Vec<Fault>> {
    let start = Instant::now();
    request.plan.allowed_by(request.consent).map_err(|fault| vec![fault])?;
    let (taken, mut record) = open(request).map_err(|fault| vec![fault])?;
    let done = carry_out(request, &mut record);
    let faults = done.err().unwrap_or_default();
    let first = faults.first();
    record.result = match first.map(|fault| fault.reason) {
        None => Verdict::Succeeded,
        Some(Reason::Interrupted) => Verdict::Interrupted,
        Some(_) => Verdict::Failed,
    };
    record.note = first
        .map(|fault| {
            fault.causes.first().map_or(fault.summary.clone(), |cause| format!("{}: {cause}", fault.summary))
        })
        .unwrap_or_default();
    close(request, &taken, &mut record, faults, start)
}

/// Takes the lock, checks that the stacks are as they were planned for, and begins the version.
fn open(request: &Request<'_>) -> Result<(HeldLock, Record), Fault> {
    let Request { store, plan, identity, on, .. } = *request;
    // If a version exists, so does the bucket, configured correctly.
    if request.observed.head.is_none() {
        store.prepare()?;
    }
    let taken = store.lock(&Lock::of(&identity.arn))?;
    let opened = begin(request);
    if opened.is_err() {
        // Nothing was begun, so the next run may take the lock.
        let _ = store.release(&taken);
    }
    let record = opened?;
    if let Some(from) = &taken.from {
        let text = format!(
            "the lock of a run that died (process {}, since {}) was taken over",
            from.process,
            strataform_sdk::utc(from.since)
        );
        on(&Event::Note { stack: String::new(), text });
    }
    on(&Event::Begun { version: record.number, identity: identity.arn.clone() });
    debug_assert_eq!(plan.assembly, request.assembly.manifest.hash, "the plan is for this assembly");
    Ok((taken, record))
}

fn begin(request: &Request<'_>) -> Result<Record, Fault> {
    let Request { aws, store, plan, identity, .. } = *request;
    let there = observe(aws, store, &identity.account, &plan.platform, &plan.environment)?;
    let seen: BTreeMap<String, i64> =
        there.stacks.iter().map(|(name, one)| (name.clone(), one.stack.changed)).collect();
    let ended = there.ended_since(request.observed);
    if seen != plan.seen || ended.is_some() {
        return Err(Fault::moved(ended));
    }
    let last = there.head.as_ref().map_or(0, |head| head.last.number);
    let mut record = Record {
        number: last + 1,
        kind: request.kind,
        started: now(),
        ended: None,
        identity: identity.arn.clone(),
        revision: request.revision.map(str::to_owned),
        assembly: request.assembly.manifest.hash.clone(),
        result: Verdict::Running,
        note: String::new(),
        stacks: Vec::new(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        token: token(),
    };
    store.begin(&mut record)?;
    Ok(record)
}

/// Records how the version ended, and releases the lock.
fn close(
    request: &Request<'_>,
    taken: &HeldLock,
    record: &mut Record,
    mut faults: Vec<Fault>,
    start: Instant,
) -> Result<Record, Vec<Fault>> {
    record.ended = Some(now());
    let closed =
        request.store.end(record, request.observed.head.as_ref()).and_then(|()| request.store.release(taken));
    faults.extend(closed.err().filter(|_| faults.is_empty()));
    (request.on)(&Event::Ended {
        version: record.number,
        result: record.result.word().to_owned(),
        milliseconds: milliseconds(start),
        requests: request.aws.requests(),
    });
    if faults.is_empty() { Ok(record.clone()) } else { Err(faults) }
}

/// State that the steps of a deployment share.
pub(super) struct Run<'a> {
    /// The request.
    pub(super) request: &'a Request<'a>,
    /// The number of the version.
    pub(super) version: u64,
    found: Mutex<Found>,
}

/// What steps produced, for later steps and for the record.
#[derive(Debug, Default)]
struct Found {
    outputs: Outputs,
    stacks: Vec<StackRecord>,
}

fn carry_out(request: &Request<'_>, record: &mut Record) -> Result<(), Vec<Fault>> {
    let Request { store, assembly, plan, observed, on, stop, .. } = *request;
    let kept = store.keep(assembly, observed.outline.as_ref()).map_err(|fault| vec![fault])?;
    on(&Event::Uploaded {
        bucket: store.bucket().to_owned(),
        uploaded: kept.sent,
        there: kept.there,
        bytes: kept.bytes,
    });
    let found = Found { outputs: observed.outputs(), stacks: Vec::new() };
    let run = Run { request, version: record.number, found: Mutex::new(found) };
    let faults = walk(&plan.steps, stop, on, &|step| step.task.carry_out(&run));
    let mut found = run.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.stacks.sort_by_key(|one| plan.steps.iter().position(|step| step.id == one.name));
    record.stacks = found.stacks;
    let placed = faults.into_iter().map(|fault| fault.placed(&assembly.manifest));
    let faults: Vec<Fault> = placed.collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

impl Run<'_> {
    fn lock(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The outputs of all stacks that exist so far.
    pub(super) fn outputs(&self) -> Outputs {
        self.lock().outputs.clone()
    }

    /// The driver of a stack.
    pub(super) fn driver(&self) -> Driver<'_> {
        Driver { aws: self.request.aws, on: self.request.on, stop: self.request.stop }
    }

    /// Keeps the outputs and the record of a stack.
    pub(super) fn remember(&self, name: &str, stack: &Stack) {
        let mut found = self.lock();
        found.outputs.insert(name.to_owned(), stack.outputs.clone());
        found.stacks.push(StackRecord {
            name: name.to_owned(),
            id: stack.id.clone(),
            changed: stack.changed,
        });
    }
}
