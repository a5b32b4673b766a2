//! One stack: from whatever state it is in to the one that is wanted.
//!
//! Every step first looks whether it is done, since an answer may be lost and a run may be cut off: a change set has
//! the name of its content, one that is there already is taken up, and what executes already is followed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use strataform_backoff::{Backoff, End};
use strataform_sdk::{
    Action, Aws, Body, ChangeSet, ChangeSetStatus, ChangeSetType, Kind, NewChangeSet, Phase, Replacement,
    Stack, StackEvent, StackStatus, TerminationProtection,
};

use super::change::{Effect, holds_data};
use super::event::{Event, Progress, milliseconds};
use super::fault::{Fault, INTERRUPTED, Reason, STACK, STUCK};
use super::observe::StackState;
use super::plan::{Consent, Loss, unallowed};
use super::step::{StackAction, StackPlan};
use super::store::sha256;

/// What `CreateChangeSet` takes in the request itself.
const INLINE: usize = 51_200;

/// After so long without a word, a line says what is waited for.
const SILENCE: Duration = Duration::from_mins(1);

/// How often a change set is looked at: it is ready in a second or some.
const CHANGE_SET: Backoff = Backoff::polling(Duration::from_millis(50), Duration::from_secs(3));

/// How often a stack is looked at; from the first pause again after each event, since events come in bursts.
const STACK_EVENTS: Backoff = Backoff::polling(Duration::from_millis(60), Duration::from_secs(3));

/// What a stack is driven with.
#[derive(Clone, Copy)]
pub(super) struct Driver<'a> {
    pub(super) aws: &'a Aws,
    pub(super) on: &'a (dyn Fn(&Event) + Sync),
    pub(super) stop: &'a AtomicBool,
}

/// What a stack is to be.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) plan: &'a StackPlan,
    pub(super) text: &'a str,
    /// Where the text is kept: the bucket and the key.
    pub(super) kept: (&'a str, String),
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) tags: &'a BTreeMap<String, String>,
    pub(super) protected: bool,
    pub(super) consent: &'a Consent,
    pub(super) description: String,
}

