//! Why an operation on a stack failed: the event that caused the others, and the fault that a user reads.

use strataform_sdk::{Phase, Stack, StackEvent, StackStatus};

use super::Driver;
use crate::deploy::fault::{Fault, STACK};

impl Driver<'_> {
    /// Why the last operation of a stack failed, from its events.
    pub(super) fn first_failure(&self, stack: &Stack) -> Result<String, Fault> {
        let events = self.aws.events(&stack.id, None)?;
        let last = events
            .iter()
            .rposition(|one| one.logical == stack.name && one.status.phase() == Phase::InProgress);
        let events = events.get(last.unwrap_or(0)..).unwrap_or_default();
        Ok(root_cause(&stack.name, events).map_or_else(
            || "AWS gives no reason".to_owned(),
            |event| format!("{} failed: {}", event.logical, event.reason),
        ))
    }
}

/// The event that caused the other failures.
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

/// The fault of an operation that failed, with its root cause first. `name` is the stack's name within platform and
/// environment, `physical` its name in AWS.
pub(super) fn failed((name, physical): (&str, &str), stack: &Stack, events: &[StackEvent]) -> Fault {
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
            let noun = if others == 1 { "failure or cancellation" } else { "failures or cancellations" };
            fault = fault.because(format!("{others} more {noun} followed"));
        }
    } else if !stack.reason.is_empty() {
        fault = fault.because(stack.reason.clone());
    }
    let help = if stack.status == StackStatus::RollbackComplete {
        "CloudFormation rolled back the creation; fix the cause and deploy again, which deletes the remains first"
    } else if stack.status == StackStatus::UpdateRollbackComplete {
        "CloudFormation rolled back to the previous deployment; fix the cause and deploy again"
    } else if stack.status == StackStatus::DeleteFailed {
        "resources that were not deleted still exist; fix the cause and run the same command again"
    } else {
        "fix the cause and run the same command again"
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
}
