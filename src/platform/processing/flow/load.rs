//! The states of the load: one run after the other, the files that it committed become rows in the warehouse.

use serde_json::{Value, json};

use super::definition::{Choice, Pass, State, States, Task};
use super::jsonata::{Expression, code, concat, text};
use super::pending;
use super::statement::{Outcomes, Polled, TRIES, arguments, failure, poll, soon, started};
use super::states::{Facts, branch, object, task};
use crate::platform::aggregation::load::{LoadParameter, LoadStatement, Scope, SqlPart};

const LOAD: Polled = Polled { wait: "LoadWait", status: "LoadStatus", look: "LoadLook", again: "LoadAgain" };

/// The states from `AskComplete` on: to `refresh` once rows were merged. They end in `Ended`.
pub(super) fn load(states: States, facts: &Facts<'_>, refresh: &'static str) -> States {
    let states = pending::find(states, facts, "Next");
    let states = pending::read(states.with("Next", next(refresh)), facts);
    let every = facts.load.load.iter();
    let record = every.clone().filter(|statement| statement.scope == Scope::EveryRun);
    let states = states
        .with("Load", State::Task(batch(facts, "Load", every)))
        // A run without files is recorded as well, so that its manifest is not read again.
        .with("Record", State::Task(batch(facts, "Record", record)));
    let to = Outcomes { begin: "Anything", finished: "Merged", failed: "LoadFailed", stuck: "LoadStuck" };
    // While the warehouse fails, one run is tried again; the others only once.
    let tries = format!("($failed ? 1 : {TRIES})");
    poll(states, facts, (LOAD, to), soon("$looks"), &tries)
        .with("Merged", State::Pass(one_more("changed", &code("$changed or $not($nothing)"))))
        .with("LoadFailed", State::Pass(failed()))
        .with(
            "LoadStuck",
            State::Pass(Pass { assign: object([("failure", failure("Load"))]), next: "Report" }),
        )
        .with("Ended", ended())
}

/// The next run, the next page of the list, or what follows the loads.
fn next(refresh: &'static str) -> State {
    let choices = vec![
        branch(&code("$at < $count($missing)"), "Read"),
        branch(&code("$page != ''"), "List"),
        branch(&code("$changed"), refresh),
    ];
    State::Choice(Choice { choices, default: "Ended" })
}

/// After everything that could be done: a run that could not be loaded is reported.
fn ended() -> State {
    State::Choice(Choice { choices: vec![branch(&code("$failed"), "Report")], default: "Done" })
}

fn batch<'a>(
    facts: &Facts<'_>,
    step: &'static str,
    statements: impl Iterator<Item = &'a LoadStatement>,
) -> Task {
    let mut begin = task(facts, step, "aws-sdk:redshiftdata:batchExecuteStatement", LOAD.wait);
    begin.arguments = arguments(facts, "$run & '/' & $string($attempt)");
    begin.arguments["Sqls"] = statements.map(|one| sql(facts, one).field()).collect();
    begin.assign = started();
    begin
}

/// A statement, with the values of the run.
fn sql(facts: &Facts<'_>, statement: &LoadStatement) -> Expression {
    concat(statement.parts.iter().map(|part| match part {
        SqlPart::Text(sql) => text(sql),
        SqlPart::Parameter(LoadParameter::ManifestUrl) => concat([
            code("'s3://${CuratedBucket}'"),
            text(&format!("/{}", super::run_prefix(facts.dataset))),
            code("$run"),
            text(".json"),
        ]),
        SqlPart::Parameter(LoadParameter::CopyRole) => code("'${CopyRoleArn}'"),
        SqlPart::Parameter(LoadParameter::Columns) => code("$columns"),
        SqlPart::Parameter(LoadParameter::RunId) => code("$run"),
        SqlPart::Parameter(LoadParameter::CompleteUntil) => code("$until"),
        // Only the query of loaded runs has it.
        SqlPart::Parameter(LoadParameter::RunIds) => text(LoadParameter::RunIds.placeholder()),
    }))
}

/// The first failure is reported after the other runs: one run that cannot be loaded holds up no other.
fn failed() -> Pass {
    let first = |name: &str, value: &Expression| -> Value {
        code(format!("$failed ? $failure.{name} : {}", value.source())).field().into()
    };
    let cause = code("($run = $runId ? '' : 'run ' & $run & ': ') & $substring($reason, 0, 1000)");
    let failure = json!({
        "step": first("step", &text("Load")),
        "error": first("error", &text("Redshift")),
        "cause": first("cause", &cause),
    });
    let mut pass = one_more("failed", &code("true"));
    // The first one, for engines that assign one variable after the other: it depends on `failed`.
    pass.assign.shift_insert(0, "failure".to_owned(), failure);
    pass
}

/// The next of the missing runs.
fn one_more(name: &str, value: &Expression) -> Pass {
    let assign =
        object([("at", code("$at + 1").field().into()), ("attempt", json!(0)), (name, value.field().into())]);
    Pass { assign, next: "Next" }
}
