//! Runs in which something fails.

use serde_json::{Value, json};

use super::bench::{self, Scenario, TOPIC, call_fields, hash, machine, machines, parameter, run};
use super::world;

const CONFLICT: &str = "ERROR: 1023 Detail: Serializable isolation violation on table in Redshift";

fn failed(error: &str) -> Value {
    json!({ "error": error, "cause": "the service failed" })
}

/// A response, repeated.
fn times(count: usize, answer: &Value) -> Value {
    vec![answer.clone(); count].into()
}

/// Asserts that a run failed and sent one notification about it, and returns the notification.
fn reported(outcome: &Value, step: &str, error: &str, cause: &str) -> String {
    assert_eq!(outcome["status"], "FAILED", "{outcome:#}");
    assert_eq!((&outcome["error"], &outcome["cause"]), (&json!(error), &json!(format!("{step}: {cause}"))));
    let mails = parameter(outcome, "Publish", "Message");
    assert_eq!(mails.len(), 1);
    assert_eq!(parameter(outcome, "Publish", "TopicArn"), [TOPIC]);
    assert_eq!(parameter(outcome, "Publish", "Subject"), ["clickstream-dev: a run failed"]);
    let mail = mails[0].as_str().unwrap().to_owned();
    assert!(
        mail.starts_with(&format!("The run of event failed in step {step}: {error}\n{cause}\n")),
        "{mail}"
    );
    mail
}

#[test]
fn a_failed_job_is_run_once_more() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let once = json!({ "glue:startJobRun.sync": [failed("States.TaskFailed")] });
    let outcome = run(&machine, Scenario::new("one").services(once));
    let id = hash(&machine.execution("one"));
    assert_eq!(outcome["status"], "SUCCEEDED");
    assert_eq!(
        parameter(&outcome, "StartJobRun", "Arguments"),
        times(2, &json!({ "--run_id": id })).as_array().unwrap()[..]
    );
    assert_eq!((&outcome["rows"], &outcome["calls"][1]["at"]), (&world(&id), &json!(120)));

    let always = json!({ "glue:startJobRun.sync": times(9, &failed("States.TaskFailed")) });
    let outcome = run(&machine, Scenario::new("one").services(always));
    assert_eq!(call_fields(&outcome, "operation"), ["StartJobRun", "StartJobRun", "Publish"]);
    reported(&outcome, "RunJob", "States.TaskFailed", "the service failed");
}

/// Spark would read them all again, at the same cost and with the same result.
#[test]
fn a_job_whose_records_fail_it_is_not_run_again() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    // The job run, as Step Functions returns it.
    let run_of = |message: &str| {
        let run = json!({ "Id": "jr_1", "ErrorMessage": message, "JobRunState": "FAILED" });
        json!({ "error": "States.TaskFailed", "cause": run.to_string() })
    };
    let why =
        "RecordsError: the records fail the run: 12 of 100 records were rejected, and max_rejected is 10%";
    let failure = run_of(why);
    let services = json!({ "glue:startJobRun.sync": [failure] });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(call_fields(&outcome, "operation"), ["StartJobRun", "Publish"]);
    reported(&outcome, "RunJob", "States.TaskFailed", failure["cause"].as_str().unwrap());
    // Another failure first, such as a lost worker.
    let services = json!({ "glue:startJobRun.sync": [run_of("a worker was lost"), failure] });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!(call_fields(&outcome, "operation"), ["StartJobRun", "StartJobRun", "Publish"]);
    // A cause that is cut in the notification is still recognized.
    let long = run_of(&format!("{}{why}", "x".repeat(5_000)));
    let outcome = run(&machine, Scenario::new("one").services(json!({ "glue:startJobRun.sync": [long] })));
    assert_eq!(call_fields(&outcome, "operation"), ["StartJobRun", "Publish"]);
}

