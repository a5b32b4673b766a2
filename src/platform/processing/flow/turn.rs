//! The states of a run that waits for its turn: one run of a dataset at a time reads files.
//!
//! A run over new data that waits gives way to any such run that was started later: that one reads whatever this one
//! would have read. So however many runs wait, all but the latest end at once, with success. None gives way while the
//! job is free, so the job never pauses while runs wait. If Step Functions lists the executions late or cannot list
//! them, a run waits for longer than it needs to; it never gives way to an older one.

use serde_json::{Map, Value, json};

use super::definition::{Catch, Choice, Pass, Retry, State, States, Task, Wait};
use super::jsonata::code;
use super::states::{Facts, branch, object, task};

/// The error of a job that already runs. Assumes `step-functions-errors`.
const TAKEN: &str = "Glue.ConcurrentRunsExceededException";

/// Attempts to start the job, after which a run gives up: thirteen hours, longer than any healthy job takes.
const MOST_TURNS: u32 = 158;

/// The state of the job.
const JOB: &str = "RunJob";

/// A running job does not fail the state that starts it: the run waits.
pub(super) fn wait_for_turn(task: &mut Task) {
    task.retry.insert(0, Retry { error_equals: vec![TAKEN], max_attempts: 0, ..Retry::brief() });
    let assign = object([("turns", code("$turns + 1").field().into())]);
    task.catch.insert(0, Catch { error_equals: vec![TAKEN], assign, next: "Turn" });
}

/// The states from `Turn` on, back to the job or to the end.
pub(super) fn turn(states: States, facts: &Facts<'_>) -> States {
    let choice = |condition: &str, next, default| {
        State::Choice(Choice { choices: vec![branch(&code(condition), next)], default })
    };
    states
        .with("Turn", State::Wait(Wait { seconds: pause(), next: "Waiting" }))
        .with("Waiting", waiting())
        .with("GiveUp", give_up())
        .with("Newest", State::Task(newest(facts)))
        .with("Newer", choice("$newest != ''", "NewestInput", JOB))
        .with("NewestInput", State::Task(input(facts)))
        .with("Covered", choice("$covered", "GiveWay", JOB))
        .with("GiveWay", State::Succeed {})
}

/// Only a run over new data gives way.
fn waiting() -> State {
    let choices =
        vec![branch(&code(format!("$turns >= {MOST_TURNS}")), "GiveUp"), branch(&code("$fresh"), "Newest")];
    State::Choice(Choice { choices, default: JOB })
}

fn give_up() -> State {
    let cause = "another run of the job has not ended for thirteen hours, or others were always faster";
    let failure = json!({ "step": JOB, "error": TAKEN, "cause": cause });
    State::Pass(Pass { assign: object([("failure", failure)]), next: "Report" })
}

/// Seconds until the next attempt: one minute more each time, up to five.
fn pause() -> Value {
    code("$min([60 * $turns, 300])").field().into()
}

/// Finds the execution that was started last, if that was after this one.
fn newest(facts: &Facts<'_>) -> Task {
    let mut task = task(facts, "Newest", "aws-sdk:sfn:listExecutions", "Newer");
    task.arguments = json!({
        "StateMachineArn": code("$states.context.StateMachine.Id").field(),
        "StatusFilter": "RUNNING",
        // The list begins with the execution that was started last. Assumes `newest-execution-first`.
        "MaxResults": 1,
    });
    let newest = code(
        "($last := $states.result.Executions[0]; $exists($last) ? \
         ($toMillis($last.StartDate) > $toMillis($states.context.Execution.StartTime) ? $last.ExecutionArn : '') : '')",
    );
    task.assign = object([("newest", newest.field().into())]);
    task.catch = otherwise();
    task
}

/// Whether that execution is a run over new data: one over a window, or a repeated one, reads other files.
fn input(facts: &Facts<'_>) -> Task {
    let mut task = task(facts, "NewestInput", "aws-sdk:sfn:describeExecution", "Covered");
    task.arguments = json!({ "ExecutionArn": code("$newest").field() });
    let covered = code(format!("($input := $parse($states.result.Input); {})", fresh("$input")));
    task.assign = object([("covered", covered.field().into())]);
    task.catch = otherwise();
    task
}

/// Without an answer, the run tries to start its job again.
fn otherwise() -> Vec<Catch> {
    vec![Catch { error_equals: vec!["States.ALL"], assign: Map::new(), next: JOB }]
}

/// Whether an input is that of a run over new data. A pipe passes a list with one object. Assumes `pipe-input`.
pub(super) fn fresh(input: &str) -> String {
    format!("$not($exists({input}.run_id) or $exists({input}.from) or $exists({input}.attempt))")
}
