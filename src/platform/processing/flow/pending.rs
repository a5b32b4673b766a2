//! The states before a load: which committed runs are not in the warehouse.
//!
//! The manifests in S3 are the runs that are committed; a table in the warehouse has those that are loaded, each
//! written in the transaction of its load. Whatever is missing there is loaded, so that an outage of the warehouse
//! leaves no hole, and neither does a warehouse that was restored from an older state.
//!
//! A dataset has thousands of manifests after a year. All are listed, but the warehouse is asked only about those
//! that are later than `complete_until`: the last load of an execution that found all of them stores the time of the
//! latest manifest in its list. It is S3's own time, so no clock is compared with another one.

use serde_json::{Map, json};

use super::definition::{Catch, Choice, Pass, Retry, State, States};
use super::jsonata::{Expression, code, concat, text};
use super::rest;
use super::statement::{Outcomes, Polled, TRIES, arguments, at_once, failure, poll, started};
use super::states::{Facts, branch, catch, object, task};
use crate::platform::aggregation::load::{LoadParameter, SqlPart};

/// Manifests in a page of the list, and from how many on the warehouse is asked about those found so far. A page and
/// an answer stay far below the 256 KiB of a state's output, the question below the 100 KB of a statement.
/// Assumes `state-output-size`.
const PAGE: u32 = 250;

const COMPLETE: Polled =
    Polled { wait: "CompleteWait", status: "CompleteStatus", look: "CompleteLook", again: "CompleteAgain" };

const LOADED: Polled =
    Polled { wait: "LoadedWait", status: "LoadedStatus", look: "LoadedLook", again: "LoadedAgain" };

/// The states from `AskComplete` on: to `next` with a list of `missing` runs, the index `at` in it, and the token
/// of the next `page`, which is empty after the last one.
pub(super) fn find(states: States, facts: &Facts<'_>, next: &'static str) -> States {
    let states = complete(states, facts);
    let states = list(states, facts);
    loaded(states, facts, next)
}

/// Asks until when all runs are loaded.
fn complete(states: States, facts: &Facts<'_>) -> States {
    let mut ask = task(facts, "AskComplete", "aws-sdk:redshiftdata:executeStatement", COMPLETE.wait);
    ask.arguments = arguments(facts, "'complete/' & $string($attempt)");
    ask.arguments["Sql"] = text(&facts.load.complete).field().into();
    ask.assign = started();
    let mut answer = task(facts, "Complete", "aws-sdk:redshiftdata:getStatementResult", "List");
    answer.arguments = json!({ "Id": code("$statement").field() });
    // A field has one value, under the name of its type. Assumes `data-api-field`.
    let since = "($value := $states.result.Records[0][0].*; $type($value) = 'string' ? $value : '')";
    answer.assign = object([
        ("since", code(since).field().into()),
        ("attempt", json!(0)),
        ("page", json!("")),
        ("newest", json!("")),
        ("found", json!([])),
        ("changed", json!(false)),
        ("failed", json!(false)),
    ]);
    let to = Outcomes { begin: "AskComplete", finished: "Complete", failed: "AskFailed", stuck: "AskFailed" };
    poll(
        states.with("AskComplete", State::Task(ask)),
        facts,
        (COMPLETE, to),
        at_once("$looks"),
        &TRIES.to_string(),
    )
    .with("Complete", State::Task(answer))
    .with("AskFailed", State::Pass(Pass { assign: object([("failure", failure("Load"))]), next: "Report" }))
}

/// Lists a page of manifests: those that may be missing are appended to `found`.
fn list(states: States, facts: &Facts<'_>) -> States {
    let prefix = super::run_prefix(facts.dataset);
    let (name, length) = (text(&prefix), prefix.len());
    let page = "$page = '' ? {} : {'ContinuationToken': $page}";
    let mut list = task(facts, "List", "aws-sdk:s3:listObjectsV2", "Listed");
    list.arguments = code(format!(
        "$merge([{{'Bucket': '${{CuratedBucket}}', 'Prefix': {}, 'MaxKeys': {PAGE}}}, {page}])",
        name.source()
    ))
    .field()
    .into();
    let key = format!("/^{}\\/manifests\\/[A-Za-z0-9][A-Za-z0-9._-]{{0,127}}\\.json$/", facts.dataset);
    // Assumes `last-modified-text` and `manifest-time`.
    let time = "$substring(LastModified, 0, 19)";
    let found = code(format!(
        "$append($found, [$states.result.Contents[$contains(Key, {key}) and {time} >= $since and \
         Key != {} & $runId & '.json'].{{'run': $substring(Key, {length}, $length(Key) - {}), 'at': {time}}}])",
        name.source(),
        length + ".json".len(),
    ));
    let newest = format!("$sort($append([$newest], [$states.result.Contents.{time}]))[-1]");
    let next = "$states.result.NextContinuationToken";
    list.assign = object([
        ("found", found.field().into()),
        ("newest", code(newest).field().into()),
        ("page", code(format!("$exists({next}) ? {next} : ''")).field().into()),
    ]);
    let choices = vec![
        branch(
            &code(format!("$count($found) >= {PAGE} or ($page = '' and $count($found) > 0)")),
            "AskLoaded",
        ),
        branch(&code("$page != ''"), "List"),
    ];
    states
        .with("List", State::Task(list))
        .with("Listed", State::Choice(Choice { choices, default: "NoneFound" }))
}