impl Driver<'_> {
    /// Brings a stack to what is wanted; gives it as it is then.
    pub(super) fn bring(&self, wanted: &Wanted<'_>) -> Result<Stack, Fault> {
        let start = Instant::now();
        let name = &wanted.plan.physical;
        let (state, there) = self.ready(wanted.plan)?;
        let kind = if state.can_update() { ChangeSetType::Update } else { ChangeSetType::Create };
        let base = there.as_ref().map_or(0, |stack| stack.changed);
        let set = change_set_name(wanted, base);
        self.prepare(wanted, &set, kind)?;
        let Some(prepared) = self.prepared(wanted, &set, kind)? else {
            let stack = self.present(name)?;
            (self.on)(&Event::Unchanged { stack: wanted.plan.name.clone() });
            return self.protected(wanted, stack);
        };
        let (shown, all) = summary(wanted.plan, &prepared, kind);
        (self.on)(&shown);
        let since = match kind {
            ChangeSetType::Create => None,
            ChangeSetType::Update => self.aws.last_event(name)?,
        };
        self.execute(name, &set)?;
        let id = self.present(name)?.id;
        let (stack, events) = self.follow(&wanted.plan.name, &id, since, all)?;
        if !matches!(stack.status, StackStatus::CreateComplete | StackStatus::UpdateComplete) {
            return Err(failed((&wanted.plan.name, name), &stack, &events));
        }
        let stack = self.protected(wanted, stack)?;
        (self.on)(&Event::Done {
            stack: wanted.plan.name.clone(),
            status: stack.status.clone(),
            milliseconds: milliseconds(start),
        });
        Ok(stack)
    }

    fn note(&self, stack: &str, text: impl Into<String>) {
        (self.on)(&Event::Note { stack: stack.to_owned(), text: text.into() });
    }

    fn present(&self, name: &str) -> Result<Stack, Fault> {
        self.aws.stack(name)?.ok_or_else(|| {
            Fault::failed(STACK, format!("stack {name} has gone away"))
                .because("somebody deleted it a moment ago")
        })
    }

    /// Waits and clears away until the stack can be created or updated.
    fn ready(&self, plan: &StackPlan) -> Result<(StackState, Option<Stack>), Fault> {
        let name = &plan.physical;
        let mut continued = false;
        loop {
            let Some(there) = self.aws.stack(name)? else { return Ok((StackState::Absent, None)) };
            let state = StackState::of(&there.status);
            match &state {
                StackState::InProgress(status) => {
                    self.note(
                        &plan.name,
                        format!("{status}: an operation that was begun before is waited for"),
                    );
                    let since = self.aws.last_event(&there.id)?;
                    self.follow(&plan.name, &there.id, since, 0)?;
                }
                StackState::Leftover(status) => {
                    let why = self.first_failure(&there)?;
                    self.note(
                        &plan.name,
                        format!("{status}: {why}; its remains are deleted before it is made anew"),
                    );
                    self.delete(&plan.name, &there, plan.changes.len())?;
                }
                StackState::UpdateRollbackFailed if !continued => {
                    continued = true;
                    self.note(&plan.name, "UPDATE_ROLLBACK_FAILED: the rollback is tried again");
                    let since = self.aws.last_event(&there.id)?;
                    self.aws.continue_rollback(&there.id, &[])?;
                    self.follow(&plan.name, &there.id, since, 0)?;
                }
                StackState::UpdateRollbackFailed | StackState::Unrecoverable(_) => {
                    let why = self.first_failure(&there)?;
                    return Err(Fault::refused(STUCK, format!("stack {name} is {}", there.status)).because(why).help(
                        format!(
                            "mend what failed, or leave it out with `aws cloudformation continue-update-rollback \
                             --stack-name {name} --resources-to-skip ID`; then run the same command again"
                        ),
                    ));
                }
                StackState::Absent | StackState::ReviewInProgress | StackState::Stable => {
                    return Ok((state, Some(there)));
                }
            }
        }
    }

    /// Why a stack came to where it is, by its events.
    fn first_failure(&self, stack: &Stack) -> Result<String, Fault> {
        let events = self.aws.events(&stack.id, None)?;
        let last = events
            .iter()
            .rposition(|one| one.logical == stack.name && one.status.phase() == Phase::InProgress);
        let events = events.get(last.unwrap_or(0)..).unwrap_or_default();
        Ok(root_cause(&stack.name, events).map_or_else(
            || "AWS does not say why".to_owned(),
            |event| format!("{} failed: {}", event.logical, event.reason),
        ))
    }

    /// Deletes a stack, and waits until it is gone. A stack that failed to be deleted once is deleted again.
    pub(super) fn delete(&self, name: &str, stack: &Stack, resources: usize) -> Result<(), Fault> {
        let since = self.aws.last_event(&stack.id)?;
        self.aws.delete_stack(&stack.id, &[])?;
        let (gone, events) = self.follow(name, &stack.id, since, resources)?;
        if gone.status == StackStatus::DeleteComplete {
            return Ok(());
        }
        Err(failed((name, &stack.name), &gone, &events))
    }

    /// Makes the change set, or finds it made.
    fn prepare(&self, wanted: &Wanted<'_>, set: &str, kind: ChangeSetType) -> Result<(), Fault> {
        let body = if wanted.text.len() > INLINE {
            Body::Object { bucket: wanted.kept.0.to_owned(), key: wanted.kept.1.clone() }
        } else {
            Body::Text(wanted.text.to_owned())
        };
        let made = self.aws.create_change_set(&NewChangeSet {
            stack: &wanted.plan.physical,
            name: set,
            kind,
            body: &body,
            parameters: &wanted.parameters,
            tags: wanted.tags,
            description: &wanted.description,
        });
        match made {
            // Its name is its content: an earlier run made it, or the answer to the first attempt was lost.
            Err(fault) if fault.kind == Kind::Exists => Ok(()),
            Err(fault) if fault.kind == Kind::Refused => {
                Err(Fault::failed(STACK, format!("CloudFormation refuses stack {}", wanted.plan.physical))
                    .because(fault.to_string()))
            }
            other => other.map_err(Fault::from),
        }
    }

    /// The change set, ready to be executed; nothing where there is nothing to change.
    fn prepared(
        &self,
        wanted: &Wanted<'_>,
        set: &str,
        kind: ChangeSetType,
    ) -> Result<Option<ChangeSet>, Fault> {
        let name = &wanted.plan.physical;
        // One that was executed is gone, or says so.
        let Some(found) = self.described(name, set)? else { return Ok(Some(ChangeSet::default())) };
        if found.status == ChangeSetStatus::Failed {
            self.aws.delete_change_set(name, set)?;
            if is_empty(&found.reason) {
                return Ok(None);
            }
            self.clear_shell(name, kind);
            return Err(Fault::failed(STACK, format!("CloudFormation refuses the change of stack {name}"))
                .because(found.reason));
        }
        let missing = unforeseen(wanted, &found);
        if !missing.is_empty() {
            self.aws.delete_change_set(name, set)?;
            self.clear_shell(name, kind);
            return Err(unallowed(&missing));
        }
        Ok(Some(found))
    }

    /// The change set, when it is ready or has failed; nothing where there is none.
    fn described(&self, name: &str, set: &str) -> Result<Option<ChangeSet>, Fault> {
        let mut pacer = CHANGE_SET.start(Some(self.stop));
        loop {
            let Some(found) = self.aws.change_set(name, set)? else { return Ok(None) };
            match &found.status {
                ChangeSetStatus::CreateComplete | ChangeSetStatus::Failed => return Ok(Some(found)),
                ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress => {
                    pacer.pause().map_err(ended)?;
                }
                // Somebody deletes it, or it is in a way that was unknown when this was written: waiting may not end.
                status @ (ChangeSetStatus::DeletePending
                | ChangeSetStatus::DeleteInProgress
                | ChangeSetStatus::DeleteComplete
                | ChangeSetStatus::DeleteFailed
                | ChangeSetStatus::Other(_)) => {
                    return Err(Fault::failed(
                        STACK,
                        format!("change set {set} of stack {name} is {status}"),
                    )
                    .because("it was neither made nor refused")
                    .help("run the same command again"));
                }
            }
        }
    }

    /// Removes the shell that a change set made for a stack that will not be. What is left of it harms nobody.
    fn clear_shell(&self, name: &str, kind: ChangeSetType) {
        if kind == ChangeSetType::Update {
            return;
        }
        let there = self.aws.stack(name).ok().flatten();
        if let Some(shell) = there.filter(|stack| stack.status == StackStatus::ReviewInProgress) {
            let _ = self.aws.delete_stack(&shell.id, &[]);
        }
    }

    fn execute(&self, name: &str, set: &str) -> Result<(), Fault> {
        match self.aws.execute_change_set(name, set) {
            // It executes already: the answer was lost, or an earlier run began it.
            Err(fault)
                if fault.code == "InvalidChangeSetStatus"
                    || fault.code == "InvalidChangeSetStatusException" =>
            {
                Ok(())
            }
            Err(fault) if fault.kind == Kind::Missing => Ok(()),
            other => other.map_err(Fault::from),
        }
    }

    /// Follows an operation to its end, whatever happens to single answers.
    pub(super) fn follow(
        &self,
        stack: &str,
        id: &str,
        since: Option<String>,
        all: usize,
    ) -> Result<(Stack, Vec<StackEvent>), Fault> {
        let (mut since, mut seen, mut done) = (since, Vec::new(), BTreeSet::new());
        let (mut pacer, mut heard) = (STACK_EVENTS.start(Some(self.stop)), Instant::now());
        let start = Instant::now();
        loop {
            match self.look(id, since.as_deref()) {
                Ok((now, events)) => {
                    for event in events {
                        heard = Instant::now();
                        pacer.restart();
                        since = Some(event.id.clone());
                        self.tell(stack, id, &event, all, &mut done);
                        seen.push(event);
                    }
                    // A stale answer may still show the shell of the change set.
                    if !now.status.is_in_progress() {
                        return Ok((now, seen));
                    }
                }
                Err(fault) if fault.is_passing() => {
                    self.note(stack, format!("{fault}; the stack goes on, and is asked again"));
                }
                Err(fault) => {
                    return Err(
                        Fault::from(fault).because(format!("stack {stack} goes on in AWS without us"))
                    );
                }
            }
            if heard.elapsed() > SILENCE {
                heard = Instant::now();
                let last =
                    seen.last().map(|event: &StackEvent| format!("{} {}", event.logical, event.status));
                let (stack, last) = (stack.to_owned(), last.unwrap_or_default());
                (self.on)(&Event::Waiting { stack, seconds: start.elapsed().as_secs(), last });
            }
            pacer
                .pause()
                .map_err(|end| ended(end).because(format!("stack {stack} goes on in AWS without us")))?;
        }
    }

    /// Status first: the events then hold everything that led to it.
    fn look(&self, id: &str, since: Option<&str>) -> Result<(Stack, Vec<StackEvent>), strataform_sdk::Fault> {
        let stack = self.aws.stack(id)?;
        // A stack that is deleted keeps its ARN for a while; an emulator may forget it at once.
        let gone = Stack { id: id.to_owned(), status: StackStatus::DeleteComplete, ..Stack::default() };
        let Some(stack) = stack else { return Ok((gone, Vec::new())) };
        match self.aws.events(id, since) {
            Ok(events) => Ok((stack, events)),
            Err(fault) if fault.kind == Kind::Missing => Ok((stack, Vec::new())),
            Err(fault) => Err(fault),
        }
    }

    fn tell(&self, stack: &str, id: &str, event: &StackEvent, all: usize, done: &mut BTreeSet<String>) {
        if event.physical == id || event.kind == "AWS::CloudFormation::Stack" {
            return;
        }
        if matches!(event.status.phase(), Phase::Complete | Phase::Undone) {
            done.insert(event.logical.clone());
        }
        (self.on)(&Event::Resource {
            stack: stack.to_owned(),
            logical: event.logical.clone(),
            kind: event.kind.clone(),
            status: event.status.clone(),
            reason: event.reason.clone(),
            progress: Progress { done: done.len(), all: all.max(done.len()) },
        });
    }

    fn protected(&self, wanted: &Wanted<'_>, mut stack: Stack) -> Result<Stack, Fault> {
        if stack.protected != wanted.protected {
            let protection = if wanted.protected {
                TerminationProtection::Enabled
            } else {
                TerminationProtection::Disabled
            };
            self.aws.protect_stack(&stack.id, protection)?;
            stack.protected = wanted.protected;
        }
        Ok(stack)
    }
}

