//! The states that start the next run at once, if the job left files for it.
//!
//! The next run is an execution of its own, with its own time-out, and waits for the job like any other; this one goes on
//! and loads what it committed. If the next run cannot be started, a scheduled one reads the files.

use serde_json::{Map, json};

use super::definition::{Catch, Choice, State, States};
use super::jsonata::{Expression, code};
use super::states::{Facts, branch, task};

/// Whether the manifest that was read is the execution's own, and says that files are left; `$head` is its beginning.
/// A repetition, or a run over a window, reads other files than the next run.
pub(super) fn left(head: &str) -> Expression {
    code(format!("({head}; $fresh and $missing[$at] = $runId and $contains($head, '\"left\":true'))"))
}

/// The states from `Left` on, to `next`.
pub(super) fn start(states: States, facts: &Facts<'_>, next: &'static str) -> States {
    let choices = vec![branch(&code("$left"), "StartRest")];
    let mut rest = task(facts, "StartRest", "aws-sdk:sfn:startExecution", next);
    rest.arguments = json!({
        "StateMachineArn": code("$states.context.StateMachine.Id").field(),
        // A retry with the same name starts no second execution. Assumes `execution-name`.
        "Name": code("$hash($token & '/rest', 'SHA-256')").field(),
        "Input": "{}",
    });
    rest.catch = vec![Catch { error_equals: vec!["States.ALL"], assign: Map::new(), next }];
    states.with("Left", State::Choice(Choice { choices, default: next })).with("StartRest", State::Task(rest))
}
