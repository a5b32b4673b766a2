//! The state of the job.

use serde_json::json;

use super::definition::{Catch, Choice, Retry, State, States, Wait};
use super::jsonata::{code, text};
use super::states::{Facts, branch, catch, object, task};
use super::turn;
use crate::platform::processing::RECORDS_FAIL;

/// The states from `RunJob` on, which lead to `next` once a manifest is committed.
pub(super) fn run(states: States, facts: &Facts<'_>, next: &'static str) -> States {
    let failed = Choice { choices: vec![branch(&code("$rerun"), "JobAgain")], default: "Report" };
    let states = states
        .with("RunJob", run_job(facts, next))
        .with("JobFailed", State::Choice(failed))
        .with("JobAgain", State::Wait(Wait { seconds: json!(120), next: "RunJob" }));
    turn::turn(states, facts)
}

fn run_job(facts: &Facts<'_>, next: &'static str) -> State {
    let mut task = task(facts, "RunJob", "glue:startJobRun.sync", next);
    task.arguments = json!({ "JobName": facts.job, "Arguments": code("$arguments").field() });
    task.timeout_seconds = Some((facts.timeout + 10) * 60);
    task.retry = vec![queue(), busy()];
    task.catch.insert(0, failed());
    turn::wait_for_turn(&mut task);
    State::Task(task)
}

/// A failed job is run once more, unless its records are the cause: Spark would read them all again for the same result.
/// A retrier knows only the error's name, which is the same for every failed job. Assumes `job-error-cause`.
fn failed() -> Catch {
    let rerun = format!(
        "$states.errorOutput.Error = 'States.TaskFailed' and $reruns < 1 and \
         $not($exists($states.errorOutput.Cause) ? $contains($states.errorOutput.Cause, {}) : false)",
        text(RECORDS_FAIL).source()
    );
    let mut failed = catch("RunJob");
    failed.error_equals = vec!["States.TaskFailed"];
    failed.assign.extend(object([
        ("rerun", code(rerun).field().into()),
        ("reruns", code("$reruns + 1").field().into()),
    ]));
    failed.next = "JobFailed";
    failed
}

/// The account has no workers left. Assumes `step-functions-errors`.
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
/// throttling, are `AWSGlueException`. Assumes `step-functions-errors`.
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
