//! The first states: what the input of a run may say, and what a run is called.
//!
//! `{}` is a run of what is new. `from` and `to` make it one of a window, `run_id` names it, so that the same
//! input is the same run, and `attempt` says that its rows take the place of those of an earlier attempt.

use serde_json::json;

use super::definition::{Choice, Fail, Pass, State, States};
use super::jsonata::{Expression, code, text};
use super::states::{branch, object};

/// What a run id is, as the job asks it.
const RUN_ID: &str = "/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/";

/// An hour in UTC, as the job asks it.
const HOUR: &str = "/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}$/";

/// An attempt, as the job asks it; text, as all that a job is told.
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

/// What a run may not be started with. A job would refuse it too, minutes later and at a price.
fn is_faulty() -> Expression {
    code(format!(
        "({PARTS} $half or ($exists($states.input.run_id) ? $not($is($states.input.run_id, {RUN_ID})) : false) or \
         ($exists($states.input.attempt) ? $not($is($states.input.attempt, {ATTEMPT})) : false) or \
         ($window ? $not($is($states.input.from, {HOUR}) and $is($states.input.to, {HOUR})) or \
         $string($states.input.from) >= $string($states.input.to) : false))"
    ))
}

/// Whether a value is a text of a form, whether there is a window, and whether there is half of one.
const PARTS: &str = "$is := function($value, $form) { $type($value) = 'string' ? $contains($string($value), $form) : false }; \
     $window := $exists($states.input.from) and $exists($states.input.to); \
     $half := ($exists($states.input.from) or $exists($states.input.to)) and $not($window);";

fn cause() -> Expression {
    code(format!(
        "({PARTS} $half ? {} : {})",
        text("from and to stand together: a run of a window needs both").source(),
        text(
            "from and to are hours in UTC, from before to, as in {\"from\": \"2026-03-01T00\", \"to\": \
             \"2026-03-02T00\"}; run_id has letters, digits, '.', '_' and '-', at most 128; attempt is a text, \"1\" to \"999\""
        )
        .source()
    ))
}

/// A run is known by the hash of its execution, or by `run_id` of the input, which repeats a run: the job
/// skips what it committed, and the load merges the same rows again. The token is of the execution alone, so
/// that services do not answer with the outcome of the run that is repeated.
///
/// `repeat` is the input that repeats the run, the window included: without it, the job would take what is new
/// for what the run id names.
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
    ]);
    State::Pass(Pass { assign, next })
}
