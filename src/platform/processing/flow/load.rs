//! The states of the load: the files that the run committed become rows in the warehouse.

use serde_json::{Value, json};

use super::definition::{Choice, Pass, State, States, Task, Wait};
use super::jsonata::{code, concat, text};
use super::states::{Facts, branch, object, task};
use crate::model::WarehouseKind;
use crate::platform::aggregation::load::{LoadParameter, SqlPart};

/// Attempts of a load, and of a refresh of a view: another transaction can change the same rows.
pub(super) const TRIES: u8 = 3;

/// The states from `Load` on, to `next` once the rows are merged.
pub(super) fn load(states: States, facts: &Facts<'_>, next: &'static str) -> States {
    let mut begin = task(facts, "Load", "aws-sdk:redshiftdata:batchExecuteStatement", "LoadWait");
    let statements = facts.load.load.iter().map(|one| {
        concat(one.parts.iter().map(|part| match part {
            SqlPart::Text(sql) => text(sql),
            SqlPart::Parameter(LoadParameter::ManifestUrl) => concat([
                code("'s3://${CuratedBucket}'"),
                text(&format!("/{}", super::run_prefix(facts.dataset))),
                code("$runId"),
                text(".json"),
            ]),
            SqlPart::Parameter(LoadParameter::CopyRole) => code("'${CopyRoleArn}'"),
        }))
    });
    begin.arguments = statement(facts, "$string($attempt)");
    begin.arguments["Sqls"] = statements.map(|sql| sql.field()).collect();
    begin.assign = object([
        ("statement", code("$states.result.Id").field().into()),
        ("attempt", code("$attempt + 1").field().into()),
        ("looks", json!(0)),
    ]);
    let failed = "$status in ['FAILED', 'ABORTED']";
    let choices = vec![
        branch(&code("$status = 'FINISHED'"), next),
        branch(&code(format!("{failed} and $attempt < {TRIES}")), "LoadAgain"),
        branch(&code(format!("{failed} or $looks >= {LOOKS}")), "LoadFailed"),
    ];
    let failure = object([(
        "failure",
        json!({ "step": "Load", "error": "Redshift", "cause": code("$substring($reason, 0, 1000)").field() }),
    )]);
    states
        .with("Load", State::Task(begin))
        .with("LoadWait", State::Wait(Wait { seconds: soon("$looks"), next: "LoadStatus" }))
        .with("LoadStatus", State::Task(status(facts, "LoadStatus", "LoadLook")))
        .with("LoadLook", State::Choice(Choice { choices, default: "LoadWait" }))
        .with("LoadAgain", State::Wait(Wait { seconds: later("$attempt"), next: "Load" }))
        .with("LoadFailed", State::Pass(Pass { assign: failure, next: "Report" }))
}

/// The arguments common to all statements; `part` makes the client token unique.
pub(super) fn statement(facts: &Facts<'_>, part: &str) -> Value {
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

/// How often the status of a statement is polled: for four hours, with far fewer events than the execution history
/// allows.
pub(super) const LOOKS: u32 = 265;

/// Seconds until the next poll: most statements finish within minutes.
pub(super) fn soon(looks: &str) -> Value {
    code(format!("{looks} < 30 ? 10 : 60")).field().into()
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