/// The notification says how to repeat the run, with its window, which the run ID does not contain.
#[test]
fn the_notification_has_the_input_that_repeats_the_run() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let services = json!({ "glue:startJobRun.sync": times(9, &failed("States.TaskFailed")) });
    let window =
        json!({ "run_id": "backfill-2026030100-2026030200", "from": "2026-03-01T00", "to": "2026-03-02T00" });
    let id = hash(&machine.execution("one"));
    for (input, repeat) in [(json!({}), json!({ "run_id": id })), (window.clone(), window)] {
        let outcome = run(&machine, Scenario::new("one").input(input).services(services.clone()));
        let mail = reported(&outcome, "RunJob", "States.TaskFailed", "the service failed");
        let shown = mail.split("with the input ").nth(1).unwrap().split(". This repeats").next().unwrap();
        assert_eq!(serde_json::from_str::<Value>(shown).unwrap(), repeat);
        assert!(mail.contains("start the state machine clickstream-dev-event with"), "{mail}");
        assert!(mail.ends_with(&format!("Execution: {}", machine.execution("one"))), "{mail}");
        let outcome = run(&machine, Scenario::new("two").input(repeat.clone()));
        assert_eq!(outcome["rows"], world(repeat["run_id"].as_str().unwrap()));
    }
}

#[test]
fn a_run_waits_for_its_turn_for_hours() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let busy = failed("Glue.ConcurrentRunsExceededException");
    let full = failed("Glue.ResourceNumberLimitExceededException");
    let attempts = |error: &Value, count: usize| -> Vec<Value> {
        let script = json!({ "glue:startJobRun.sync": times(count, error) });
        let outcome = run(&machine, Scenario::new("one").services(script));
        assert_eq!(outcome["status"], "SUCCEEDED");
        let calls = outcome["calls"].as_array().unwrap().iter();
        calls.filter(|call| call["operation"] == "StartJobRun").map(|call| call["at"].clone()).collect()
    };
    let (full, taken) = (attempts(&full, 40), attempts(&busy, 110));
    assert_eq!(full[..5], [json!(0), json!(60), json!(150), json!(285), json!(487.5)]);
    assert_eq!(taken[..5], [json!(0), json!(60), json!(180), json!(360), json!(600)]);
    for at in [full, taken] {
        assert!(at.last().unwrap().as_f64() > Some(8.0 * 3600.0), "{at:?}");
    }
    // Whether the run waited or not, a failure of the job itself is retried once.
    let mut faults = vec![busy; 3];
    faults.push(failed("States.TaskFailed"));
    let outcome = run(&machine, Scenario::new("one").services(json!({ "glue:startJobRun.sync": faults })));
    assert_eq!(outcome["status"], "SUCCEEDED");
    let operations = call_fields(&outcome, "operation");
    let without: Vec<_> = operations.iter().filter(|one| *one != "ListExecutions").take(6).collect();
    assert_eq!(
        without,
        ["StartJobRun", "StartJobRun", "StartJobRun", "StartJobRun", "StartJobRun", "ExecuteStatement"]
    );
}

#[test]
fn a_run_that_waits_forever_fails_within_the_history_limit() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let busy =
        json!({ "glue:startJobRun.sync": times(500, &failed("Glue.ConcurrentRunsExceededException")) });
    let outcome = run(&machine, Scenario::new("one").services(busy));
    let cause = "another run of the job has not ended for thirteen hours, or others were always faster";
    reported(&outcome, "RunJob", "Glue.ConcurrentRunsExceededException", cause);
    let hours = outcome["seconds"].as_f64().unwrap() / 3600.0;
    assert!((12.0..14.0).contains(&hours), "{hours}");
}

#[test]
fn a_job_that_hangs_times_out() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let hangs = json!({ "glue:startJobRun.sync": [{ "seconds": 90_000 }] });
    let outcome = run(&machine, Scenario::new("one").services(hangs));
    reported(&outcome, "RunJob", "States.Timeout", "");
    assert_eq!(outcome["seconds"], 130 * 60);
}

/// For example, because a transaction that was left open holds a lock.
#[test]
fn a_statement_that_hangs_is_reported_within_the_history_limit() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let cause = "the statement is still running after four hours: check which transaction blocks it";
    let hangs = json!({ "looks": 1_000_000 });
    for (statements, step) in [(json!([hangs]), "Load"), (json!([{}, {}, hangs]), "Refresh")] {
        let outcome = run(&machine, Scenario::new("one").services(json!({ "statements": statements })));
        reported(&outcome, step, "Redshift", cause);
        let hours = outcome["seconds"].as_f64().unwrap() / 3600.0;
        assert!((4.0..4.2).contains(&hours), "{hours}");
        assert!(outcome["events"].as_i64().unwrap() < 5_000);
    }
}

