//! The states of a dataset's machine: run the job, load what it committed, refresh what is built on it.

use serde_json::{Map, Value, json};

use super::definition::{
    Branch, Catch, Choice, Definition, Fail, Pass, Processor, Repeat, Retry, State, States, Task, Wait,
};
use super::jsonata::{self, Expression, code, concat, text};
use crate::model::WarehouseKind;
use crate::platform::aggregation::load::{LoadPlan, SqlPart};

/// What the states are made of.
pub(super) struct Facts<'a> {
    /// `aws`. Not a substitution: linters take a state's resource for an ARN of theirs only in full.
    pub(super) partition: &'static str,
    pub(super) dataset: &'a str,
    pub(super) job: &'a str,
    /// Minutes after which a run of the job is stopped.
    pub(super) timeout: u64,
    pub(super) load: &'a LoadPlan,
    pub(super) warehouse: &'a WarehouseKind,
    pub(super) database: &'a str,
    /// Data sets of `QuickSight`.
    pub(super) spice: &'a [String],
}

/// Seconds that a run may wait for its turn before it gives up, beside its own work.
const QUEUE_SECONDS: u64 = 12 * 3600;

/// How often a load is tried: another transaction may have changed the same rows.
const LOADS: u8 = 3;

/// The machine of a dataset. `${…}` in it are substitutions.
pub(super) fn definition(facts: &Facts<'_>) -> Definition {
    let states = States::default()
        .with("Assign", assign())
        .with("RunJob", run_job(facts))
        .with("Committed", committed(facts))
        .with("Anything", anything());
    let states = load(states, facts);
    let states = if facts.load.refresh.is_empty() {
        states
    } else {
        states.with("Refresh", refresh(facts, after_refresh(facts)))
    };
    let states = if facts.spice.is_empty() {
        states
    } else {
        states.with("RefreshDashboards", refresh_dashboards(facts))
    };
    Definition {
        comment: Some("Cleans new records, loads them, and refreshes what is built on them.".to_owned()),
        query_language: Some("JSONata"),
        processor_config: None,
        start_at: "Assign",
        timeout_seconds: Some(facts.timeout * 60 * 2 + QUEUE_SECONDS),
        states: states.with("Done", State::Succeed {}).with("Report", report(facts)).with("Failed", failed()),
    }
}

