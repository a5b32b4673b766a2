//! A job that leaves files for the next run: that run starts at once.

use serde_json::{Value, json};

use super::bench::{Machine, Scenario, hash, machine, run};

/// The ID of the run of an execution.
fn run_id(machine: &Machine, execution: &str) -> String {
    hash(&machine.execution(execution))
}

/// The name of the execution that an execution starts.
fn rest_of(machine: &Machine, execution: &str) -> String {
    hash(&format!("{}/rest", hash(&machine.execution(execution))))
}

/// The calls of an outcome that start an execution.
fn started(outcome: &Value) -> Vec<Value> {
    let calls = outcome["calls"].as_array().expect("calls").iter();
    let calls = calls.filter(|call| call["operation"] == "StartExecution");
    calls.map(|call| call["parameters"].clone()).collect()
}

#[test]
fn a_backlog_is_worked_off_by_runs_that_start_each_other() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let mut execution = "first".to_owned();
    for runs_left in (0..3).rev() {
        let id = run_id(&machine, &execution);
        let left: Vec<&str> = if runs_left > 0 { vec![&id] } else { Vec::new() };
        let outcome = run(&machine, Scenario::new(&execution).services(json!({ "left": left })));
        assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
        let next = rest_of(&machine, &execution);
        let wanted = json!({
            "stateMachineArn": "arn:aws:states:eu-west-1:111122223333:stateMachine:clickstream-dev-event",
            "name": next,
            "input": "{}",
        });
        assert_eq!(started(&outcome), if runs_left > 0 { vec![wanted] } else { Vec::new() });
        // It does not wait for the warehouse.
        let rows = outcome["rows"].as_array().expect("rows");
        let at = usize::from(runs_left > 0);
        assert_eq!(rows[at + 1], format!("loaded {id}"), "{rows:?}");
        execution = next;
    }
}

#[test]
fn the_next_run_is_started_once_whatever_the_load_does() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let id = run_id(&machine, "one");
    let services = json!({ "left": [id], "statements": ["FAILED", "FAILED"] });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    assert_eq!(started(&outcome).len(), 1);
    let fault = json!({ "error": "Sfn.SdkClientException", "cause": "later" });
    let services = json!({ "left": [id], "aws-sdk:sfn:startExecution": vec![fault; 9] });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(outcome["status"], "SUCCEEDED", "a scheduled run reads the rest: {outcome:#}");
    let rows = outcome["rows"].as_array().expect("rows");
    assert!(rows.contains(&json!(format!("loaded {id}"))), "{rows:?}");
}

#[test]
fn only_the_files_that_this_run_left_start_another_one() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    // An earlier run left files, and this one read them.
    let earlier = json!({ "left": ["earlier"], "manifests": { "earlier": 1 } });
    let outcome = run(&machine, Scenario::new("one").services(earlier));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    let rows = outcome["rows"].as_array().expect("rows");
    assert!(rows.contains(&json!("loaded earlier")), "{rows:?}");
    assert!(started(&outcome).is_empty());
    // A repetition of a run that left files: the next run is long done.
    let id = run_id(&machine, "one");
    let again = Scenario::new("two").input(json!({ "run_id": id }));
    let outcome = run(&machine, again.services(json!({ "left": [id] })));
    assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
    assert!(started(&outcome).is_empty());
}
