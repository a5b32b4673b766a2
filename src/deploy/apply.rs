//! [`apply`]: a plan is carried out, stacks that do not need each other side by side.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use strataform_sdk::{Aws, Identity, Stack, StackStatus, TerminationProtection};

use super::event::Event;
use super::fault::{Fault, MOVED, REFUSED, Reason, STACK};
use super::ledger::{Kind, Record, Result as Verdict, StackRecord, now, token};
use super::observe::{Observed, observe};
use super::plan::{Consent, Plan, StackAction, StackPlan};
use super::sql::SqlWork;
use super::stack::{Driver, Wanted, stopped};
use super::store::{Lock, Store, Taken, object_key};
use super::warehouse::{self, Applying, Outputs};
use crate::assembly::{Assembly, ManifestStack, ValueSource};

/// What the step of the warehouse is called beside the stacks.
const SQL: &str = "sql";

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
        milliseconds: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        requests: request.aws.requests(),
    });
    if faults.is_empty() { Ok(record.clone()) } else { Err(faults) }
}

/// How far a step is.
#[derive(Clone, Debug)]
enum Step {
    Done,
    Failed,
}

/// What the steps share.
#[derive(Debug, Default)]
struct Board {
    steps: BTreeMap<String, Step>,
    outputs: Outputs,
    stacks: Vec<StackRecord>,
    faults: Vec<Fault>,
}

struct Run<'a> {
    request: &'a Request<'a>,
    board: Mutex<Board>,
    changed: Condvar,
    version: u64,
}

fn carry_out(request: &Request<'_>, record: &mut Record) -> Result<(), Vec<Fault>> {
    let Request { store, assembly, plan, observed, on, .. } = *request;
    let kept = store.keep(assembly, observed.manifest.as_ref()).map_err(|fault| vec![fault])?;
    on(&Event::Uploaded {
        bucket: store.bucket().to_owned(),
        uploaded: kept.sent,
        there: kept.there,
        bytes: kept.bytes,
    });
    let board = Board { outputs: observed.outputs(), ..Board::default() };
    let run = Run { request, board: Mutex::new(board), changed: Condvar::new(), version: record.number };
    std::thread::scope(|scope| {
        for stack in plan.stacks.iter().filter(|stack| stack.action != StackAction::Delete) {
            let run = &run;
            scope.spawn(move || run.step(&stack.name, &run.needs(stack), || run.stack(stack)));
        }
        let run = &run;
        scope.spawn(move || run.step(SQL, &run.request.plan.sql.needs, || run.sql()));
    });
    if run.lock().faults.is_empty() {
        run.surplus();
    }
    let mut board = run.board.into_inner().unwrap_or_else(PoisonError::into_inner);
    let order = |name: &str| plan.stacks.iter().position(|stack| stack.name == name);
    board.stacks.sort_by_key(|one| order(&one.name));
    record.stacks = board.stacks;
    if board.faults.is_empty() { Ok(()) } else { Err(board.faults) }
}

