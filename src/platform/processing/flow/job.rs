//! The state of the job.

use serde_json::json;

use super::definition::{Retry, State, States};
use super::jsonata::code;
use super::states::{Facts, task};
use super::turn;

/// The states from `RunJob` on, which lead to `next` once a manifest is committed.
pub(super) fn run(states: States, facts: &Facts<'_>, next: &'static str) -> States {
    turn::turn(states.with("RunJob", run_job(facts, next)), facts)
}

fn run_job(facts: &Facts<'_>, next: &'static str) -> State {
    let mut task = task(facts, "RunJob", "glue:startJobRun.sync", next);
    task.arguments = json!({ "JobName": facts.job, "Arguments": code("$arguments").field() });
    task.timeout_seconds = Some((facts.timeout + 10) * 60);
    task.retry = vec![queue(), busy(), Retry::steady("States.TaskFailed", 1, 120)];
    turn::wait_for_turn(&mut task);
    State::Task(task)
}

/// The account has no workers left.
fn queue() -> Retry {
    Retry {
        error_equals: vec!["Glue.ResourceNumberLimitExceededException"],
        interval_seconds: 60,
        max_attempts: 60,
        backoff_rate: 1.5,
        max_delay_seconds: 900,
    }
}

/// Glue is unavailable or throttles: many runs start in the same minute. Errors without a name of their own, such as
/// throttling, are `AWSGlueException`.
fn busy() -> Retry {
    Retry {
        error_equals: vec![
            "Glue.AWSGlueException",
            "Glue.InternalServiceException",
            "Glue.OperationTimeoutException",
            "Glue.SdkClientException",
            "Glue.ThrottlingException",
        ],
        interval_seconds: 10,
        max_attempts: 6,
        backoff_rate: 2.0,
        max_delay_seconds: 120,
    }
}
