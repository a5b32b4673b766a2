//! One stack: from whatever state it is in to the desired one.
//!
//! Every step first checks whether it is done, because a response may be lost and a run may be interrupted: the name of
//! a change set is a hash of its content, an existing one is reused, and an operation in progress is followed.

mod failure;
mod follow;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use failure::failed;
use follow::Counted;
use strataform_backoff::{Backoff, End};
use strataform_sdk::{
    Action, Aws, Body, ChangeSet, ChangeSetStatus, ChangeSetType, ExistingResources, Kind, NewChangeSet,
    Replacement, Stack, StackStatus, TerminationProtection,
};

use super::event::{Event, milliseconds};
use super::fault::{Fault, INTERRUPTED, Reason, STACK, STUCK};
use super::observe::StackState;
use super::plan::{Consent, unallowed};
use super::step::{StackAction, StackPlan};
use super::store::sha256;
use crate::diff::{Effect, holds_data};
use crate::migration::Loss;

/// The most bytes of a template that `CreateChangeSet` accepts in the request itself.
const INLINE: usize = 51_200;

/// How often a change set is polled: it is ready within seconds.
const CHANGE_SET: Backoff = Backoff::polling(Duration::from_millis(50), Duration::from_secs(3));

/// Creates, updates and deletes stacks, and reports their progress.
#[derive(Clone, Copy)]
pub(super) struct Driver<'a> {
    pub(super) aws: &'a Aws,
    pub(super) on: &'a (dyn Fn(&Event) + Sync),
    pub(super) stop: &'a AtomicBool,
}

/// The desired state of a stack.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) plan: &'a StackPlan,
    pub(super) text: &'a str,
    /// Where the text is stored: the bucket and the key.
    pub(super) kept: (&'a str, String),
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) tags: &'a BTreeMap<String, String>,
    pub(super) protected: bool,
    pub(super) consent: &'a Consent,
    pub(super) description: String,
    /// Resources that earlier versions kept are imported; a first deployment takes over nothing.
    pub(super) existing: ExistingResources,
}

