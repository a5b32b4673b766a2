//! The first states: validation of the execution's input, and the ID of the run.
//!
//! `{}`, or `[{}]` from a pipe, is a run over new data. `from` and `to` make it a run over a window, `run_id` names it, so that the same input
//! is the same run, and `attempt` means that its rows replace those of an earlier attempt.

use serde_json::json;

use super::definition::{Choice, Fail, Pass, State, States};
use super::jsonata::{Expression, code, text};
use super::states::{branch, object};
use super::turn;

/// The pattern of a run ID, the same as in the job.
const RUN_ID: &str = "/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/";

/// The pattern of an hour in UTC, the same as in the job.
const HOUR: &str = "/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}$/";

/// The pattern of an attempt, the same as in the job. It is a string, like all job arguments.
const ATTEMPT: &str = "/^[1-9][0-9]{0,2}$/";

/// The states up to `next`.
pub(super) fn read(states: States, next: &'static str) -> States {
    states
        .with(
            "Check",
            State::Choice(Choice { choices: vec![branch(&is_faulty(), "Refused")], default: "Assign" }),
        )
        .with("Refused", State::Fail(Fail { error: "Input".to_owned(), cause: cause().field() }))
        .with("Assign", assign(next))
}

/// Whether the input is invalid. The job would reject it too, but minutes later and at a cost.
fn is_faulty() -> Expression {
    code(format!(
        "({PARTS} $half or ($exists($states.input.run_id) ? $not($is($states.input.run_id, {RUN_ID})) : false) or \
         ($exists($states.input.attempt) ? $not($is($states.input.attempt, {ATTEMPT})) : false) or \
         ($window ? $not($is($states.input.from, {HOUR}) and $is($states.input.to, {HOUR})) or \
         $string($states.input.from) >= $string($states.input.to) : false))"
    ))
}

/// `$is`: whether a value is a string that matches a pattern; `$window` and `$half`: whether both or only one of `from`
/// and `to` are set.
const PARTS: &str = "$is := function($value, $form) { $type($value) = 'string' ? $contains($string($value), $form) : false }; \
     $window := $exists($states.input.from) and $exists($states.input.to); \
     $half := ($exists($states.input.from) or $exists($states.input.to)) and $not($window);";

fn cause() -> Expression {
    code(format!(
        "({PARTS} $half ? {} : {})",
        text("from and to must be set together: a run over a window needs both").source(),
        text(
            "from and to must be hours in UTC, from before to, as in {\"from\": \"2026-03-01T00\", \"to\": \
             \"2026-03-02T00\"}; run_id must have at most 128 letters, digits, '.', '_' and '-'; attempt must be a string, \"1\" to \"999\""
        )
        .source()
    ))
}

/// The run ID is the hash of the execution ID, or `run_id` of the input, which repeats a run: the job skips what it
/// has committed, and the load merges the same rows again. The token depends on the execution only, so that services
/// do not return the result of the run that is repeated.
///
/// `repeat` is the input that repeats the run, including the window: without the window, the job would process new data
/// under the old run ID.
fn assign(next: &'static str) -> State {
    let run = "$exists($states.input.run_id) ? $states.input.run_id : $hash($states.context.Execution.Id, 'SHA-256')";
    let given = |dashes: &str| {
        format!(
            "$merge([{{'{dashes}run_id': {run}}}, \
             $exists($states.input.from) ? \
             {{'{dashes}from': $states.input.from, '{dashes}to': $states.input.to}} : {{}}, \
             $exists($states.input.attempt) ? {{'{dashes}attempt': $states.input.attempt}} : {{}}])"
        )
    };
    let arguments = code(given("--"));
    let repeat = code(format!("$string({})", given("")));
    let token = code("$hash($states.context.Execution.Id, 'SHA-256')");
    let assign = object([
        ("runId", code(run).field().into()),
        ("arguments", arguments.field().into()),
        ("repeat", repeat.field().into()),
        ("token", token.field().into()),
        ("attempt", json!(0)),
        ("fresh", code(turn::fresh("$states.input")).field().into()),
        ("turns", json!(0)),
        ("reruns", json!(0)),
    ]);
    State::Pass(Pass { assign, next })
}