/// Asks which of the runs that were found are loaded. The execution's own run is never asked about: it is new, or a
/// repetition was requested. It is the last one.
fn loaded(states: States, facts: &Facts<'_>, next: &'static str) -> States {
    let sql = concat(facts.load.loaded.parts.iter().map(|part| match part {
        SqlPart::Text(sql) => text(sql),
        SqlPart::Parameter(LoadParameter::RunIds) => {
            code("$join($found.('\\u0027' & run & '\\u0027'), ', ')")
        }
        // Only a load has them.
        SqlPart::Parameter(
            parameter @ (LoadParameter::ManifestUrl
            | LoadParameter::CopyRole
            | LoadParameter::Columns
            | LoadParameter::RunId
            | LoadParameter::CompleteUntil),
        ) => text(parameter.placeholder()),
    }));
    let mut ask = task(facts, "AskLoaded", "aws-sdk:redshiftdata:executeStatement", LOADED.wait);
    ask.arguments = arguments(facts, "'loaded ' & $found[0].run & '/' & $string($attempt)");
    ask.arguments["Sql"] = sql.field().into();
    ask.assign = started();
    let mut answer = task(facts, "Loaded", "aws-sdk:redshiftdata:getStatementResult", next);
    answer.arguments = json!({ "Id": code("$statement").field() });
    let missing = code(
        "($loaded := $states.result.Records.*.*; \
         $append([$found[$not(run in $loaded)]^(at).run], $page = '' ? [$runId] : []))",
    );
    answer.assign = this(&missing);
    answer.assign.insert("found".to_owned(), json!([]));
    let to = Outcomes { begin: "AskLoaded", finished: "Loaded", failed: "AskFailed", stuck: "AskFailed" };
    let none = Pass { assign: this(&code("[$runId]")), next };
    poll(
        states.with("AskLoaded", State::Task(ask)),
        facts,
        (LOADED, to),
        at_once("$looks"),
        &TRIES.to_string(),
    )
    .with("Loaded", State::Task(answer))
    .with("NoneFound", State::Pass(none))
}

fn this(missing: &Expression) -> Map<String, serde_json::Value> {
    object([("missing", missing.field().into()), ("at", json!(0)), ("attempt", json!(0))])
}

/// The bytes that are read of a manifest: it can be larger than the payload limit of a state. The names of the columns
/// come first, and a load whose names exceed this has statements that are too large.
const HEAD: u32 = 65_536;

/// Reads the beginning of a manifest: the columns of its files, and whether there are any, since COPY fails without.
/// Manifests of older jobs name no columns, and their files have all.
pub(super) fn read(states: States, facts: &Facts<'_>) -> States {
    let mut read = task(facts, "Read", "aws-sdk:s3:getObject", "Left");
    let key = concat([text(&super::run_prefix(facts.dataset)), code("$missing[$at]"), text(".json")]);
    let range = format!("bytes=0-{}", HEAD - 1);
    read.arguments = json!({ "Bucket": "${CuratedBucket}", "Key": key.field(), "Range": range });
    let head = "$head := $replace($states.result.Body, ' ', '')";
    let nothing = code(format!("({head}; $contains($head, '\"entries\":[]'))"));
    // JSON's quotes are SQL's, too. The names become part of a statement, so they must be names.
    let columns = code(format!(
        "({head}; $names := $contains($head, '\"columns\":[') ? \
         $substringBefore($substringAfter($head, '\"columns\":['), ']') : ''; \
         $contains($names, /^\"[a-z][a-z0-9_]*\"(,\"[a-z][a-z0-9_]*\")*$/) ? ' (' & $names & ')' : '')"
    ));
    read.assign = object([
        ("nothing", nothing.field().into()),
        ("columns", columns.field().into()),
        ("left", rest::left(head).field().into()),
        ("run", code("$missing[$at]").field().into()),
        // The last run of an execution that found all runs, and loaded them.
        (
            "until",
            code("$page = '' and $at + 1 = $count($missing) and $not($failed) ? $newest : ''").field().into(),
        ),
    ]);
    let gone = "S3.NoSuchKeyException";
    read.retry.insert(0, Retry { error_equals: vec![gone], max_attempts: 0, ..Retry::brief() });
    read.catch.insert(0, Catch { error_equals: vec![gone], next: "Gone", ..catch("Read") });
    let choices = vec![branch(&code("$missing[$at] = $runId"), "Report")];
    let skip = object([("at", code("$at + 1").field().into()), ("attempt", json!(0))]);
    rest::start(states.with("Read", State::Task(read)), facts, "Anything")
        // Retention deleted the manifest after it was listed. That of the execution's own run must exist.
        .with("Gone", State::Choice(Choice { choices, default: "Skip" }))
        .with("Skip", State::Pass(Pass { assign: skip, next: "Next" }))
        .with(
            "Anything",
            State::Choice(Choice { choices: vec![branch(&code("$nothing"), "Record")], default: "Load" }),
        )
}