fn after_load(facts: &Facts<'_>) -> &'static str {
    if facts.load.refresh.is_empty() { after_refresh(facts) } else { "Refresh" }
}

fn after_refresh(facts: &Facts<'_>) -> &'static str {
    if facts.spice.is_empty() { "Done" } else { "RefreshDashboards" }
}

/// A run is known by the hash of its execution, or by `run_id` of the input, which repeats a run: the job
/// skips what it committed, and the load merges the same rows again. The token is of the execution alone, so
/// that services do not answer with the outcome of the run that is repeated.
fn assign() -> State {
    let run = code(
        "$exists($states.input.run_id) ? $states.input.run_id : $hash($states.context.Execution.Id, 'SHA-256')",
    );
    let token = code("$hash($states.context.Execution.Id, 'SHA-256')");
    let assign =
        object([("runId", run.field().into()), ("token", token.field().into()), ("attempt", json!(0))]);
    State::Pass(Pass { assign, next: "RunJob" })
}

fn run_job(facts: &Facts<'_>) -> State {
    let mut task = task(facts, "RunJob", "glue:startJobRun.sync", "Committed");
    task.arguments = json!({ "JobName": facts.job, "Arguments": { "--run_id": code("$runId").field() } });
    task.timeout_seconds = Some((facts.timeout + 10) * 60);
    task.retry = vec![
        // One run at a time: the others wait for their turn.
        Retry {
            error_equals: vec!["Glue.ConcurrentRunsExceededException"],
            interval_seconds: 60,
            max_attempts: 60,
            backoff_rate: 1.5,
            max_delay_seconds: 900,
        },
        Retry {
            error_equals: vec!["States.TaskFailed"],
            interval_seconds: 120,
            max_attempts: 1,
            backoff_rate: 1.0,
            max_delay_seconds: 120,
        },
    ];
    State::Task(task)
}

/// A manifest may be larger than what a state can hold, and COPY refuses one without files: its first bytes
/// tell whether it has any.
fn committed(facts: &Facts<'_>) -> State {
    let mut task = task(facts, "Committed", "aws-sdk:s3:getObject", "Anything");
    let key = concat([text(&format!("{}/manifests/", facts.dataset)), code("$runId"), text(".json")]);
    task.arguments = json!({ "Bucket": "${CuratedBucket}", "Key": key.field(), "Range": "bytes=0-31" });
    let none = code("$contains($replace($states.result.Body, ' ', ''), '\"entries\":[]')");
    task.assign = object([("nothing", none.field().into())]);
    State::Task(task)
}

fn anything() -> State {
    State::Choice(Choice { choices: vec![branch(&code("$nothing"), "Done")], default: "Load" })
}

fn load(states: States, facts: &Facts<'_>) -> States {
    let mut begin = task(facts, "Load", "aws-sdk:redshiftdata:batchExecuteStatement", "LoadWait");
    let statements = facts.load.load.iter().map(|parts| {
        concat(parts.iter().map(|part| match part {
            SqlPart::Text(sql) => text(sql),
            SqlPart::ManifestUrl => concat([
                code("'s3://${CuratedBucket}'"),
                text(&format!("/{}/manifests/", facts.dataset)),
                code("$runId"),
                text(".json"),
            ]),
            SqlPart::CopyRole => code("'${CopyRoleArn}'"),
        }))
    });
    begin.arguments = statement(facts, "$string($attempt)");
    begin.arguments["Sqls"] = statements.map(|sql| sql.field()).collect();
    begin.assign = object([
        ("statement", code("$states.result.Id").field().into()),
        ("attempt", code("$attempt + 1").field().into()),
    ]);
    let again = code(format!("$status in ['FAILED', 'ABORTED'] and $attempt < {LOADS}"));
    let choices = vec![
        branch(&code("$status = 'FINISHED'"), after_load(facts)),
        branch(&again, "LoadAgain"),
        branch(&code("$status in ['FAILED', 'ABORTED']"), "LoadFailed"),
    ];
    let failure = object([(
        "failure",
        json!({ "step": "Load", "error": "Redshift", "cause": code("$substring($reason, 0, 1000)").field() }),
    )]);
    states
        .with("Load", State::Task(begin))
        .with("LoadWait", State::Wait(Wait { seconds: 10, next: "LoadStatus" }))
        .with("LoadStatus", State::Task(status(facts, "LoadStatus", "LoadLook")))
        .with("LoadLook", State::Choice(Choice { choices, default: "LoadWait" }))
        .with("LoadAgain", State::Wait(Wait { seconds: 60, next: "Load" }))
        .with("LoadFailed", State::Pass(Pass { assign: failure, next: "Report" }))
}

/// One refresh after the other: they share the queue of the warehouse.
fn refresh(facts: &Facts<'_>, next: &'static str) -> State {
    let mut begin = task(facts, "Refresh", "aws-sdk:redshiftdata:executeStatement", "RefreshWait");
    begin.arguments = statement(facts, "'refresh ' & $string($states.context.Map.Item.Index)");
    begin.arguments["Sql"] = code("$states.input").field().into();
    begin.assign = object([("refresh", code("$states.result.Id").field().into())]);
    begin.catch.clear();
    let mut look = status(facts, "Refresh", "RefreshLook");
    // An inner machine may not assign what an outer one has.
    look.arguments = json!({ "Id": code("$refresh").field() });
    look.assign = look.assign.into_iter().map(|(name, value)| (format!("refresh_{name}"), value)).collect();
    look.catch.clear();
    let choices = vec![
        branch(&code("$refresh_status = 'FINISHED'"), "Refreshed"),
        branch(&code("$refresh_status in ['FAILED', 'ABORTED']"), "RefreshFailed"),
    ];
    let states = States::default()
        .with("RefreshView", State::Task(begin))
        .with("RefreshWait", State::Wait(Wait { seconds: 10, next: "RefreshStatus" }))
        .with("RefreshStatus", State::Task(look))
        .with("RefreshLook", State::Choice(Choice { choices, default: "RefreshWait" }))
        .with("Refreshed", State::Succeed {})
        .with(
            "RefreshFailed",
            State::Fail(Fail { error: "Redshift".to_owned(), cause: code("$refresh_reason").field() }),
        );
    let items = jsonata::list(facts.load.refresh.iter().map(|sql| text(sql))).field();
    repeat("Refresh", items, "RefreshView", states, next)
}

fn refresh_dashboards(facts: &Facts<'_>) -> State {
    let mut begin = task(facts, "RefreshDashboards", "aws-sdk:quicksight:createIngestion", "Ingesting");
    begin.arguments = json!({
        "AwsAccountId": "${Account}",
        "DataSetId": code("$states.input").field(),
        "IngestionId": code("$token").field(),
        "IngestionType": "FULL_REFRESH",
    });
    // A request that was answered too late was taken all the same.
    begin.retry.insert(0, retry("QuickSight.ResourceExistsException", 0));
    begin.catch = vec![Catch {
        error_equals: vec!["QuickSight.ResourceExistsException"],
        assign: Map::new(),
        next: "Ingesting",
    }];
    let states = States::default().with("Ingest", State::Task(begin)).with("Ingesting", State::Succeed {});
    let items = jsonata::list(facts.spice.iter().map(|id| text(id))).field();
    repeat("RefreshDashboards", items, "Ingest", states, "Done")
}

fn repeat(
    step: &'static str,
    items: String,
    start_at: &'static str,
    states: States,
    next: &'static str,
) -> State {
    let item_processor = Definition {
        comment: None,
        query_language: None,
        processor_config: Some(Processor { mode: "INLINE" }),
        start_at,
        timeout_seconds: None,
        states,
    };
    State::Map(Repeat { items, max_concurrency: 1, item_processor, catch: vec![catch(step)], next })
}

/// What every statement says; the token differs with `part`.
fn statement(facts: &Facts<'_>, part: &str) -> Value {
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

fn status(facts: &Facts<'_>, step: &'static str, next: &'static str) -> Task {
    let mut task = task(facts, step, "aws-sdk:redshiftdata:describeStatement", next);
    task.arguments = json!({ "Id": code("$statement").field() });
    let reason = code("$exists($states.result.Error) ? $states.result.Error : 'Redshift gives no reason'");
    task.assign =
        object([("status", code("$states.result.Status").field().into()), ("reason", reason.field().into())]);
    task
}

/// Tells the topic what failed, why, and what to do.
fn report(facts: &Facts<'_>) -> State {
    let message = concat([
        text(&format!("The run of {} failed in step ", facts.dataset)),
        code("$failure.step"),
        text(": "),
        code("$failure.error"),
        text("\n"),
        code("$failure.cause"),
        text("\n\nWhat to do: remove the cause, then start the state machine "),
        code("$states.context.StateMachine.Name"),
        text(" with the input {\"run_id\": \""),
        code("$runId"),
        text(
            "\"}. It repeats this run: what is committed is not computed again, and rows that are loaded are not doubled.\nExecution: ",
        ),
        code("$states.context.Execution.Id"),
    ]);
    let mut task = task(facts, "Report", "sns:publish", "Failed");
    task.arguments = json!({
        "TopicArn": "${TopicArn}",
        "Subject": "${WarehouseName}: a run failed",
        "Message": message.field(),
    });
    // Whether or not it is told, the execution fails, which its alarm sees.
    task.catch = vec![Catch { error_equals: vec!["States.ALL"], assign: Map::new(), next: "Failed" }];
    State::Task(task)
}

fn failed() -> State {
    let cause = concat([code("$failure.step"), text(": "), code("$failure.cause")]);
    State::Fail(Fail { error: code("$failure.error").field(), cause: cause.field() })
}

fn task(facts: &Facts<'_>, step: &'static str, action: &str, next: &'static str) -> Task {
    Task {
        resource: format!("arn:{}:states:::{action}", facts.partition),
        arguments: Value::Null,
        assign: Map::new(),
        timeout_seconds: None,
        // What is throttled or not answered in time; tokens keep what was taken from being done twice.
        retry: vec![retry("States.TaskFailed", 4)],
        catch: vec![catch(step)],
        next,
    }
}

fn retry(error: &'static str, max_attempts: u32) -> Retry {
    Retry {
        error_equals: vec![error],
        interval_seconds: 5,
        max_attempts,
        backoff_rate: 2.0,
        max_delay_seconds: 60,
    }
}

fn catch(step: &'static str) -> Catch {
    let cause = code(
        "$exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, 1000) : 'no cause is given'",
    );
    let error = code("$states.errorOutput.Error");
    let failure = json!({ "step": step, "error": error.field(), "cause": cause.field() });
    Catch { error_equals: vec!["States.ALL"], assign: object([("failure", failure)]), next: "Report" }
}

fn branch(condition: &Expression, next: &'static str) -> Branch {
    Branch { condition: condition.field(), next }
}

fn object<const N: usize>(entries: [(&str, Value); N]) -> Map<String, Value> {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
