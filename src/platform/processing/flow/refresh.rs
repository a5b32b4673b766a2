//! The states after the load: refreshes of the materialized views over the dataset, then of the data sets in SPICE.

use serde_json::{Map, json};

use super::definition::{
    Catch, Choice, Definition, Fail, Pass, Processor, Repeat, Retry, State, States, Wait,
};
use super::jsonata::{self, code, text};
use super::load::{LOOKS, TRIES, later, soon, statement, status};
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
    if facts.spice.is_empty() { "Done" } else { "RefreshDashboards" }
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
    view.arguments = statement(
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

fn refresh_dashboards(facts: &Facts<'_>) -> State {
    let mut begin = task(facts, "RefreshDashboards", "aws-sdk:quicksight:createIngestion", "Ingesting");
    begin.arguments = json!({
        "AwsAccountId": "${Account}",
        "DataSetId": code("$states.input").field(),
        "IngestionId": code("$token").field(),
        "IngestionType": ingestion_type(facts),
    });
    // A request that timed out was accepted all the same.
    let taken = "QuickSight.ResourceExistsException";
    // A data set has a limit of refreshes per day. The rows are in the warehouse, and the refresh of a later run shows
    // them, so this run does not fail.
    let enough = "QuickSight.LimitExceededException";
    begin.retry.insert(0, Retry { error_equals: vec![taken, enough], max_attempts: 0, ..Retry::brief() });
    let on = |error, next| Catch { error_equals: vec![error], assign: Map::new(), next };
    begin.catch = vec![on(taken, "Ingesting"), on(enough, "Postponed")];
    let states = States::default()
        .with("Ingest", State::Task(begin))
        .with("Ingesting", State::Succeed {})
        .with("Postponed", State::Succeed {});
    let items = jsonata::list(facts.spice.iter().map(|id| text(id))).field();
    repeat("RefreshDashboards", items, "Ingest", states, "Done")
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
