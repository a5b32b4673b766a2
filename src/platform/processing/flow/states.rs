//! The states of a dataset's state machine: run the job, load the committed runs, refresh what depends on them.

use serde_json::{Map, Value, json};

use super::definition::{Branch, Catch, Definition, Fail, Retry, State, States, Task};
use super::jsonata::{Expression, code, concat, text};
use super::{QUEUE_HOURS, input, job, load, refresh};
use crate::model::WarehouseKind;
use crate::platform::aggregation::load::LoadPlan;

/// The values that the states are built from.
pub(super) struct Facts<'a> {
    /// `aws`. Not a substitution: linters recognize the resource of a state only as a complete ARN.
    pub(super) partition: &'static str,
    pub(super) dataset: &'a str,
    pub(super) job: &'a str,
    /// Minutes after which a job run times out.
    pub(super) timeout: u64,
    pub(super) load: &'a LoadPlan,
    pub(super) warehouse: &'a WarehouseKind,
    pub(super) database: &'a str,
    /// The IDs of QuickSight data sets.
    pub(super) spice: &'a [String],
    /// Those of them that are ingested incrementally.
    pub(super) windowed: &'a [String],
}

/// The definition of a dataset's state machine. `${…}` in it are substitutions.
pub(super) fn definition(facts: &Facts<'_>) -> Definition {
    let states = input::read(States::default(), "RunJob");
    let states = job::run(states, facts, "AskComplete");
    let states = load::load(states, facts, refresh::after_load(facts));
    let states = refresh::refresh(states, facts);
    Definition {
        comment: Some("Cleans and loads new records, then refreshes what depends on them.".to_owned()),
        query_language: Some("JSONata"),
        processor_config: None,
        start_at: "Check",
        timeout_seconds: Some(facts.timeout * 60 * 2 + QUEUE_HOURS * 3600),
        states: states.with("Done", State::Succeed {}).with("Report", report(facts)).with("Failed", failed()),
    }
}

/// Publishes to the topic what failed, why, and what to do.
fn report(facts: &Facts<'_>) -> State {
    let message = concat([
        text(&format!("The run of {} failed in step ", facts.dataset)),
        code("$failure.step"),
        text(": "),
        code("$failure.error"),
        text("\n"),
        code("$failure.cause"),
        text("\n\nNext step: fix the cause, then start the state machine "),
        code("$states.context.StateMachine.Name"),
        text(" with the input "),
        code("$repeat"),
        text(
            ". This repeats the run: committed files and loaded rows are not duplicated. Every run also loads the committed runs that the warehouse lacks.\nExecution: ",
        ),
        code("$states.context.Execution.Id"),
    ]);
    let mut task = task(facts, "Report", "sns:publish", "Failed");
    task.arguments = json!({
        "TopicArn": "${TopicArn}",
        "Subject": "${WarehouseName}: a run failed",
        "Message": message.field(),
    });
    // The execution fails whether or not publishing succeeds, which its alarm detects.
    task.catch = vec![Catch { error_equals: vec!["States.ALL"], assign: Map::new(), next: "Failed" }];
    State::Task(task)
}

fn failed() -> State {
    let cause = concat([code("$failure.step"), text(": "), code("$failure.cause")]);
    State::Fail(Fail { error: code("$failure.error").field(), cause: cause.field() })
}

pub(super) fn task(facts: &Facts<'_>, step: &'static str, action: &str, next: &'static str) -> Task {
    Task {
        resource: format!("arn:{}:states:::{action}", facts.partition),
        arguments: Value::Null,
        assign: Map::new(),
        timeout_seconds: None,
        // For throttling and timeouts; client tokens make the retries idempotent.
        retry: vec![Retry::brief()],
        catch: vec![catch(step)],
        next,
    }
}

pub(super) fn catch(step: &'static str) -> Catch {
    let cause = code(
        "$exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, 1000) : 'no cause given'",
    );
    let error = code("$states.errorOutput.Error");
    let failure = json!({ "step": step, "error": error.field(), "cause": cause.field() });
    Catch { error_equals: vec!["States.ALL"], assign: object([("failure", failure)]), next: "Report" }
}

pub(super) fn branch(condition: &Expression, next: &'static str) -> Branch {
    Branch { condition: condition.field(), next }
}

pub(super) fn object<const N: usize>(entries: [(&str, Value); N]) -> Map<String, Value> {
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
