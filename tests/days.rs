//! Two simulated days of a deployed platform: everything that was sent is in the warehouse, and what went wrong rang.
//!
//! The platform is deployed on the local AWS. An interpreter runs its state machines in virtual time, by the schedules and
//! arrivals of the templates (`tests/flow/days.mjs`); jobs run on Spark, statements on PostgreSQL. The warehouse is away
//! for six hours, thousands of files arrive at once, events are late, in the future and lost.

mod alarms;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::deploy::local::{Project, own_server, python};
use crate::flow::bench;
use crate::tool::{spark, tool};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// A blueprint, and what goes wrong in its two days.
struct Story {
    blueprint: &'static str,
    /// The dataset with a stream.
    stream: &'static str,
    /// The dataset of which thousands of files arrive at once, 20 hours after the start.
    burst: &'static str,
    /// The schedule of the platform.
    schedule: &'static str,
    /// When the warehouse goes away, for six hours, in seconds.
    away: u64,
    /// The alarms that ring; all others do not.
    alarms: &'static [&'static str],
}

fn traffic(story: &Story, stream: &str) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/days/traffic.py");
    let made = Command::new("python3").arg(script).args([story.blueprint, stream]).output();
    let made = made.expect("python3 runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&made.stdout).expect("the script prints JSON")
}

/// The templates that start executions or have alarms.
fn templates(project: &Project) -> Vec<Value> {
    let folder = project.folder.join("generated").join(&project.name).join("dev");
    let read = |stack: &str| {
        let text = fs::read_to_string(folder.join(stack).join("template.json")).expect("a stack");
        serde_json::from_str(&text).expect("a template is JSON")
    };
    ["ingestion", "aggregation", "processing", "visualization"].map(read).to_vec()
}

fn simulate(story: &Story) {
    if spark().is_none() || tool("STRATAFORM_NODE_MODULES").is_none() {
        return;
    }
    let Some(server) = own_server() else { return };
    let project = Project::new(&server, story.blueprint, story.blueprint);
    // Longer runs keep the schedule.
    if std::env::var_os("STRATAFORM_SCHEDULE").is_none() {
        project.change(story.schedule, "every hour");
    }
    project.deploy().ends(0);
    let kebab = story.stream.replace('_', "-");
    let sent = traffic(story, &format!("{}-dev-{kebab}", project.name));
    let templates = templates(&project);
    let half = story.away + 3 * HOUR;
    let days = json!({
        "python": python(), "look": Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/local-aws/look.py"),
        "endpoint": project.endpoint(), "account": project.account, "region": project.manifest()["region"],
        "bucket": project.output("storage", "RawBucketName"), "templates": templates,
        "epoch": sent["epoch"], "seconds": sent["seconds"], "files": sent["files"],
        "outages": [
            { "from": story.away, "to": half, "statements": false },
            { "from": half, "to": story.away + 6 * HOUR, "statements": true },
        ],
    });
    let outcome = bench::days(&days);
    every_record_was_read_once(&outcome, &sent);
    executions_failed_only_in_the_outage(&outcome, story);
    a_burst_took_two_job_runs(&outcome, story);
    for expected in sent["expected"].as_array().expect("queries") {
        let sql = expected["sql"].as_str().expect("SQL");
        let mut found = project.query(sql);
        found.sort();
        let wanted: Vec<Vec<String>> = serde_json::from_value(expected["rows"].clone()).expect("rows");
        same(sql, &found, &wanted);
    }
    let rang = alarms::rang(&templates, &outcome["metrics"], sent["seconds"].as_u64().expect("a duration"));
    let names: BTreeSet<&str> = rang.iter().map(|one| one.alarm.as_str()).collect();
    assert_eq!(names, story.alarms.iter().copied().collect(), "{rang:#?}");
    for one in &rang {
        assert!(one.until.is_some(), "{one:?} still rings");
    }
}

