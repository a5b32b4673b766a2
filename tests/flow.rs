//! Runs the state machines that `gen synth` writes: in an interpreter of their language (`tests/flow/run.mjs`), with
//! the `JSONata` engine that Step Functions follows, against services with scripted responses.
//!
//! The tests assert what reaches the services: every call with every parameter, and its outcome.

mod backfill;
pub(crate) mod bench;
mod crowd;
mod failures;
mod inputs;
mod missing;
mod rest;

use serde_json::{Value, json};

use bench::{
    Machine, Scenario, WORKGROUP, backup, call_fields, hash, limit, machine, machines, run, run_all,
};

/// When the manifest of a run is written, if its job takes no time.
const COMMITTED: &str = "2026-03-01T00:00:00";

/// The calls of a normal run, each with all of its parameters.
fn normal(machine: &Machine, execution: &str, arguments: &Value) -> Vec<Value> {
    let token = hash(&machine.execution(execution));
    let run = arguments["--run_id"].as_str().unwrap();
    let part = |part: &str| hash(&format!("{token}/{part}"));
    let statement = |token: String, more: (&str, Value)| {
        let name = "strataform load of event";
        let mut call = json!({
            "WorkgroupName": "clickstream-dev", "Database": "analytics", "ClientToken": token, "StatementName": name,
        });
        call[more.0] = more.1;
        call
    };
    let id = |at: usize| json!({ "Id": format!("00000000-0000-4000-8000-{at:012}") });
    let query = json!({ "Id": "10000000-0000-4000-8000-000000000000" });
    let mut calls = vec![
        json!({ "JobName": "clickstream-dev-event", "Arguments": arguments }),
        statement(part("complete/0"), ("Sql", machine.plan().complete.into())),
        query.clone(),
        query.clone(),
        query,
        json!({ "Bucket": "curated", "Prefix": "event/manifests/", "MaxKeys": 250 }),
        json!({ "Bucket": "curated", "Key": format!("event/manifests/{run}.json"), "Range": "bytes=0-65535" }),
        statement(part(&format!("{run}/0")), ("Sqls", machine.load(run, COMMITTED))),
        id(0),
        id(0),
    ];
    for (at, view) in ["daily_traffic", "session", "funnel"].iter().enumerate() {
        let sql = format!("CALL \"mart\".\"refresh__{view}\"()");
        calls.push(statement(part(&format!("refresh {at}/0")), ("Sql", sql.into())));
        calls.extend([id(at + 1), id(at + 1)]);
    }
    for set in ["clickstream-dev-daily-traffic", "clickstream-dev-funnel", "clickstream-dev-session"] {
        let account = "111122223333";
        let ingestion = json!({ "AwsAccountId": account, "DataSetId": set, "IngestionId": token });
        let mut begin = ingestion.clone();
        // Data sets with a window are refreshed within it, unless the run is over a window of the past.
        let is_windowed = !set.ends_with("funnel") && arguments["--from"].is_null();
        let kind = if is_windowed { "INCREMENTAL_REFRESH" } else { "FULL_REFRESH" };
        begin["IngestionType"] = kind.into();
        calls.extend([begin, ingestion.clone(), ingestion]);
    }
    calls
}

/// The effects of a run of `event`, in order.
fn world(run: &str) -> Value {
    json!([
        format!("computed {run}"),
        format!("loaded {run}"),
        "refreshed CALL \"mart\".\"refresh__daily_traffic\"()",
        "refreshed CALL \"mart\".\"refresh__session\"()",
        "refreshed CALL \"mart\".\"refresh__funnel\"()",
        "ingested clickstream-dev-daily-traffic",
        "ingested clickstream-dev-funnel",
        "ingested clickstream-dev-session",
    ])
}

#[test]
fn a_run_makes_exactly_these_calls() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let outcome = run(&machine, Scenario::new("one"));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    let id = hash(&machine.execution("one"));
    let expected = normal(&machine, "one", &json!({ "--run_id": id }));
    assert_eq!(call_fields(&outcome, "parameters"), expected);
    assert_eq!(outcome["rows"], world(&id));
}

#[test]
fn every_state_machine_of_every_blueprint_runs() {
    let Some(machines) = machines() else { return };
    assert!(machines.len() >= 14, "{} machines", machines.len());
    let outcomes =
        run_all(&machines.iter().map(|machine| (machine, Scenario::new("one"))).collect::<Vec<_>>());
    for (machine, outcome) in machines.iter().zip(outcomes) {
        assert_eq!(outcome["status"], "SUCCEEDED", "{}: {outcome:#}", machine.name);
        let id = hash(&machine.execution("one"));
        assert_eq!(outcome["rows"][1], format!("loaded {id}"), "{}", machine.name);
        let load = outcome["calls"].as_array().unwrap().iter();
        let mut load = load.filter(|call| call["operation"] == "BatchExecuteStatement");
        assert_eq!(
            load.next().unwrap()["parameters"]["Sqls"],
            machine.load(&id, COMMITTED),
            "{}",
            machine.name
        );
        assert!(load.next().is_none());
    }
}