/// The user stopped it.
pub(super) fn stopped() -> Fault {
    Fault::new(INTERRUPTED, Reason::Interrupted, "stopped")
        .help("what was done stays done; run the same command again, and it goes on from there")
}

/// Why waiting came to an end. Nothing here waits with a limit: what AWS has begun, it ends.
fn ended(end: End) -> Fault {
    match end {
        End::Stopped | End::Exhausted => stopped(),
    }
}

/// The same for the same content on the same base: a run that was cut off finds its change set again.
fn change_set_name(wanted: &Wanted<'_>, base: i64) -> String {
    let content =
        format!("{}\n{:?}\n{:?}\n{base}", sha256(wanted.text.as_bytes()), wanted.parameters, wanted.tags);
    format!("gen-{}", &sha256(content.as_bytes())[..20])
}

/// Whether a change set failed because there is nothing to change: AWS has two ways to say it.
fn is_empty(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

fn summary(plan: &StackPlan, set: &ChangeSet, kind: ChangeSetType) -> (Event, usize) {
    let count = |action| {
        set.changes.iter().filter(|one| one.action == action && one.replacement != Replacement::Yes).count()
    };
    let replace = set.changes.iter().filter(|one| one.replacement == Replacement::Yes).count();
    let event = Event::Prepared {
        stack: plan.name.clone(),
        action: match kind {
            ChangeSetType::Create => StackAction::Create,
            ChangeSetType::Update => StackAction::Update,
        },
        add: count(Action::Add),
        modify: count(Action::Modify) + count(Action::Dynamic),
        replace,
        remove: count(Action::Remove),
    };
    (event, set.changes.len())
}

/// Losses that `CloudFormation` announces and that were not allowed: our facts did not foresee them.
fn unforeseen(wanted: &Wanted<'_>, set: &ChangeSet) -> Vec<Loss> {
    let name = |logical: &str| format!("{}/{logical}", wanted.plan.name);
    let released = |logical: &str| {
        wanted.plan.changes.iter().any(|one| one.logical == logical && one.effect == Effect::Release)
    };
    let lost = set.changes.iter().filter(|one| holds_data(&one.kind)).filter_map(|one| match one.action {
        Action::Modify if one.replacement == Replacement::Yes => {
            Some(Loss::replaced(name(&one.logical), &one.kind))
        }
        Action::Remove if !released(&one.logical) => Some(Loss::removed(name(&one.logical), &one.kind)),
        _ => None,
    });
    lost.filter(|loss| !wanted.consent.allows(loss)).collect()
}

/// The event that everything else followed from.
fn root_cause<'a>(stack: &str, events: &'a [StackEvent]) -> Option<&'a StackEvent> {
    let follows = |reason: &str| {
        let reason = reason.to_ascii_lowercase();
        reason.is_empty()
            || reason.contains("cancelled")
            || reason.contains("the following resource(s) failed")
    };
    let failures = || events.iter().filter(|one| one.status.phase() == Phase::Failed && one.logical != stack);
    failures().find(|one| !follows(&one.reason)).or_else(|| failures().next()).or_else(|| {
        let tells =
            |one: &&StackEvent| matches!(one.status.phase(), Phase::Failed | Phase::Undoing | Phase::Undone);
        events.iter().filter(|one| one.logical == stack && !one.reason.is_empty()).rfind(tells)
    })
}

