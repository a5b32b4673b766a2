//! Runs that are committed and not in the warehouse.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::bench::{Machine, Scenario, call_fields, hash, machine, parameter, run};
use super::world;

fn id(machine: &Machine, execution: &str) -> String {
    hash(&machine.execution(execution))
}

/// What the runs did, without refreshes and ingestions.
fn did(outcome: &Value) -> Vec<&str> {
    let rows = outcome["rows"].as_array().unwrap().iter().map(|row| row.as_str().unwrap());
    rows.filter(|row| !row.starts_with("refreshed ") && !row.starts_with("ingested ")).collect()
}

/// The runs whose loads record until when all runs are loaded, with that time.
fn complete(outcome: &Value) -> Vec<(String, String)> {
    let batches = parameter(outcome, "BatchExecuteStatement", "Sqls");
    let records = batches.iter().map(|sqls| sqls.as_array().unwrap().last().unwrap().as_str().unwrap());
    let cut = |text: &str, before: &str| -> String {
        text.split(before).nth(1).unwrap().split('\'').next().unwrap().to_owned()
    };
    let records = records.map(|sql| (cut(sql, "SELECT\n    '"), cut(sql, "NULLIF('")));
    records.filter(|(_, until)| !until.is_empty()).collect()
}

fn failing(count: usize) -> Value {
    vec![json!({ "error": "ERROR: the warehouse is out of order" }); count].into()
}

/// A warehouse that fails every statement for three runs: the next run loads what all of them committed, in order.
#[test]
fn a_run_after_an_outage_loads_everything_that_was_committed() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    // The first missing run is tried three times, the others once: 3, then 3 + 1, then 3 + 1 + 1.
    let outage = json!({ "statements": failing(12) });
    let outcome = run(&machine, Scenario::new("d").after(&["a", "b", "c"]).services(outage));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| id(&machine, name));
    let expected = [
        format!("computed {a}"),
        "mail".to_owned(),
        format!("computed {b}"),
        "mail".to_owned(),
        format!("computed {c}"),
        "mail".to_owned(),
        format!("computed {d}"),
        format!("loaded {a}"),
        format!("loaded {b}"),
        format!("loaded {c}"),
        format!("loaded {d}"),
    ];
    assert_eq!(did(&outcome), expected);
    let after = world(&d).as_array().unwrap()[2..].to_vec();
    assert_eq!(outcome["rows"].as_array().unwrap()[11..], after, "one refresh after all loads");
    // The loads of `a` that failed would have stored a time, too.
    let stored = complete(&outcome);
    assert_eq!((stored.len(), stored.last()), (4, Some(&(d, "2026-03-04T00:00:00".to_owned()))));
}

/// A paused warehouse, or one at its usage limit: the request itself fails.
#[test]
fn a_warehouse_that_accepts_no_statement_leaves_no_hole() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let paused = json!({ "error": "RedshiftData.ValidationException", "cause": "Cluster is paused." });
    let services = json!({ "aws-sdk:redshiftdata:executeStatement": vec![paused; 10] });
    let outcome = run(&machine, Scenario::new("c").after(&["a", "b"]).services(services));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    let loads = did(&outcome).into_iter().filter(|row| row.starts_with("loaded ")).collect::<Vec<_>>();
    assert_eq!(loads, ["a", "b", "c"].map(|name| format!("loaded {}", id(&machine, name))));
}

#[test]
fn a_run_that_cannot_be_loaded_is_reported_and_holds_up_no_other() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let manifests = json!({ "bad": 1, "good": 1 });
    let times = json!({ "bad": "2026-02-01T00:00:00Z", "good": "2026-02-02T00:00:00Z" });
    let services = json!({ "manifests": manifests, "times": times, "statements": failing(3) });
    let outcome = run(&machine, Scenario::new("one").services(services));
    let own = id(&machine, "one");
    let expected =
        [format!("computed {own}"), "loaded good".to_owned(), format!("loaded {own}"), "mail".to_owned()];
    assert_eq!(did(&outcome), expected);
    assert_eq!(outcome["status"], "FAILED");
    assert_eq!(outcome["cause"], "Load: run bad: ERROR: the warehouse is out of order");
    assert!(outcome["rows"].to_string().contains("refreshed"), "what was loaded is shown");
    assert!(complete(&outcome).is_empty(), "the next run looks for it again");
}

