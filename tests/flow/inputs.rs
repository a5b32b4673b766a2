//! The inputs that a run accepts.

use serde_json::{Value, json};

use super::bench::{Scenario, call_fields, hash, machine, parameter, run, run_all};
use super::{normal, world};

#[test]
fn a_window_and_a_run_id_reach_the_job() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let input = json!({
        "from": "2026-03-01T00", "to": "2026-03-02T00", "run_id": "backfill-2026030100-2026030200", "attempt": "2",
    });
    let outcome = run(&machine, Scenario::new("again").input(input));
    assert_eq!(outcome["status"], "SUCCEEDED");
    let arguments = json!({
        "--run_id": "backfill-2026030100-2026030200", "--from": "2026-03-01T00", "--to": "2026-03-02T00",
        "--attempt": "2",
    });
    assert_eq!(call_fields(&outcome, "parameters"), normal(&machine, "again", &arguments));
    assert_eq!(outcome["rows"], world("backfill-2026030100-2026030200"));
}

#[test]
fn a_window_without_a_run_id_gets_the_id_of_its_execution() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let input = json!({ "from": "2026-03-01T00", "to": "2026-03-01T01" });
    let outcome = run(&machine, Scenario::new("one").input(input));
    let id = hash(&machine.execution("one"));
    let arguments = json!({ "--run_id": id, "--from": "2026-03-01T00", "--to": "2026-03-01T01" });
    assert_eq!(parameter(&outcome, "StartJobRun", "Arguments"), [arguments]);
}

/// The same run: committed files are not computed again, but new tokens load them again.
#[test]
fn a_run_id_repeats_a_run() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let first = run(&machine, Scenario::new("one"));
    let id = hash(&machine.execution("one"));
    let committed = json!({ "manifests": { id.as_str(): 1 } });
    let again = Scenario::new("two").input(json!({ "run_id": id })).services(committed);
    let outcome = run(&machine, again);
    assert_eq!(outcome["status"], "SUCCEEDED");
    assert_eq!(parameter(&outcome, "StartJobRun", "Arguments"), [json!({ "--run_id": id })]);
    assert_eq!(outcome["rows"].as_array().unwrap()[..], world(&id).as_array().unwrap()[1..]);
    for operation in ["BatchExecuteStatement", "ExecuteStatement"] {
        let (before, now) =
            (parameter(&first, operation, "ClientToken"), parameter(&outcome, operation, "ClientToken"));
        assert!(!now.is_empty() && now.iter().all(|token| !before.contains(token)), "{operation}");
    }
}

#[test]
fn input_that_the_job_would_reject_is_rejected_before_it_starts() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let half = "from and to must be set together";
    let hours = "from and to must be hours in UTC";
    let cases = [
        (json!({ "from": "2026-03-01T00" }), half),
        (json!({ "to": "2026-03-01T00" }), half),
        (json!({ "to": "2026-03-01T00", "run_id": "x" }), half),
        (json!({ "from": null, "to": "2026-03-01T00" }), hours),
        (json!({ "from": "2026-03-01", "to": "2026-03-02" }), hours),
        (json!({ "from": "2026-03-01T00:30", "to": "2026-03-02T00:30" }), hours),
        (json!({ "from": "2026-03-02T00", "to": "2026-03-02T00" }), hours),
        (json!({ "from": "2026-03-02T00", "to": "2026-03-01T00" }), hours),
        (json!({ "from": 2026, "to": 2027 }), hours),
        (json!({ "from": ["2026-03-01T00"], "to": "2026-03-02T00" }), hours),
        (json!({ "attempt": 2 }), hours),
        (json!({ "attempt": "0" }), hours),
        (json!({ "attempt": "two" }), hours),
        (json!({ "run_id": 7 }), hours),
        (json!({ "run_id": null }), hours),
        (json!({ "run_id": "" }), hours),
        (json!({ "run_id": "../other" }), hours),
        (json!({ "run_id": "x'; DROP TABLE y" }), hours),
        (json!({ "run_id": "x".repeat(129) }), hours),
    ];
    let scenarios = cases.iter().map(|(input, _)| (&machine, Scenario::new("one").input(input.clone())));
    for ((input, cause), outcome) in cases.iter().zip(run_all(&scenarios.collect::<Vec<_>>())) {
        assert_eq!((&outcome["status"], &outcome["error"]), (&json!("FAILED"), &json!("Input")), "{input}");
        assert!(outcome["cause"].as_str().unwrap().starts_with(cause), "{input}: {outcome}");
        assert_eq!(outcome["calls"], json!([]), "{input}");
    }
}

/// The example input of the console, and an event of EventBridge.
#[test]
fn other_keys_are_ignored() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let longest = "x".repeat(128);
    for input in [json!({ "Comment": "Insert your JSON here" }), json!({ "run_id": longest, "note": [1] })] {
        let id = input["run_id"].as_str().map_or_else(|| hash(&machine.execution("one")), str::to_owned);
        let outcome = run(&machine, Scenario::new("one").input(input));
        assert_eq!(parameter(&outcome, "StartJobRun", "Arguments"), [json!({ "--run_id": id })]);
        assert_eq!(outcome["status"], Value::from("SUCCEEDED"));
    }
}
