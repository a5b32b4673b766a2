//! The states of the job: it runs, and its manifest is checked.

use serde_json::json;

use super::definition::{Choice, Retry, State, States};
use super::jsonata::{code, concat, text};
use super::states::{Facts, branch, object, task};
use super::turn;

/// The states from `RunJob` on: to `Load` if there is something to load, otherwise to `Done`.
pub(super) fn run(states: States, facts: &Facts<'_>) -> States {
    turn::turn(states.with("RunJob", run_job(facts)), facts).with("Committed", committed(facts)).with(
        "Anything",
        State::Choice(Choice { choices: vec![branch(&code("$nothing"), "Done")], default: "Load" }),
    )
}

fn run_job(facts: &Facts<'_>) -> State {
    let mut task = task(facts, "RunJob", "glue:startJobRun.sync", "Committed");
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