/// Loaded runs are not loaded again, nor is anything that is not the manifest of a run.
#[test]
fn only_missing_runs_are_loaded() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let manifests = json!({ "there": 1, "missing": 1, "empty": 0, "it's": 1, "below/one": 1 });
    let services = json!({ "manifests": manifests, "loaded": ["there"] });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    let own = id(&machine, "one");
    assert_eq!(
        did(&outcome),
        [format!("computed {own}"), "loaded missing".to_owned(), format!("loaded {own}")]
    );
    assert_eq!(parameter(&outcome, "BatchExecuteStatement", "Sqls").len(), 3, "and `empty` is recorded");
    assert_eq!(complete(&outcome), [(own, "2026-03-01T00:00:00".to_owned())]);
}

#[test]
fn a_manifest_that_retention_deletes_is_no_error() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let gone = json!({ "error": "S3.NoSuchKeyException", "cause": "The specified key does not exist." });
    let services = json!({ "manifests": { "old": 1 }, "aws-sdk:s3:getObject": [gone] });
    let outcome = run(&machine, Scenario::new("one").services(services));
    let own = id(&machine, "one");
    assert_eq!((&outcome["status"], &outcome["rows"]), (&json!("SUCCEEDED"), &world(&own)), "{outcome:#}");
    // The run's own manifest must exist.
    let services = json!({ "aws-sdk:s3:getObject": [gone] });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!((&outcome["status"], &outcome["error"]), (&json!("FAILED"), &json!("S3.NoSuchKeyException")));
}

/// Each page is listed, but the warehouse is asked only about runs that were committed later than all that it has.
#[test]
fn a_year_of_runs_is_listed_within_the_limits_of_an_execution() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let name = |at: usize| format!("{at:0128}");
    let all: BTreeMap<String, u32> = (0..9_000).map(|at| (name(at), 1)).collect();
    let newest = BTreeMap::from([(name(4_321), "2026-03-01T00:00:00Z")]);
    let times: BTreeMap<_, _> = all
        .keys()
        .map(|run| (run.clone(), newest.get(run).copied().unwrap_or("2026-02-01T00:00:00Z")))
        .collect();
    let services = json!({ "manifests": all, "times": times, "complete": "2026-02-28T23:00:00" });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(outcome["status"], "SUCCEEDED");
    let own = id(&machine, "one");
    let expected = [format!("computed {own}"), format!("loaded {}", name(4_321)), format!("loaded {own}")];
    assert_eq!(did(&outcome), expected);
    let count =
        |operation: &str| call_fields(&outcome, "operation").iter().filter(|one| *one == operation).count();
    assert_eq!((count("ListObjectsV2"), count("GetStatementResult")), (37, 2));
    assert!(outcome["events"].as_i64().unwrap() < 1_000, "{}", outcome["events"]);

    // A warehouse that knows no time is asked about all of them, in questions that are not too large.
    let ids: Vec<String> = all.keys().cloned().collect();
    let services = json!({ "manifests": all, "loaded": ids });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(did(&outcome), [format!("computed {own}"), format!("loaded {own}")]);
    let asked = parameter(&outcome, "ExecuteStatement", "Sql");
    let largest = asked.iter().map(|sql| sql.as_str().unwrap().len()).max().unwrap();
    assert!(largest < 70_000, "{largest} bytes; a statement has at most 100 KB");
    assert!(outcome["events"].as_i64().unwrap() < 3_000, "{}", outcome["events"]);
}

/// A manifest names the columns of its files; older ones name none, and what is not a name is no part of a statement.
#[test]
fn copy_names_the_columns_of_the_run() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let columns = json!({
        "older": "[\"event_id\", \"occurred_at\"]",
        "hostile": "[\"event_id\\\") FROM x; DROP TABLE y\"]",
    });
    let services = json!({ "manifests": { "older": 1, "hostile": 1, "oldest": 1 }, "columns": columns });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    let batches = parameter(&outcome, "BatchExecuteStatement", "Sqls");
    let sqls = batches.iter().flat_map(|sqls| sqls.as_array().unwrap()).map(|sql| sql.as_str().unwrap());
    let mut copies: Vec<&str> =
        sqls.filter(|sql| sql.starts_with("COPY ")).map(|sql| sql.lines().next().unwrap()).collect();
    copies.sort_unstable();
    let all = "COPY \"staging\".\"event\"";
    let older = "COPY \"staging\".\"event\" (\"event_id\",\"occurred_at\")";
    assert_eq!(copies, [all, all, all, older], "oldest, hostile, the own run, older");
}