/// The fault of an operation that did not end well, with its root cause first. A stack has its name within platform and
/// environment, and its name in AWS.
fn failed((name, physical): (&str, &str), stack: &Stack, events: &[StackEvent]) -> Fault {
    let summary = format!("stack {physical} is {}", stack.status);
    let mut fault = Fault::failed(STACK, summary);
    if let Some(root) = root_cause(physical, events) {
        fault = fault.because(format!("{} ({}) {}: {}", root.logical, root.kind, root.status, root.reason));
        fault.resource = Some((name.to_owned(), root.logical.clone()));
        let others = events
            .iter()
            .filter(|one| one.status.phase() == Phase::Failed && one.id != root.id && one.logical != physical)
            .count();
        if others > 0 {
            let noun = if others == 1 { "other resource" } else { "other resources" };
            fault = fault.because(format!("{others} {noun} failed or was cancelled after it"));
        }
    } else if !stack.reason.is_empty() {
        fault = fault.because(stack.reason.clone());
    }
    let help = if stack.status == StackStatus::RollbackComplete {
        "CloudFormation took back all that it had made; mend the cause and deploy again: the remains are cleared away then"
    } else if stack.status == StackStatus::UpdateRollbackComplete {
        "CloudFormation went back to what was deployed before; mend the cause and deploy again"
    } else if stack.status == StackStatus::DeleteFailed {
        "what is not deleted is still there; mend the cause and run the same command again"
    } else {
        "mend the cause and run the same command again"
    };
    fault.help(help)
}

#[cfg(test)]
mod tests {
    use strataform_sdk::ResourceStatus;

    use super::*;

    fn event(logical: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent {
            id: format!("{logical}{status}"),
            time: 0,
            logical: logical.to_owned(),
            physical: String::new(),
            kind: "AWS::X::Y".to_owned(),
            status: ResourceStatus::of(status),
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn the_root_cause_is_the_first_failure_that_nothing_else_caused() {
        let events = [
            event("A", "CREATE_FAILED", "Resource creation cancelled"),
            event("B", "CREATE_FAILED", "The bucket exists"),
            event("C", "CREATE_FAILED", "No role"),
            event("s", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [A, B]"),
        ];
        assert_eq!(root_cause("s", &events).map(|one| one.logical.as_str()), Some("B"));
        assert_eq!(root_cause("s", &events[3..]).map(|one| one.logical.as_str()), Some("s"));
        assert_eq!(root_cause("s", &[]), None);
    }

    #[test]
    fn both_words_for_an_empty_change_set_are_known() {
        assert!(is_empty(
            "The submitted information didn't contain changes. Submit different information to create a change set."
        ));
        assert!(is_empty("No updates are to be performed."));
        assert!(!is_empty("Parameters: [X] must have values"));
    }
}