#[test]
fn a_load_that_conflicts_is_retried_with_a_new_token() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let id = hash(&machine.execution("one"));
    for failure in [json!({ "error": CONFLICT }), json!({ "aborted": true })] {
        let twice = json!({ "statements": times(2, &failure) });
        let outcome = run(&machine, Scenario::new("one").services(twice));
        assert_eq!((&outcome["status"], &outcome["rows"]), (&json!("SUCCEEDED"), &world(&id)));
        let tokens = parameter(&outcome, "BatchExecuteStatement", "ClientToken");
        let expected: Vec<String> = (0..3).map(|at| hash(&format!("{id}/{id}/{at}"))).collect();
        assert_eq!(tokens, expected);
        let starts: Vec<i64> = (0..40)
            .filter(|at| outcome["calls"][at]["operation"] == "BatchExecuteStatement")
            .map(|at| outcome["calls"][at]["at"].as_i64().unwrap())
            .collect();
        // Two polls, then a minute; two polls, then two minutes.
        assert_eq!(starts, [4, 84, 224]);
    }
}

#[test]
fn a_load_that_fails_three_times_is_reported() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let always = json!({ "statements": times(9, &json!({ "error": CONFLICT })) });
    let outcome = run(&machine, Scenario::new("one").services(always));
    reported(&outcome, "Load", "Redshift", CONFLICT);
    assert_eq!(parameter(&outcome, "BatchExecuteStatement", "ClientToken").len(), 3);
    assert_eq!(outcome["rows"], json!([format!("computed {}", hash(&machine.execution("one"))), "mail"]));
    let silent = json!({ "statements": times(3, &json!({ "aborted": true })) });
    reported(
        &run(&machine, Scenario::new("one").services(silent)),
        "Load",
        "Redshift",
        "Redshift returned no reason",
    );
    // A notification has no room for a message of any length.
    let long = json!({ "statements": times(3, &json!({ "error": "x".repeat(9_000) })) });
    reported(&run(&machine, Scenario::new("one").services(long)), "Load", "Redshift", &"x".repeat(1_000));
}

/// With the same token, a call that took effect although its response was lost does not take effect twice.
#[test]
fn a_call_without_a_response_is_retried_with_the_same_token() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let id = hash(&machine.execution("one"));
    for (action, operation, error) in [
        ("redshiftdata:batchExecuteStatement", "BatchExecuteStatement", "RedshiftData.SdkClientException"),
        ("redshiftdata:executeStatement", "ExecuteStatement", "RedshiftData.InternalServerException"),
        ("quicksight:createIngestion", "CreateIngestion", "QuickSight.InternalFailureException"),
    ] {
        let lost = json!({ "error": error, "cause": "", "taken": true });
        let services = json!({ format!("aws-sdk:{action}"): [lost] });
        let outcome = run(&machine, Scenario::new("one").services(services));
        assert_eq!((&outcome["status"], &outcome["rows"]), (&json!("SUCCEEDED"), &world(&id)), "{action}");
        let calls = outcome["calls"].as_array().unwrap();
        let made: Vec<&Value> = calls.iter().filter(|call| call["operation"] == operation).collect();
        assert_eq!(made[0]["parameters"], made[1]["parameters"], "{action}");
        assert_eq!(made[1]["at"].as_i64().unwrap() - made[0]["at"].as_i64().unwrap(), 5, "{action}");
    }
}

#[test]
fn a_service_that_is_busy_for_a_minute_does_not_fail_a_run() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let id = hash(&machine.execution("one"));
    let services = json!({
        "glue:startJobRun.sync": [failed("Glue.AWSGlueException"), failed("Glue.ThrottlingException"), failed("Glue.InternalServiceException")],
        "aws-sdk:s3:getObject": times(3, &failed("S3.SdkClientException")),
        "aws-sdk:s3:listObjectsV2": times(4, &failed("S3.SdkClientException")),
        "aws-sdk:redshiftdata:getStatementResult": times(4, &failed("RedshiftData.InternalServerException")),
        "aws-sdk:redshiftdata:batchExecuteStatement": times(4, &failed("RedshiftData.ThrottlingException")),
        "aws-sdk:redshiftdata:describeStatement": times(4, &failed("RedshiftData.ThrottlingException")),
        "aws-sdk:redshiftdata:executeStatement": times(4, &failed("RedshiftData.ActiveStatementsExceededException")),
        "aws-sdk:quicksight:createIngestion": times(4, &failed("QuickSight.ThrottlingException")),
        "aws-sdk:quicksight:describeIngestion": times(4, &failed("QuickSight.ThrottlingException")),
    });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!((&outcome["status"], &outcome["rows"]), (&json!("SUCCEEDED"), &world(&id)));
}

