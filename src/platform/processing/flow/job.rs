//! The states of the job: it runs, and its manifest is checked.

use serde_json::json;

use super::definition::{Catch, Choice, Retry, State, States, Wait};
use super::jsonata::{code, concat, text};
use super::states::{Facts, branch, catch, object, task};
use crate::platform::processing::RECORDS_FAIL;

/// The states from `RunJob` on: to `Load` if there is something to load, otherwise to `Done`.
pub(super) fn run(states: States, facts: &Facts<'_>) -> States {
    let choice = |condition, next, default| {
        State::Choice(Choice { choices: vec![branch(&code(condition), next)], default })
    };
    states
        .with("RunJob", run_job(facts))
        .with("JobFailed", choice("$rerun", "JobAgain", "Report"))
        .with("JobAgain", State::Wait(Wait { seconds: json!(120), next: "RunJob" }))
        .with("Committed", committed(facts))
        .with("Anything", choice("$nothing", "Done", "Load"))
}

fn run_job(facts: &Facts<'_>) -> State {
    let mut task = task(facts, "RunJob", "glue:startJobRun.sync", "Committed");
    task.arguments = json!({ "JobName": facts.job, "Arguments": code("$arguments").field() });
    task.timeout_seconds = Some((facts.timeout + 10) * 60);
    task.retry = vec![queue(), busy()];
    task.catch.insert(0, failed());
    State::Task(task)
}

/// A failed job is run once more, unless its records are the cause: Spark would read them all again for the same result.
/// A retrier knows only the error's name, which is the same for every failed job.
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

/// One job run at a time: the others wait for their turn, as they do when the account has no workers left.
fn queue() -> Retry {
    Retry {
        error_equals: vec![
            "Glue.ConcurrentRunsExceededException",
            "Glue.ResourceNumberLimitExceededException",
        ],
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

/// A manifest can be larger than the payload limit of a state, and COPY fails for one without files: its first bytes
/// show whether it lists any.
fn committed(facts: &Facts<'_>) -> State {
    let mut task = task(facts, "Committed", "aws-sdk:s3:getObject", "Anything");
    let key = concat([text(&super::run_prefix(facts.dataset)), code("$runId"), text(".json")]);
    task.arguments = json!({ "Bucket": "${CuratedBucket}", "Key": key.field(), "Range": "bytes=0-31" });
    let none = code("$contains($replace($states.result.Body, ' ', ''), '\"entries\":[]')");
    task.assign = object([("nothing", none.field().into())]);
    State::Task(task)
}