#[test]
fn a_run_without_new_records_is_recorded_and_refreshes_nothing() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let outcome = run(&machine, Scenario::new("one").services(json!({ "files": 0 })));
    assert_eq!(outcome["status"], "SUCCEEDED");
    let id = hash(&machine.execution("one"));
    assert_eq!(outcome["rows"], json!([format!("computed {id}")]));
    let sqls = bench::parameter(&outcome, "BatchExecuteStatement", "Sqls");
    let whole = machine.load(&id, COMMITTED);
    let of_rows = |sql: &str| sql.contains("__latest") || sql.starts_with("COPY") || sql.starts_with("CALL");
    let kept = |sql: &&Value| sql.as_str().is_some_and(|sql| !of_rows(sql));
    assert_eq!(sqls, [whole.as_array().unwrap().iter().filter(kept).cloned().collect::<Value>()]);
    assert!(outcome["states"].to_string().ends_with("\"Merged\",\"Next\",\"Ended\",\"Done\"]"));
}

#[test]
fn a_statement_is_polled_until_it_is_done() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let outcome = run(&machine, Scenario::new("one").services(json!({ "statements": [{ "looks": 40 }] })));
    assert_eq!(outcome["status"], "SUCCEEDED");
    // Every ten seconds for five minutes, then every minute.
    assert_eq!(outcome["seconds"], 2 * 2 + 30 * 10 + 11 * 60 + 3 * 20 + 3 * (10 + 20));
    assert_eq!(outcome["rows"], world(&hash(&machine.execution("one"))));
}

#[test]
fn the_usage_limit_of_the_warehouse_is_created_and_kept() {
    let Some(machine) = limit("iot-telemetry", "prod") else { return };
    let limit = |amount: u32, action: &str, period: &str| {
        json!({
            "usageLimitId": format!("of-{period}"), "resourceArn": WORKGROUP, "usageType": "serverless-compute",
            "period": period, "amount": amount, "breachAction": action,
        })
    };
    // No limit yet; one that was changed to only log; one for a month, which is another limit.
    for (limits, last) in [
        (json!([]), "CreateUsageLimit"),
        (json!([limit(9_000, "log", "daily")]), "UpdateUsageLimit"),
        (json!([limit(9_000, "log", "monthly")]), "CreateUsageLimit"),
        (json!([limit(9_000, "log", "monthly"), limit(1, "log", "daily")]), "UpdateUsageLimit"),
    ] {
        let outcome = run(&machine, Scenario::new("one").services(json!({ "limits": limits })));
        assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
        assert_eq!(call_fields(&outcome, "operation"), ["ListUsageLimits", last], "{limits}");
        assert_eq!(outcome["rows"], json!(["limited to 1280, deactivate"]), "{limits}");
    }
    // A call to a service that does not respond is retried, and the execution fails if that does not help.
    let fault = json!({ "error": "RedshiftServerless.InternalServerException", "cause": "later" });
    let script = json!({ "aws-sdk:redshiftserverless:listUsageLimits": vec![fault; 6] });
    assert_eq!(run(&machine, Scenario::new("one").services(script))["status"], "FAILED");
}

#[test]
fn a_backup_is_taken_once_however_often_its_call_is_retried() {
    let Some(machine) = backup("iot-telemetry", "prod") else { return };
    let taken = json!(["snapshot iot-telemetry-prod-20260301-0000 of iot-telemetry-prod for 35 days"]);
    let fault = json!({ "error": "RedshiftServerless.InternalServerException", "cause": "later" });
    let unheard =
        json!({ "error": "RedshiftServerless.SdkClientException", "cause": "no answer", "taken": true });
    for (script, calls) in [(json!([]), 1), (json!([fault, fault]), 3), (json!([unheard]), 2)] {
        let services = json!({ "aws-sdk:redshiftserverless:createSnapshot": script });
        let outcome = run(&machine, Scenario::new("one").services(services));
        assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
        assert_eq!(outcome["rows"], taken);
        assert_eq!(call_fields(&outcome, "operation").len(), calls);
    }
    let services = json!({ "aws-sdk:redshiftserverless:createSnapshot": vec![fault; 9] });
    assert_eq!(run(&machine, Scenario::new("one").services(services))["status"], "FAILED");
}

#[test]
fn the_interpreter_detects_errors() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    for (pointer, wrong, cause) in [
        ("/States/Load/Arguments/ClientToken", json!("{% 'it\\'s' %}"), "Unsupported escape"),
        ("/States/Load/Arguments/Sqls", json!(["${CopyRoleArn}"]), "unresolved substitution"),
        ("/States/Load/Next", json!("Lood"), "unknown state Lood"),
        ("/States/LoadWait", json!({ "Type": "Wait", "Secs": 1, "Next": "LoadStatus" }), "field Secs"),
        (
            "/States/Refresh/ItemProcessor/States/RefreshBegin/Assign",
            json!({ "status": 1 }),
            "in an inner and an outer machine",
        ),
    ] {
        let mut machine = machine.clone();
        *machine.definition.pointer_mut(pointer).expect(pointer) = wrong;
        let error = bench::value_fault(&machine, Scenario::new("one"));
        assert!(error.contains(cause), "{error}");
    }
}
