//! Many executions at the same time: files that arrive together, and runs that wait for their turn.

use serde_json::{Value, json};

use super::bench::{Scenario, call_fields, crowd, machine, resource, run};

/// Seconds in which SQS drops equal messages to a FIFO queue.
const DROPS: u64 = 300;

/// The queue of arrivals, as the template sets it up.
fn queue() -> Value {
    let queue = resource("retail-orders", "ProductStartQueue");
    assert_eq!((&queue["FifoQueue"], &queue["ContentBasedDeduplication"]), (&json!(true), &json!(true)));
    let rule = resource("retail-orders", "ProductStart");
    let target = &rule["Targets"][0];
    assert_eq!(target["Input"], "{}", "equal messages, so that all but one are dropped");
    assert_eq!(target["SqsParameters"]["MessageGroupId"], "runs");
    json!({ "delay": queue["DelaySeconds"], "drops": DROPS })
}

/// Files that arrive evenly over some seconds.
fn arrivals(count: u32, seconds: u32) -> Vec<f64> {
    (0..count).map(|at| f64::from(at) * f64::from(seconds) / f64::from(count)).collect()
}

/// The input of a schedule, at these times.
fn starts(times: impl IntoIterator<Item = f64>) -> Vec<Value> {
    times.into_iter().map(|at| json!({ "at": at, "input": {} })).collect()
}

/// Asserts that no execution failed and every file was read; returns the number of job runs.
fn healthy(outcome: &Value) -> u64 {
    assert_eq!(outcome["statuses"], json!({ "SUCCEEDED": outcome["executions"] }), "{outcome}");
    assert_eq!(outcome["unread"], 0, "{outcome}");
    outcome["runs"].as_u64().expect("a number")
}

#[test]
fn thousands_of_files_that_arrive_at_once_take_at_most_two_job_runs() {
    let Some(machine) = machine("retail-orders-prod-product") else { return };
    for (seconds, most) in [(5, 1), (120, 1), (450, 2)] {
        let outcome = crowd(
            &machine,
            &json!({ "arrivals": arrivals(2_000, seconds), "seconds": 100, "queue": queue() }),
        );
        let runs = healthy(&outcome);
        assert!((1..=most).contains(&runs), "{runs} job runs for files within {seconds} s");
    }
}

#[test]
fn files_that_arrive_for_hours_keep_one_run_running_and_one_waiting() {
    let Some(machine) = machine("retail-orders-prod-product") else { return };
    let outcome =
        crowd(&machine, &json!({ "arrivals": arrivals(2_000, 7_200), "seconds": 900, "queue": queue() }));
    // One message every five minutes; a job run takes three times as long.
    assert_eq!(outcome["executions"], 24);
    let runs = healthy(&outcome);
    assert!(runs <= 7_200 / 900 + 2, "{runs} job runs");
}

/// Otherwise, the tests above would show nothing.
#[test]
fn a_queue_without_delay_would_lose_files() {
    let Some(machine) = machine("retail-orders-prod-product") else { return };
    let queue = json!({ "delay": 0, "drops": DROPS });
    let outcome =
        crowd(&machine, &json!({ "arrivals": arrivals(2_000, 120), "seconds": 100, "queue": queue }));
    assert!(outcome["unread"].as_u64() > Some(0), "{outcome}");
}

#[test]
fn of_runs_that_wait_only_the_latest_goes_on_waiting() {
    let Some(machine) = machine("retail-orders-prod-product") else { return };
    let times = arrivals(200, 10);
    let outcome =
        crowd(&machine, &json!({ "arrivals": times, "seconds": 900, "executions": starts(times.clone()) }));
    assert_eq!(healthy(&outcome), 2);
    assert!(outcome["seconds"].as_f64() < Some(2_400.0), "{outcome}");
}

/// A schedule that is shorter than its job: the job never pauses, and no run waits for hours.
#[test]
fn a_schedule_that_is_shorter_than_its_job_piles_up_no_runs() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let outcome = crowd(
        &machine,
        &json!({
            "arrivals": arrivals(500, 28_000), "seconds": 1_500,
            "executions": starts((0..96).map(|at| f64::from(at) * 300.0 + 28.0)),
        }),
    );
    let runs = healthy(&outcome);
    assert!((15..=21).contains(&runs), "{runs}");
    assert!(outcome["seconds"].as_f64() < Some(28_800.0 + 2.0 * 1_800.0), "{outcome}");
}

#[test]
fn a_run_over_a_window_neither_gives_way_nor_makes_others_give_way() {
    let Some(machine) = machine("retail-orders-prod-product") else { return };
    let window = json!({ "from": "2026-03-01T00", "to": "2026-03-02T00" });
    let executions = json!([
        { "at": 0, "input": {} }, { "at": 1, "input": {} },
        { "at": 2, "input": window }, { "at": 3, "input": { "run_id": "again" } },
    ]);
    let outcome = crowd(&machine, &json!({ "arrivals": [0.5], "seconds": 300, "executions": executions }));
    assert_eq!(healthy(&outcome), 4);
}

/// Step Functions lists executions late: the one that it lists first may be older than the one that asks.
#[test]
fn a_run_does_not_give_way_to_an_older_one() {
    let Some(machine) = machine("retail-orders-prod-product") else { return };
    let busy = json!([{ "error": "Glue.ConcurrentRunsExceededException", "cause": "busy" }]);
    for (at, gives_way) in
        [("2026-02-28T23:59:59Z", false), ("2026-03-01T00:00:00Z", false), ("2026-03-01T00:00:01Z", true)]
    {
        let services = json!({
            "glue:startJobRun.sync": busy, "executions": [{ "name": "other", "at": at, "input": [{}] }],
        });
        let outcome = run(&machine, Scenario::new("one").services(services));
        assert_eq!(outcome["status"], "SUCCEEDED");
        let starts = call_fields(&outcome, "operation").iter().filter(|one| *one == "StartJobRun").count();
        assert_eq!(starts, if gives_way { 1 } else { 2 }, "{at}");
    }
    // If it cannot list them at all, the run waits as if it were the latest.
    let fault = json!({ "error": "Sfn.ThrottlingException", "cause": "throttled" });
    let services = json!({ "glue:startJobRun.sync": busy, "aws-sdk:sfn:listExecutions": vec![fault; 9] });
    assert_eq!(run(&machine, Scenario::new("one").services(services))["status"], "SUCCEEDED");
}