impl Run<'_> {
    fn lock(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a stack waits for: what reads the warehouse needs its tables, too.
    fn needs(&self, stack: &StackPlan) -> Vec<String> {
        let mut needs = stack.needs.clone();
        let sql = &self.request.plan.sql;
        if !sql.steps.is_empty() && needs.iter().any(|name| sql.needs.contains(name)) {
            needs.push(SQL.to_owned());
        }
        needs
    }

    /// Waits for what a step needs, and does it.
    fn step(&self, name: &str, needs: &[String], work: impl FnOnce() -> Result<(), Fault>) {
        let mut board = self.lock();
        loop {
            let failed = needs.iter().find(|need| matches!(board.steps.get(*need), Some(Step::Failed)));
            if let Some(failed) = failed {
                board.steps.insert(name.to_owned(), Step::Failed);
                drop(board);
                self.changed.notify_all();
                (self.request.on)(&Event::Skipped { stack: name.to_owned(), needs: failed.clone() });
                return;
            }
            if needs.iter().all(|need| board.steps.contains_key(need)) {
                break;
            }
            board = self.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
        drop(board);
        let stopped_before = self.request.stop.load(std::sync::atomic::Ordering::Relaxed);
        let result = if stopped_before { Err(stopped()) } else { work() };
        let mut board = self.lock();
        match result {
            Ok(()) => {
                board.steps.insert(name.to_owned(), Step::Done);
            }
            Err(fault) => {
                board.steps.insert(name.to_owned(), Step::Failed);
                let again = board.faults.iter().any(|one| one.reason == Reason::Interrupted);
                if fault.reason != Reason::Interrupted || !again {
                    (self.request.on)(&Event::Failed {
                        stack: name.to_owned(),
                        summary: fault.summary.clone(),
                    });
                    board.faults.push(fault);
                }
            }
        }
        drop(board);
        self.changed.notify_all();
    }

    fn driver(&self) -> Driver<'_> {
        Driver { aws: self.request.aws, on: self.request.on, stop: self.request.stop }
    }

    fn stack(&self, plan: &StackPlan) -> Result<(), Fault> {
        let kept = plan.action == StackAction::Keep && plan.first.is_none();
        if let Some(there) = self.request.observed.stacks.get(&plan.name).filter(|_| kept) {
            self.remember(&plan.name, &there.stack);
            (self.request.on)(&Event::Unchanged { stack: plan.name.clone() });
            return Ok(());
        }
        let manifest = &self.request.assembly.manifest;
        let stack = manifest.stacks.iter().find(|one| one.name == plan.name);
        let Some(stack) = stack else {
            return Err(Fault::refused(REFUSED, format!("the assembly has no stack {}", plan.name)));
        };
        self.assets(stack)?;
        let bytes = self.request.assembly.files.get(&stack.template).map(Vec::as_slice).unwrap_or_default();
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let hash = super::store::sha256(bytes);
        let wanted = Wanted {
            plan,
            text,
            kept: (self.request.store.bucket(), object_key(&hash)),
            parameters: self.parameters(stack)?,
            tags: self.request.tags,
            protected: manifest.protected,
            consent: self.request.consent,
            description: format!(
                "version {} of {} {}",
                self.version, manifest.platform, manifest.environment
            ),
        };
        let done = self.driver().bring(&wanted)?;
        self.remember(&plan.name, &done);
        Ok(())
    }

    fn remember(&self, name: &str, stack: &Stack) {
        let mut board = self.lock();
        board.outputs.insert(name.to_owned(), stack.outputs.clone());
        board.stacks.push(StackRecord {
            name: name.to_owned(),
            id: stack.id.clone(),
            changed: stack.changed,
        });
    }

    /// Uploads the files that a stack's resources read, such as scripts of jobs, by their content's hash.
    fn assets(&self, stack: &ManifestStack) -> Result<(), Fault> {
        let assets = stack.parameters.iter().filter_map(|one| match &one.source {
            ValueSource::Asset { path, key } => {
                Some((key.clone(), self.request.assembly.files.get(path)?.clone()))
            }
            _ => None,
        });
        let assets: Vec<(String, Vec<u8>)> = assets.collect();
        if assets.is_empty() {
            return Ok(());
        }
        let bucket = {
            let board = self.lock();
            board.outputs.values().find_map(|outputs| outputs.get("ArtifactsBucketName")).cloned()
        };
        let bucket = bucket.ok_or_else(|| {
            Fault::refused(
                REFUSED,
                format!("stack {} has files to upload, and no stack says to where", stack.name),
            )
        })?;
        let done = self.request.store.upload(&bucket, &assets)?;
        let (uploaded, there, bytes) = (done.sent, done.there, done.bytes);
        (self.request.on)(&Event::Uploaded { bucket, uploaded, there, bytes });
        Ok(())
    }

    fn parameters(&self, stack: &ManifestStack) -> Result<BTreeMap<String, String>, Fault> {
        let board = self.lock();
        let value = |source: &ValueSource| match source {
            ValueSource::Literal { value } | ValueSource::Asset { key: value, .. } => Ok(value.clone()),
            ValueSource::StackOutput { stack: from, output } => {
                board.outputs.get(from).and_then(|outputs| outputs.get(output)).cloned().ok_or_else(|| {
                    Fault::failed(
                        STACK,
                        format!("stack {from} has no output {output}, which {} needs", stack.name),
                    )
                    .help("deploy an assembly of one piece: run `gen synth`, then deploy again")
                })
            }
        };
        stack.parameters.iter().map(|one| Ok((one.name.clone(), value(&one.source)?))).collect()
    }

    fn sql(&self) -> Result<(), Fault> {
        let Request { aws, assembly, plan, observed, identity, stop, .. } = *self.request;
        if plan.sql.steps.is_empty() {
            return Ok(());
        }
        let outputs = self.lock().outputs.clone();
        let Some(warehouse) = warehouse::connection(aws, assembly, &outputs)? else {
            return Err(Fault::refused(
                REFUSED,
                "there are files of SQL, and no stack says what the warehouse is called",
            ));
        };
        let applying = Applying {
            aws,
            warehouse: &warehouse,
            outputs: &outputs,
            version: self.version,
            identity: &identity.arn,
            stop,
        };
        applying.prepare()?;
        // What an earlier run applied after the plan was made is not applied again.
        let applied = if observed.applied.is_empty() {
            warehouse::applied(aws, &warehouse)?
        } else {
            observed.applied.clone()
        };
        for step in &plan.sql.steps {
            let before = applied.iter().rev().find(|one| one.path == step.path);
            let whole = before.is_some_and(|one| one.checksum == step.checksum && one.part >= one.parts);
            if whole && step.work != SqlWork::Values {
                continue;
            }
            let mut step = step.clone();
            if let Some(before) = before.filter(|one| one.checksum == step.checksum && !whole) {
                step.done = before.part;
            }
            let start = Instant::now();
            let statements = applying.apply(&step, before)?;
            if statements > 0 || step.work != SqlWork::Values {
                (self.request.on)(&Event::Sql {
                    path: step.path.clone(),
                    work: step.work,
                    statements,
                    milliseconds: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
                });
            }
        }
        Ok(())
    }

    /// Deletes the stacks that the assembly does not have, the last one first.
    fn surplus(&self) {
        for plan in self.request.plan.stacks.iter().rev().filter(|stack| stack.action == StackAction::Delete)
        {
            let Some(there) = self.request.observed.stacks.get(&plan.name) else { continue };
            let unprotect = if there.stack.protected {
                self.request.aws.protect_stack(&there.stack.id, TerminationProtection::Disabled)
            } else {
                Ok(())
            };
            let done =
                unprotect.map_err(Fault::from).and_then(|()| self.driver().delete(plan, &there.stack, &[]));
            match done {
                Ok(()) => (self.request.on)(&Event::Done {
                    stack: plan.name.clone(),
                    status: StackStatus::DeleteComplete,
                    milliseconds: 0,
                }),
                Err(fault) => self.lock().faults.push(fault),
            }
        }
    }
}
