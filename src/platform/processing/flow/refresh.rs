//! The states after the load: refreshes of the materialized views over the dataset, then of the data sets in SPICE.

use serde_json::{Map, Value, json};

use super::definition::{
    Catch, Choice, Definition, Fail, Pass, Processor, Repeat, Retry, State, States, Task, Wait,
};
use super::jsonata::{self, code, concat, text};
use super::statement::{LOOKS, TRIES, arguments, later, soon, status};
use super::states::{Facts, branch, catch, object, task};

/// The states after the load; only those that have something to refresh.
pub(super) fn refresh(states: States, facts: &Facts<'_>) -> States {
    let views = (!facts.load.refresh.is_empty()).then(|| ("Refresh", refresh_views(facts)));
    let dashboards = (!facts.spice.is_empty()).then(|| ("RefreshDashboards", refresh_dashboards(facts)));
    [views, dashboards].into_iter().flatten().fold(states, |states, (name, state)| states.with(name, state))
}

/// The state after the load.
pub(super) fn after_load(facts: &Facts<'_>) -> &'static str {
    if facts.load.refresh.is_empty() { after_views(facts) } else { "Refresh" }
}

fn after_views(facts: &Facts<'_>) -> &'static str {
    if facts.spice.is_empty() { "Ended" } else { "RefreshDashboards" }
}

/// The materialized views are refreshed one after the other, since they share the warehouse's queue.
///
/// State machines of several datasets can refresh the same view at the same time; Redshift then fails one of the
/// refreshes, as it can fail a load. A refresh is therefore retried like a load, each time with a new client token:
/// with the same token, the Data API would return the failed statement.
fn refresh_views(facts: &Facts<'_>) -> State {
    let begin = object([
        // The input of later states is the output of the state before, so it is kept in a variable.
        ("refresh_sql", code("$states.input").field().into()),
        ("refresh_attempt", json!(0)),
    ]);
    let mut view = task(facts, "Refresh", "aws-sdk:redshiftdata:executeStatement", "RefreshWait");
    view.arguments = arguments(
        facts,
        "'refresh ' & $string($states.context.Map.Item.Index) & '/' & $string($refresh_attempt)",
    );
    view.arguments["Sql"] = code("$refresh_sql").field().into();
    view.assign = object([
        ("refresh", code("$states.result.Id").field().into()),
        ("refresh_attempt", code("$refresh_attempt + 1").field().into()),
        ("refresh_looks", json!(0)),
    ]);
    view.catch.clear();
    let mut look = status(facts, "Refresh", "RefreshLook");
    // The inner states cannot assign a variable of the outer scope.
    look.arguments = json!({ "Id": code("$refresh").field() });
    look.assign = look.assign.into_iter().map(|(name, value)| (format!("refresh_{name}"), value)).collect();
    look.assign.insert("refresh_looks".to_owned(), code("$refresh_looks + 1").field().into());
    look.catch.clear();
    let failed = "$refresh_status in ['FAILED', 'ABORTED']";
    let choices = vec![
        branch(&code("$refresh_status = 'FINISHED'"), "Refreshed"),
        branch(&code(format!("{failed} and $refresh_attempt < {TRIES}")), "RefreshAgain"),
        branch(&code(format!("{failed} or $refresh_looks >= {LOOKS}")), "RefreshFailed"),
    ];
    let fail = Fail { error: "Redshift".to_owned(), cause: code("$refresh_reason").field() };
    let again = Wait { seconds: later("$refresh_attempt"), next: "RefreshView" };
    let states = States::default()
        .with("RefreshBegin", State::Pass(Pass { assign: begin, next: "RefreshView" }))
        .with("RefreshView", State::Task(view))
        .with("RefreshWait", State::Wait(Wait { seconds: soon("$refresh_looks"), next: "RefreshStatus" }))
        .with("RefreshStatus", State::Task(look))
        .with("RefreshLook", State::Choice(Choice { choices, default: "RefreshWait" }))
        .with("RefreshAgain", State::Wait(again))
        .with("Refreshed", State::Succeed {})
        .with("RefreshFailed", State::Fail(fail));
    let items = jsonata::list(facts.load.refresh.iter().map(|sql| text(sql))).field();
    repeat("Refresh", items, "RefreshBegin", states, after_views(facts))
}

/// How often an ingestion is polled: for four hours.
const INGESTION_LOOKS: u32 = 52;

/// The data sets are refreshed one after the other, each until its ingestion ends. None of it fails the run, whose rows
/// are in the warehouse: what goes wrong is reported.
fn refresh_dashboards(facts: &Facts<'_>) -> State {
    let begin = object([("data_set", code("$states.input").field().into()), ("ingestion_looks", json!(0))]);
    let ended = branch(&code("$ingestion_status = 'COMPLETED'"), "Ingested");
    let failed =
        format!("$ingestion_status in ['FAILED', 'CANCELLED'] or $ingestion_looks >= {INGESTION_LOOKS}");
    let choices = vec![ended, branch(&code(failed), "NotIngested")];
    // From ten seconds to five minutes.
    let pause = code("$ingestion_looks < 5 ? 10 * $power(2, $ingestion_looks) : 300").field();
    let states = States::default()
        .with("IngestBegin", State::Pass(Pass { assign: begin, next: "Ingest" }))
        .with("Ingest", State::Task(ingest(facts)))
        .with("IngestWait", State::Wait(Wait { seconds: pause.into(), next: "IngestStatus" }))
        .with("IngestStatus", State::Task(ingestion(facts)))
        .with("IngestLook", State::Choice(Choice { choices, default: "IngestWait" }))
        .with("NotIngested", State::Task(not_ingested(facts)))
        .with("Ingested", State::Succeed {})
        .with("Postponed", State::Succeed {});
    let items = jsonata::list(facts.spice.iter().map(|id| text(id))).field();
    repeat("RefreshDashboards", items, "IngestBegin", states, "Ended")
}

/// Starts an ingestion.
fn ingest(facts: &Facts<'_>) -> Task {
    let mut task = task(facts, "RefreshDashboards", "aws-sdk:quicksight:createIngestion", "IngestWait");
    task.arguments = ingestion_arguments();
    task.arguments["IngestionType"] = json!(ingestion_type(facts));
    // A request that timed out was accepted all the same. Assumes `step-functions-errors`.
    let taken = "QuickSight.ResourceExistsException";
    // A data set has a limit of refreshes per day, and it does not exist before the visualization stage is deployed.
    // The refresh of a later run shows the rows.
    let postponed = ["QuickSight.LimitExceededException", "QuickSight.ResourceNotFoundException"];
    let [enough, absent] = postponed;
    task.retry
        .insert(0, Retry { error_equals: vec![taken, enough, absent], max_attempts: 0, ..Retry::brief() });
    let on = |error_equals, next| Catch { error_equals, assign: Map::new(), next };
    task.catch = vec![on(vec![taken], "IngestWait"), on(postponed.to_vec(), "Postponed"), unknown()];
    task
}

/// Describes the ingestion.
fn ingestion(facts: &Facts<'_>) -> Task {
    let mut task = task(facts, "RefreshDashboards", "aws-sdk:quicksight:describeIngestion", "IngestLook");
    task.arguments = ingestion_arguments();
    let (status, error) = ("$states.result.Ingestion.IngestionStatus", "$states.result.Ingestion.ErrorInfo");
    let reason = code(format!(
        "$exists({error}.Message) ? $string({error}.Type) & ': ' & $substring({error}.Message, 0, 1000) : \
         {status} in ['FAILED', 'CANCELLED'] ? {status} : 'the ingestion is still running after four hours'"
    ));
    task.assign = object([
        ("ingestion_status", code(status).field().into()),
        ("ingestion_reason", reason.field().into()),
        ("ingestion_looks", code("$ingestion_looks + 1").field().into()),
    ]);
    task.catch = vec![unknown()];
    task
}

fn ingestion_arguments() -> Value {
    json!({
        "AwsAccountId": "${Account}",
        "DataSetId": code("$data_set").field(),
        "IngestionId": code("$token").field(),
    })
}

/// An error of QuickSight that says nothing about the rows.
fn unknown() -> Catch {
    let reason = code(
        "$states.errorOutput.Error & ': ' & ($exists($states.errorOutput.Cause) ? \
         $substring($states.errorOutput.Cause, 0, 1000) : 'no cause given')",
    );
    let assign = object([("ingestion_reason", reason.field().into())]);
    Catch { error_equals: vec!["States.ALL"], assign, next: "NotIngested" }
}

/// Publishes that a data set shows older rows.
fn not_ingested(facts: &Facts<'_>) -> Task {
    let message = concat([
        text("The data set "),
        code("$data_set"),
        text(&format!(" was not refreshed after a run of {}: ", facts.dataset)),
        code("$ingestion_reason"),
        text(
            "\n\nThe rows are in the warehouse, and the run continues; dashboards show older rows until the next \
             refresh.\nNext step: look at the refreshes of the data set in QuickSight.\nExecution: ",
        ),
        code("$states.context.Execution.Id"),
    ]);
    let mut task = task(facts, "RefreshDashboards", "sns:publish", "Postponed");
    task.arguments = json!({
        "TopicArn": "${TopicArn}",
        "Subject": "${WarehouseName}: a data set was not refreshed",
        "Message": message.field(),
    });
    task.catch = vec![Catch { error_equals: vec!["States.ALL"], assign: Map::new(), next: "Postponed" }];
    task
}

/// The type of an ingestion: of all rows after a run over a window of the past, which can change rows of any age.
fn ingestion_type(facts: &Facts<'_>) -> String {
    if facts.windowed.is_empty() {
        return "FULL_REFRESH".to_owned();
    }
    let partial = jsonata::list(facts.windowed.iter().map(|id| text(id)));
    let newest = format!(
        "$states.input in {} and $not($exists($states.context.Execution.Input.from))",
        partial.source()
    );
    code(format!("{newest} ? 'INCREMENTAL_REFRESH' : 'FULL_REFRESH'")).field()
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
