//! [`apply`]: a plan is carried out as a version, between taking the lock and letting it go.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use strataform_sdk::{Aws, Identity, Stack};

use super::event::{Event, milliseconds};
use super::fault::{Fault, MOVED, Reason};
use super::ledger::{Kind, Record, Result as Verdict, StackRecord, now, token};
use super::observe::{Observed, observe};
use super::plan::{Consent, Plan};
use super::stack::Driver;
use super::store::{Lock, Store, Taken};
use super::walk::walk;
use super::warehouse::Outputs;
use crate::assembly::Assembly;

/// What is to be carried out, and how.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// AWS.
    pub aws: &'a Aws,
    /// The versions.
    pub store: &'a Store<'a>,
    /// What is wanted.
    pub assembly: &'a Assembly,
    /// What is to be done.
    pub plan: &'a Plan,
    /// What was there when the plan was made.
    pub observed: &'a Observed,
    /// What the version is for.
    pub kind: Kind,
    /// Who does it.
    pub identity: &'a Identity,
    /// The revision of the working tree.
    pub revision: Option<&'a str>,
    /// The losses that are allowed.
    pub consent: &'a Consent,
    /// The tags of every stack.
    pub tags: &'a BTreeMap<String, String>,
    /// Whether the user stops it.
    pub stop: &'a AtomicBool,
    /// Who hears what happens.
    pub on: &'a (dyn Fn(&Event) + Sync),
}

/// Carries out a plan as a new version; gives the version's record.
///
/// # Errors
///
/// The faults of everything that did not succeed, the first one first. What was done stays done, and the version says
/// how it ended.
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

/// Takes the lock, looks whether all is as it was planned for, and begins the version.
fn open(request: &Request<'_>) -> Result<(Taken, Record), Fault> {
    let Request { store, plan, identity, on, .. } = *request;
    // A version was written before: then the bucket is there, as it should be.
    if request.observed.head.is_none() {
        store.prepare()?;
    }
    let taken = store.lock(&Lock::of(&identity.arn))?;
    let opened = begin(request);
    if opened.is_err() {
        // Nothing was begun: whoever comes next may.
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
    debug_assert_eq!(plan.assembly, request.assembly.manifest.hash, "the plan is of this assembly");
    Ok((taken, record))
}

fn begin(request: &Request<'_>) -> Result<Record, Fault> {
    let Request { aws, store, plan, identity, .. } = *request;
    let there = observe(aws, store, &identity.account, &plan.platform, &plan.environment)?;
    let seen: BTreeMap<String, i64> =
        there.stacks.iter().map(|(name, one)| (name.clone(), one.stack.changed)).collect();
    if seen != plan.seen {
        return Err(Fault::new(MOVED, Reason::Refused, "what is deployed changed since the plan was made")
            .help("nothing was done; run the command again and look at the new plan"));
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

/// Writes down how it ended, and lets the lock go.
fn close(
    request: &Request<'_>,
    taken: &Taken,
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

/// What the steps of a deployment share.
pub(super) struct Run<'a> {
    /// What is to be carried out.
    pub(super) request: &'a Request<'a>,
    /// The number of the version.
    pub(super) version: u64,
    found: Mutex<Found>,
}

/// What steps found, for those that follow and for the record.
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

    /// The outputs of all stacks, as far as they are there.
    pub(super) fn outputs(&self) -> Outputs {
        self.lock().outputs.clone()
    }

    /// What drives a stack.
    pub(super) fn driver(&self) -> Driver<'_> {
        Driver { aws: self.request.aws, on: self.request.on, stop: self.request.stop }
    }

    /// Keeps what became of a stack.
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