#[test]
fn a_permanent_service_error_is_reported_with_its_step() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    for (action, step, error) in [
        ("aws-sdk:s3:listObjectsV2", "List", "S3.NoSuchBucketException"),
        ("aws-sdk:s3:getObject", "Read", "S3.InvalidObjectStateException"),
        ("aws-sdk:redshiftdata:batchExecuteStatement", "Load", "RedshiftData.ValidationException"),
        (
            "aws-sdk:redshiftdata:describeStatement",
            "CompleteStatus",
            "RedshiftData.ResourceNotFoundException",
        ),
        ("aws-sdk:redshiftdata:executeStatement", "AskComplete", "RedshiftData.ExecuteStatementException"),
    ] {
        let outcome =
            run(&machine, Scenario::new("one").services(json!({ action: times(5, &failed(error)) })));
        reported(&outcome, step, error, "the service failed");
        let actions = call_fields(&outcome, "action");
        assert_eq!(actions.iter().filter(|one| *one == action).count(), 5, "{action}");
    }
}

/// State machines of several datasets refresh the same view; the warehouse fails one of two concurrent refreshes.
#[test]
fn a_refresh_that_conflicts_is_retried() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let id = hash(&machine.execution("one"));
    let conflict = json!({ "error": CONFLICT });
    // The load, the first view three times, the second once, the third twice.
    let statements = json!([{}, conflict, conflict, {}, {}, conflict, {}]);
    let outcome = run(&machine, Scenario::new("one").services(json!({ "statements": statements })));
    assert_eq!((&outcome["status"], &outcome["rows"]), (&json!("SUCCEEDED"), &world(&id)));
    let mut tokens = parameter(&outcome, "ExecuteStatement", "ClientToken");
    tokens.remove(0);
    let parts = ["0/0", "0/1", "0/2", "1/0", "2/0", "2/1"];
    assert_eq!(tokens, parts.map(|part| hash(&format!("{id}/refresh {part}"))));

    let statements = json!([{}, {}, conflict, conflict, conflict]);
    let outcome = run(&machine, Scenario::new("one").services(json!({ "statements": statements })));
    reported(&outcome, "Refresh", "Redshift", CONFLICT);
    let mut sql = parameter(&outcome, "ExecuteStatement", "Sql");
    sql.remove(0);
    let view = |name: &str| json!(format!("CALL \"mart\".\"refresh__{name}\"()"));
    assert_eq!(sql, [view("daily_traffic"), view("session"), view("session"), view("session")]);
}

/// A backfill of many chunks exceeds the refresh limit of a data set, and a data set does not exist before its stage is
/// deployed; a later refresh still loads the rows.
#[test]
fn a_refresh_that_must_wait_is_postponed() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    for error in ["QuickSight.LimitExceededException", "QuickSight.ResourceNotFoundException"] {
        let services = json!({ "aws-sdk:quicksight:createIngestion": [failed(error)] });
        let outcome = run(&machine, Scenario::new("one").services(services));
        assert_eq!(outcome["status"], "SUCCEEDED", "{error}");
        let sets = parameter(&outcome, "CreateIngestion", "DataSetId");
        assert_eq!(
            sets,
            ["clickstream-dev-daily-traffic", "clickstream-dev-funnel", "clickstream-dev-session"]
        );
        let rows = outcome["rows"].as_array().unwrap();
        assert_eq!(rows.last().unwrap(), "ingested clickstream-dev-session");
        assert!(
            !rows.contains(&json!("mail"))
                && !rows.contains(&json!("ingested clickstream-dev-daily-traffic"))
        );
    }
}