/// Asserts that the rows are equal, and shows the first that are not.
fn same(sql: &str, found: &[Vec<String>], wanted: &[Vec<String>]) {
    let (had, must): (BTreeSet<_>, BTreeSet<_>) = (found.iter().collect(), wanted.iter().collect());
    let extra: Vec<_> = had.difference(&must).take(5).collect();
    let missing: Vec<_> = must.difference(&had).take(5).collect();
    assert!(
        found == wanted,
        "{sql}\n{} rows, {} expected\nunexpected: {extra:#?}\nmissing: {missing:#?}",
        found.len(),
        wanted.len()
    );
}

/// The jobs counted each record that was sent once, and rejected the invalid ones.
fn every_record_was_read_once(outcome: &Value, sent: &Value) {
    for job in outcome["jobs"].as_array().expect("jobs") {
        assert_eq!(job["state"], "SUCCEEDED", "{job}");
    }
    for (dataset, counts) in sent["counts"].as_object().expect("datasets") {
        let sum = |metric: &str| -> u64 {
            let metrics = outcome["metrics"].as_array().expect("metrics").iter();
            let of = metrics
                .filter(|one| one["name"] == metric && one["dimensions"]["dataset"] == dataset.as_str());
            of.map(|one| one["value"].as_u64().expect("a number")).sum()
        };
        assert_eq!(json!([sum("rows_in"), sum("rows_quarantined")]), *counts, "{dataset}");
        let kept = sum("rows_out") + sum("rows_quarantined") + sum("rows_duplicate");
        assert_eq!(sum("rows_in"), kept, "{dataset}");
    }
}

fn executions_failed_only_in_the_outage(outcome: &Value, story: &Story) {
    let executions = outcome["executions"].as_array().expect("executions");
    let at = |one: &Value| one["ended"].as_u64().unwrap_or_default();
    let window = story.away..story.away + 6 * HOUR + 600;
    let (failed, succeeded): (Vec<_>, Vec<_>) =
        executions.iter().partition(|one| one["status"] != "SUCCEEDED");
    assert!(failed.iter().all(|one| window.contains(&at(one))), "{failed:#?}");
    assert!(
        failed.len() >= 7 && succeeded.len() >= 45,
        "{} failed, {} succeeded",
        failed.len(),
        succeeded.len()
    );
    let reports = outcome["mails"].as_array().expect("mails").iter();
    let reports =
        reports.filter(|mail| mail["text"].as_str().is_some_and(|text| text.starts_with("The run of ")));
    let runs = failed.iter().filter(|one| !one["machine"].as_str().is_some_and(|name| name.contains("--")));
    assert_eq!(reports.count(), runs.count(), "each run that fails is reported");
}

fn a_burst_took_two_job_runs(outcome: &Value, story: &Story) {
    let jobs = outcome["jobs"].as_array().expect("jobs").iter();
    let burst = jobs.filter(|job| {
        let at = job["at"].as_u64().unwrap_or_default();
        job["job"].as_str().is_some_and(|name| name.ends_with(story.burst))
            && (20 * HOUR..22 * HOUR).contains(&at)
    });
    let runs = burst.count();
    assert!((1..=2).contains(&runs), "{runs} job runs for the files that arrived at once");
}

#[test]
fn two_days_of_iot_telemetry_end_with_the_right_warehouse() {
    simulate(&Story {
        blueprint: "iot-telemetry",
        stream: "measurement",
        burst: "device",
        schedule: "every 15 minutes",
        away: DAY + 600,
        alarms: &[
            "DeviceFlowAlarmFailed",
            "MeasurementFlowAlarmFailed",
            "MeasurementFlowAlarmRejected",
            "MeasurementFlowAlarmSilent",
            "WarehouseExpiryAlarm",
        ],
    });
}

#[test]
fn two_days_of_retail_orders_end_with_the_right_warehouse() {
    simulate(&Story {
        blueprint: "retail-orders",
        stream: "order_line",
        burst: "product",
        schedule: "every 30 minutes",
        away: 28 * HOUR + 300,
        alarms: &[
            "OrderLineFlowAlarmFailed",
            "OrderLineFlowAlarmSilent",
            "ProductFlowAlarmFailed",
            "StoreFlowAlarmFailed",
        ],
    });
}