impl Driver<'_> {
    /// Brings a stack to its desired state; returns the stack.
    pub(super) fn deploy(&self, wanted: &Wanted<'_>) -> Result<Stack, Fault> {
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
        let shown = summary(wanted.plan, &prepared, kind);
        (self.on)(&shown);
        for one in prepared.changes.iter().filter(|one| one.action == Action::Import) {
            let text = format!("{} exists, and joins the stack: {}", one.logical, one.physical);
            self.note(&wanted.plan.name, text);
        }
        let since = match kind {
            ChangeSetType::Create => None,
            ChangeSetType::Update => self.aws.last_event(name)?,
        };
        self.execute(name, &set)?;
        let id = self.present(name)?.id;
        let changes = Counted::Changes(prepared.changes.iter().map(|one| one.logical.clone()).collect());
        let (stack, events) = self.follow(&wanted.plan.name, &id, since, &changes)?;
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
            Fault::failed(STACK, format!("stack {name} no longer exists"))
                .because("it was deleted during the deployment")
        })
    }

    /// Waits for operations and deletes remains until the stack can be created or updated.
    fn ready(&self, plan: &StackPlan) -> Result<(StackState, Option<Stack>), Fault> {
        let name = &plan.physical;
        let mut continued = false;
        loop {
            let Some(there) = self.aws.stack(name)? else { return Ok((StackState::Absent, None)) };
            let state = StackState::of(&there.status);
            match &state {
                StackState::InProgress(status) => {
                    self.note(&plan.name, format!("{status}: waiting for an earlier operation"));
                    let since = self.aws.last_event(&there.id)?;
                    self.follow(&plan.name, &there.id, since, &Counted::Resources(0))?;
                }
                StackState::Leftover(status) => {
                    let why = self.first_failure(&there)?;
                    self.note(
                        &plan.name,
                        format!("{status}: {why}; deleting its remains before recreating it"),
                    );
                    self.delete(&plan.name, &there, plan.changes.len())?;
                }
                StackState::UpdateRollbackFailed if !continued => {
                    continued = true;
                    self.note(&plan.name, "UPDATE_ROLLBACK_FAILED: retrying the rollback");
                    let since = self.aws.last_event(&there.id)?;
                    self.aws.continue_rollback(&there.id, &[])?;
                    self.follow(&plan.name, &there.id, since, &Counted::Resources(0))?;
                }
                StackState::UpdateRollbackFailed | StackState::Unrecoverable(_) => {
                    let why = self.first_failure(&there)?;
                    return Err(Fault::refused(STUCK, format!("stack {name} is {}", there.status)).because(why).help(
                        format!(
                            "fix the cause, or skip the resource with `aws cloudformation continue-update-rollback \
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

    /// Deletes a stack, and waits until it is gone.
    pub(super) fn delete(&self, name: &str, stack: &Stack, resources: usize) -> Result<(), Fault> {
        let since = self.aws.last_event(&stack.id)?;
        self.aws.delete_stack(&stack.id, &[])?;
        let (gone, events) = self.follow(name, &stack.id, since, &Counted::Resources(resources))?;
        if gone.status == StackStatus::DeleteComplete {
            return Ok(());
        }
        Err(failed((name, &stack.name), &gone, &events))
    }

    /// Creates the change set, unless it exists.
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
            existing: wanted.existing,
        });
        match made {
            // The name is a hash of the content: an earlier run created it, or the response to an attempt was lost.
            Err(fault) if fault.kind == Kind::Exists => Ok(()),
            Err(fault) if fault.kind == Kind::Refused => {
                Err(Fault::failed(STACK, format!("CloudFormation rejected stack {}", wanted.plan.physical))
                    .because(fault.to_string()))
            }
            other => other.map_err(Fault::from),
        }
    }

    /// The change set, ready to execute; `None` if there is nothing to change.
    fn prepared(
        &self,
        wanted: &Wanted<'_>,
        set: &str,
        kind: ChangeSetType,
    ) -> Result<Option<ChangeSet>, Fault> {
        let name = &wanted.plan.physical;
        // A change set that was executed may be gone.
        let Some(found) = self.described(name, set)? else { return Ok(Some(ChangeSet::default())) };
        if found.status == ChangeSetStatus::Failed {
            self.aws.delete_change_set(name, set)?;
            if is_empty(&found.reason) {
                return Ok(None);
            }
            self.clear_shell(name, kind);
            return Err(Fault::failed(
                STACK,
                format!("CloudFormation rejected the change set of stack {name}"),
            )
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

    /// Waits until the change set is ready or has failed; `None` if there is none.
    fn described(&self, name: &str, set: &str) -> Result<Option<ChangeSet>, Fault> {
        let mut pacer = CHANGE_SET.start(Some(self.stop));
        loop {
            let Some(found) = self.aws.change_set(name, set)? else { return Ok(None) };
            match &found.status {
                ChangeSetStatus::CreateComplete | ChangeSetStatus::Failed => return Ok(Some(found)),
                ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress => {
                    pacer.pause().map_err(ended)?;
                }
                // It is being deleted, or has an unknown status: waiting may never end.
                status @ (ChangeSetStatus::DeletePending
                | ChangeSetStatus::DeleteInProgress
                | ChangeSetStatus::DeleteComplete
                | ChangeSetStatus::DeleteFailed
                | ChangeSetStatus::Other(_)) => {
                    return Err(Fault::failed(
                        STACK,
                        format!("change set {set} of stack {name} is {status}"),
                    )
                    .because("it was neither created nor rejected")
                    .help("run the same command again"));
                }
            }
        }
    }

    /// Deletes the empty stack in review that a rejected change set leaves behind. A failure to do so is harmless.
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
            // It is already executing: the response was lost, or an earlier run started it.
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

/// The fault of an interruption by the user.
pub(super) fn stopped() -> Fault {
    Fault::new(INTERRUPTED, Reason::Interrupted, "interrupted")
        .help("completed steps are kept; run the same command again to continue")
}

/// The fault for the end of a wait. No wait here has a limit: AWS ends every operation that it started.
fn ended(end: End) -> Fault {
    match end {
        End::Stopped | End::Exhausted => stopped(),
    }
}

/// The same name for the same content and base, so that a run after an interrupted one finds its change set.
fn change_set_name(wanted: &Wanted<'_>, base: i64) -> String {
    let content =
        format!("{}\n{:?}\n{:?}\n{base}", sha256(wanted.text.as_bytes()), wanted.parameters, wanted.tags);
    format!("gen-{}", &sha256(content.as_bytes())[..20])
}

/// Whether a change set failed because there is nothing to change, for which AWS has two messages.
/// Assumes `empty-change-set`.
fn is_empty(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

fn summary(plan: &StackPlan, set: &ChangeSet, kind: ChangeSetType) -> Event {
    let count = |action| {
        set.changes.iter().filter(|one| one.action == action && one.replacement != Replacement::Yes).count()
    };
    let replace = set.changes.iter().filter(|one| one.replacement == Replacement::Yes).count();
    Event::Prepared {
        stack: plan.name.clone(),
        action: match kind {
            ChangeSetType::Create => StackAction::Create,
            ChangeSetType::Update => StackAction::Update,
        },
        add: count(Action::Add),
        modify: count(Action::Modify) + count(Action::Dynamic),
        replace,
        remove: count(Action::Remove),
    }
}

/// Losses that `CloudFormation` announces, that the resource facts did not predict, and that are not allowed.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_messages_for_an_empty_change_set_are_known() {
        assert!(is_empty(
            "The submitted information didn't contain changes. Submit different information to create a change set."
        ));
        assert!(is_empty("No updates are to be performed."));
        assert!(!is_empty("Parameters: [X] must have values"));
    }
}
