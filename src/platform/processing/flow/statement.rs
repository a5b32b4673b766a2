//! The states of a statement of the Data API: it is polled until it ends, and starts again if it fails.

use serde_json::{Value, json};

use super::definition::{Choice, State, States, Task, Wait};
use super::jsonata::code;
use super::states::{Facts, branch, object, task};
use crate::model::WarehouseKind;

/// Attempts of a statement: another transaction can change the same rows.
pub(super) const TRIES: u8 = 3;

/// How often the status of a statement is polled: for four hours, with far fewer events than the execution history
/// allows.
pub(super) const LOOKS: u32 = 265;

/// The states of a statement after the one that starts it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Polled {
    pub(super) wait: &'static str,
    pub(super) status: &'static str,
    pub(super) look: &'static str,
    pub(super) again: &'static str,
}

/// Where a statement leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcomes {
    /// The state that starts it, for the next attempt.
    pub(super) begin: &'static str,
    /// It is finished.
    pub(super) finished: &'static str,
    /// Its last attempt failed.
    pub(super) failed: &'static str,
    /// It has been running for four hours.
    pub(super) stuck: &'static str,
}

/// The states that poll a statement, every `seconds`, and start it again at most `tries` times.
pub(super) fn poll(
    states: States,
    facts: &Facts<'_>,
    (names, to): (Polled, Outcomes),
    seconds: Value,
    tries: &str,
) -> States {
    let failed = "$status in ['FAILED', 'ABORTED']";
    let choices = vec![
        branch(&code("$status = 'FINISHED'"), to.finished),
        branch(&code(format!("{failed} and $attempt < {tries}")), names.again),
        branch(&code(failed), to.failed),
        branch(&code(format!("$looks >= {LOOKS}")), to.stuck),
    ];
    states
        .with(names.wait, State::Wait(Wait { seconds, next: names.status }))
        .with(names.status, State::Task(status(facts, names.status, names.look)))
        .with(names.look, State::Choice(Choice { choices, default: names.wait }))
        .with(names.again, State::Wait(Wait { seconds: later("$attempt"), next: to.begin }))
}

/// What a task assigns that started a statement.
pub(super) fn started() -> serde_json::Map<String, Value> {
    object([
        ("statement", code("$states.result.Id").field().into()),
        ("attempt", code("$attempt + 1").field().into()),
        ("looks", json!(0)),
    ])
}

/// The failure of a statement, with the reason that its status has.
pub(super) fn failure(step: &str) -> Value {
    json!({ "step": step, "error": "Redshift", "cause": code("$substring($reason, 0, 1000)").field() })
}

/// The arguments common to all statements; `part` makes the client token unique.
pub(super) fn arguments(facts: &Facts<'_>, part: &str) -> Value {
    let warehouse = match facts.warehouse {
        WarehouseKind::Serverless { .. } => "WorkgroupName",
        WarehouseKind::Provisioned { .. } => "ClusterIdentifier",
    };
    let token = code(format!("$hash($token & '/' & {part}, 'SHA-256')"));
    json!({
        warehouse: "${WarehouseName}",
        "Database": facts.database,
        "ClientToken": token.field(),
        "StatementName": format!("strataform load of {}", facts.dataset),
    })
}

/// Seconds until the next attempt: one minute, then two. A conflicting transaction has usually finished by then.
pub(super) fn later(tries: &str) -> Value {
    code(format!("60 * $power(2, {tries} - 1)")).field().into()
}

/// Seconds until the next poll of a load or a refresh: most finish within minutes.
pub(super) fn soon(looks: &str) -> Value {
    code(format!("{looks} < 30 ? 10 : 60")).field().into()
}

/// Seconds until the next poll of a query of a small table: most finish at once, unless the warehouse resumes.
pub(super) fn at_once(looks: &str) -> Value {
    code(format!("{looks} < 5 ? 2 : {looks} < 30 ? 10 : 60")).field().into()
}

/// Describes a statement: assigns its `status`, the number of `looks` so far, and the `reason` to fail it.
pub(super) fn status(facts: &Facts<'_>, step: &'static str, next: &'static str) -> Task {
    let mut task = task(facts, step, "aws-sdk:redshiftdata:describeStatement", next);
    task.arguments = json!({ "Id": code("$statement").field() });
    let reason = code(
        "$exists($states.result.Error) ? $states.result.Error : $states.result.Status in ['FAILED', 'ABORTED'] ? \
         'Redshift returned no reason' : 'the statement is still running after four hours: check which transaction blocks it'",
    );
    task.assign = object([
        ("status", code("$states.result.Status").field().into()),
        ("reason", reason.field().into()),
        ("looks", code("$looks + 1").field().into()),
    ]);
    task
}