/// An accepted ingestion that fails later is reported. The rows are loaded, so the run succeeds.
#[test]
fn a_dashboard_that_is_not_refreshed_is_reported_and_fails_no_run() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let id = hash(&machine.execution("one"));
    let denied = |action: &str| json!({ format!("aws-sdk:quicksight:{action}"): times(5, &failed("QuickSight.AccessDeniedException")) });
    let ends = |outcome: Value| json!({ "ingestions": { "clickstream-dev-daily-traffic": outcome } });
    let error = json!({ "Type": "SQL_EXCEPTION", "Message": "permission denied for schema report" });
    for (services, reason) in [
        (denied("createIngestion"), "QuickSight.AccessDeniedException: the service failed"),
        (denied("describeIngestion"), "QuickSight.AccessDeniedException: the service failed"),
        (
            ends(json!({ "status": "FAILED", "error": error })),
            "SQL_EXCEPTION: permission denied for schema report",
        ),
        (ends(json!({ "status": "CANCELLED" })), "CANCELLED"),
        (ends(json!({ "looks": 1_000_000 })), "the ingestion is still running after four hours"),
    ] {
        let outcome = run(&machine, Scenario::new("one").services(services));
        assert_eq!(outcome["status"], "SUCCEEDED", "{outcome:#}");
        let mails = parameter(&outcome, "Publish", "Message");
        assert_eq!(mails.len(), 1, "{outcome:#}");
        let begin = format!(
            "The data set clickstream-dev-daily-traffic was not refreshed after a run of event: {reason}\n"
        );
        assert!(mails[0].as_str().unwrap().starts_with(&begin), "{}", mails[0]);
        let mut expected = world(&id);
        expected.as_array_mut().unwrap().retain(|row| row != "ingested clickstream-dev-daily-traffic");
        expected.as_array_mut().unwrap().insert(5, "mail".into());
        assert_eq!(outcome["rows"], expected);
        assert!(outcome["seconds"].as_f64().unwrap() < 4.2 * 3600.0, "{}", outcome["seconds"]);
    }
}

#[test]
fn a_run_that_cannot_send_its_notification_fails_with_the_original_error() {
    let Some(machine) = machine("clickstream-dev-event") else { return };
    let services = json!({
        "glue:startJobRun.sync": times(2, &failed("States.TaskFailed")),
        "sns:publish": times(5, &failed("SNS.KMSThrottlingException")),
    });
    let outcome = run(&machine, Scenario::new("one").services(services));
    assert_eq!((&outcome["status"], &outcome["error"]), (&json!("FAILED"), &json!("States.TaskFailed")));
    assert_eq!(outcome["cause"], "RunJob: the service failed");
}

/// A name that the service never returns would never be retried or caught.
#[test]
fn every_named_error_belongs_to_its_operation() {
    let Some(machines) = machines() else { return };
    let operations = [
        ("glue:startJobRun.sync", "glue", "StartJobRun"),
        ("aws-sdk:s3:getObject", "s3", "GetObject"),
        ("aws-sdk:quicksight:createIngestion", "quicksight", "CreateIngestion"),
    ];
    let mut errors = Vec::new();
    for machine in machines {
        let mut open = vec![&machine.definition];
        while let Some(value) = open.pop() {
            open.extend(value.as_object().into_iter().flat_map(|object| object.values()));
            let Some(resource) = value["Resource"].as_str() else { continue };
            let named = ["Retry", "Catch"].iter().flat_map(|key| value[key].as_array().into_iter().flatten());
            let named = named.flat_map(|one| one["ErrorEquals"].as_array().unwrap());
            for error in named.filter(|error| !error.as_str().unwrap().starts_with("States.")) {
                let (_, service, operation) = operations
                    .iter()
                    .find(|(action, _, _)| resource.ends_with(action))
                    .expect("an operation");
                errors.push(json!({ "service": service, "operation": operation, "error": error }));
            }
        }
    }
    assert!(errors.len() >= machines.len() * 7, "{}", errors.len());
    let Some(findings) = bench::model(&json!({ "errors": errors })) else { return };
    assert_eq!(findings, json!([]));
    let wrong =
        json!({ "service": "glue", "operation": "StartJobRun", "error": "Glue.ConcurrentRunsException" });
    assert_eq!(bench::model(&json!({ "errors": [wrong] })).unwrap().as_array().unwrap().len(), 1);
    let wrong = json!({
        "service": "sns", "operation": "Publish", "action": "sns:publish", "parameters": { "Topic": 1 }, "result": {},
    });
    assert_eq!(bench::model(&json!({ "calls": [wrong] })).unwrap().as_array().unwrap().len(), 1);
}
