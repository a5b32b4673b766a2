//! Failures during a deployment: each is reported, and the next plain run succeeds without losing anything.
//!
//! microburst injects network faults between `gen` and the local AWS. The response to a call can be lost after the
//! call took effect; the SDK then retries, and learns that the work is done.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::local::{Project, run_to_end, server};
use super::proxy::Proxy;

/// Asserts that everything that a deployment of clickstream creates exists.
#[track_caller]
fn assert_complete(project: &Project) {
    for stack in ["storage", "ingestion", "aggregation", "processing", "visualization"] {
        let status = project.status(stack);
        assert!(
            ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"].contains(&status.as_str()),
            "{stack} is {status}"
        );
    }
    let applied =
        project.query("SELECT path, COUNT(*) FROM strataform.applied_sql WHERE checksum <> '' GROUP BY path");
    let files = project.manifest()["sql"].as_array().unwrap().len();
    assert_eq!(applied.len(), files);
    assert_eq!(project.query("SELECT COUNT(*) FROM core.event"), [["0"]]);
    project.deploy().ends(0).says("nothing to change");
}

/// The results of the versions, newest first.
pub(super) fn results(project: &Project) -> Vec<String> {
    let events = project.dev("history", &["--format", "json"]).ends(0).events();
    events.iter().map(|one| one["result"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn throttling_and_service_errors_are_retried() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "throttled", "clickstream");
    let proxy = Proxy::start(server.port);
    let fault = |service: &str, operation: &str, code: &str, times: u32| json!({"service": service, "operation": operation, "times": times, "error": {"code": code}});
    proxy.rules(&json!([
        fault("cloudformation", "CreateChangeSet", "Throttling", 2),
        fault("cloudformation", "DescribeChangeSet", "ServiceUnavailable", 1),
        fault("cloudformation", "ExecuteChangeSet", "InternalFailure", 1),
        fault("cloudformation", "DescribeStackEvents", "Throttling", 3),
        fault("cloudformation", "DescribeStacks", "InternalFailure", 2),
        fault("s3", "PutObject", "SlowDown", 2),
        fault("redshift-data", "BatchExecuteStatement", "ThrottlingException", 1),
        fault("redshift-data", "DescribeStatement", "InternalServerException", 1),
    ]));
    proxy.dev(&project, "deploy", &[]).ends(0).says("version 1 succeeded");
    assert!(proxy.fired() >= 10, "{} faults fired", proxy.fired());
    assert_complete(&project);
}

#[test]
fn a_failing_service_is_named_and_the_next_run_continues() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "silent", "clickstream");
    let proxy = Proxy::start(server.port);
    let cases = [
        (
            "cloudformation",
            "CreateChangeSet",
            json!({"error": {"code": "Throttling"}}),
            "cloudformation:CreateChangeSet",
        ),
        (
            "cloudformation",
            "ExecuteChangeSet",
            json!({"error": {"code": "ServiceUnavailable"}}),
            "cloudformation:ExecuteChangeSet",
        ),
        (
            "redshift-data",
            "BatchExecuteStatement",
            json!({"error": {"code": "InternalServerException"}}),
            "redshift-data:BatchExecuteStatement",
        ),
        ("cloudformation", "CreateChangeSet", json!({"reset": true}), "cloudformation:CreateChangeSet"),
    ];
    for (service, operation, fault, named) in cases {
        let mut rule = json!({"service": service, "operation": operation});
        rule.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
        proxy.rules(&json!([rule]));
        let mut command = proxy.command(&project, "deploy", &[]);
        command.env("AWS_MAX_ATTEMPTS", "2");
        run_to_end(command).ends(5).says("GEN1010").says(named).says("run the same command again");
    }
    project.deploy().ends(0);
    assert_eq!(results(&project), ["succeeded", "failed", "failed", "failed", "failed"]);
    assert_complete(&project);
}

#[test]
fn a_lost_response_is_recovered_by_reading_the_state() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "lost", "clickstream");
    let proxy = Proxy::start(server.port);
    let lost = |service: &str, operation: &str, times: u32| json!({"service": service, "operation": operation, "times": times, "response": {"abort_frac": 0.3}});
    proxy.rules(&json!([
        lost("cloudformation", "CreateChangeSet", 3),
        lost("cloudformation", "ExecuteChangeSet", 3),
        lost("redshift-data", "BatchExecuteStatement", 2),
        json!({"service": "s3", "operation": "PutObject", "times": 4, "response": {"set_headers": {"content-length": "9"}, "abort_bytes": 0}}),
    ]));
    proxy.dev(&project, "deploy", &[]).ends(0).says("version 1 succeeded");
    assert!(proxy.fired() >= 8, "{} faults fired", proxy.fired());
    let twice = project.query("SELECT path FROM strataform.applied_sql GROUP BY path HAVING COUNT(*) > 1");
    assert!(twice.is_empty(), "applied twice: {twice:?}");
    assert_eq!(results(&project), ["succeeded"], "one run is one version");
    assert_complete(&project);
    let full = project.dev("destroy", &["--yes"]).ends(3);
    assert!(full.err.contains("--empty ArtifactsBucket"), "{}", full.err);
    proxy.rules(&json!([lost("cloudformation", "DeleteStack", 2)]));
    let named = ["--empty", "ArtifactsBucket", "--allow", "destroy-data=ingestion/EventStream"];
    proxy.dev(&project, "destroy", &named).ends(0);
    assert_eq!(project.status("storage"), "");
}

#[test]
fn expired_credentials_are_reported_and_the_next_run_continues() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "expired", "clickstream");
    let proxy = Proxy::start(server.port);
    let expired = json!({"code": "ExpiredToken", "message": "The security token included in the request is expired", "status": 403});
    proxy
        .rules(&json!([{"service": "cloudformation", "operation": "DescribeStackEvents", "error": expired}]));
    let ended =
        proxy.dev(&project, "deploy", &[]).ends(6).says("GEN1009").says("the credentials have expired");
    ended.says("continues in AWS").says("run the same command");
    proxy.rules(&json!([{"service": "sts", "operation": "GetCallerIdentity", "error": expired}]));
    proxy.dev(&project, "deploy", &[]).ends(6).says("GEN1009");
    // If they expire for every call, not even the version can be closed: the next run finds it open.
    proxy.rules(&json!([]));
    project.deploy().ends(0);
    assert_complete(&project);
}

/// Kills the process at the first event that matches; returns whether there was one.
fn killed_at(project: &Project, verb: &[&str], is_it: &dyn Fn(&Value) -> bool) -> bool {
    let mut child = project.command(verb).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines {
        let Ok(event) = serde_json::from_str::<Value>(&line.unwrap()) else { continue };
        if is_it(&event) {
            // SIGKILL: the process cannot react to it.
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
    }
    child.wait().unwrap();
    false
}

/// A name that distinguishes an event from others.
fn step(event: &Value) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    match text("event").as_str() {
        "resource" => format!("resource {}", text("stack")),
        "sql" => format!("sql {}", text("path")),
        other => format!("{other} {}", text("stack")),
    }
}

/// Each event that changes a resource, once. SQL files are alike, so three of them are enough.
fn steps(project: &Project) -> Vec<String> {
    let events = project.dev("deploy", &["--yes", "--format", "json"]).ends(0).events();
    let mut steps: Vec<String> = Vec::new();
    for step in events.iter().map(step).filter(|step| step != "plan " && step != "check ") {
        let file = ["001", "010", "090"].iter().any(|number| step.contains(number));
        if !steps.contains(&step) && (file || !step.starts_with("sql")) {
            steps.push(step);
        }
    }
    assert!(steps.len() >= 20, "{steps:?}");
    steps
}

/// Kills runs at every second event, each in a new account, and then finishes them.
fn killed(name: &str, from: usize) {
    let Some(server) = server() else { return };
    let steps = steps(&Project::new(server, name, "clickstream"));
    let deploy = ["deploy", name, "--env", "dev", "--yes", "--format", "json"];
    let (mut runs, mut interrupted) = (0, 0);
    for wanted in steps.iter().skip(from).step_by(2).filter(|step| *step != "ended ") {
        let project = Project::new(server, name, "clickstream");
        assert!(killed_at(&project, &deploy, &|event| step(event) == *wanted), "`{wanted}` was not reached");
        let next = project.deploy().ends(0);
        runs += 1;
        if !next.out.contains("nothing to change") {
            let results = results(&project);
            assert_eq!(results, ["succeeded", "interrupted"], "after `{wanted}`");
            interrupted += 1;
        }
        project.deploy().ends(0).says("nothing to change");
        let applied = project.query("SELECT path, COUNT(*) AS n FROM strataform.applied_sql GROUP BY path");
        let files = project.manifest()["sql"].as_array().unwrap().len();
        assert_eq!(applied.len(), files, "after `{wanted}`");
        assert!(applied.iter().all(|row| row[1] == "1"), "after `{wanted}`: {applied:?}");
    }
    assert!(interrupted * 2 > runs, "only {interrupted} of {runs} runs were interrupted");
}

#[test]
fn the_same_command_finishes_a_run_killed_at_an_even_step() {
    killed("killed", 0);
}

#[test]
fn the_same_command_finishes_a_run_killed_at_an_odd_step() {
    killed("killed-too", 1);
}

#[test]
fn the_next_run_finishes_several_killed_runs() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "often", "clickstream");
    let deploy = ["deploy", "often", "--env", "dev", "--yes", "--format", "json"];
    for wanted in ["begun ", "uploaded ", "prepared storage", "resource storage", "prepared aggregation"] {
        // A run that is killed after it prepared a stack may have started it, and the stack may be complete before the next run.
        let is_complete = |event: &Value| wanted == "resource storage" && step(event) == "unchanged storage";
        let reached = killed_at(&project, &deploy, &|event| step(event) == wanted || is_complete(event));
        assert!(reached, "`{wanted}` was not reached");
    }
    project.deploy().ends(0).says("was taken over");
    assert_complete(&project);
    let ended: BTreeSet<String> = results(&project).into_iter().collect();
    assert_eq!(ended, BTreeSet::from(["interrupted".to_owned(), "succeeded".to_owned()]));

    let named = ["--yes", "--empty", "ArtifactsBucket", "--allow", "destroy-data=ingestion/EventStream"];
    let gone = [&["destroy", "often", "--env", "dev", "--format", "json"], &named[..]].concat();
    assert!(killed_at(&project, &gone, &|event| step(event) == "resource processing"));
    project.dev("destroy", &named).ends(0);
    assert_eq!(project.status("storage"), "");
}

pub(super) fn tags(project: &Project) -> Value {
    json!([
        {"Key": "strataform:platform", "Value": project.name},
        {"Key": "strataform:environment", "Value": "dev"},
    ])
}

#[test]
fn remains_of_failed_and_abandoned_stacks_are_deleted() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "left", "clickstream");
    let bad =
        json!({"Resources": {"S": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": "abc"}}}});
    let made =
        json!({"StackName": "left-dev-ingestion", "TemplateBody": bad.to_string(), "Tags": tags(&project)});
    project.look("cloudformation", "create_stack", &made);
    let until = Instant::now() + Duration::from_mins(1);
    while project.status("ingestion") != "ROLLBACK_COMPLETE" {
        assert!(Instant::now() < until, "{}", project.status("ingestion"));
        std::thread::sleep(Duration::from_millis(50));
    }
    let good = json!({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}});
    let shell = json!({"StackName": "left-dev-storage", "ChangeSetName": "abandoned", "ChangeSetType": "CREATE", "TemplateBody": good.to_string()});
    project.look("cloudformation", "create_change_set", &shell);
    assert_eq!(project.status("storage"), "REVIEW_IN_PROGRESS");
    let deployed = project.deploy().ends(0);
    let plan =
        deployed.says("ROLLBACK_COMPLETE: its creation or deletion failed; its remains are deleted first");
    plan.says("S failed:").says("deleting its remains before recreating it");
    assert_complete(&project);
}

#[test]
fn a_change_set_without_changes_is_not_a_failure() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "same", "clickstream");
    project.deploy().ends(0);
    // No resource of these stacks contains the descriptions of templates.
    project.change("title       = \"Clickstream\"", "title       = \"Clicks\"");
    project.deploy().ends(0).says("storage          no change").says("version 2 succeeded");
    for stack in ["storage", "ingestion"] {
        let asked = json!({"StackName": format!("same-dev-{stack}")});
        let sets = project.look("cloudformation", "list_change_sets", &asked);
        let failed =
            sets["Summaries"].as_array().unwrap().iter().filter(|one| one["Status"] == "FAILED").count();
        assert_eq!(failed, 0, "{sets}");
    }
    project.deploy().ends(0).says("nothing to change, version 2");
}

#[test]
fn a_concurrent_deployment_is_rejected_and_names_the_lock_holder() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "twice", "clickstream");
    let proxy = Proxy::start(server.port);
    proxy.rules(&json!([{"service": "cloudformation", "operation": "DescribeStackEvents", "latency": 400}]));
    let mut first =
        proxy.command(&project, "deploy", &["--format", "json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(first.stdout.take().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().contains("\"event\":\"begun\"")));
    let refused = project.dev("deploy", &["--yes"]).ends(4).says("GEN1003").says("held the lock since 20");
    refused.says(&format!("arn:aws:iam::{}:root", project.account)).says("gen unlock");
    project.dev("status", &[]).ends(0).says("locked    by arn:aws:iam::");
    assert!(lines.any(|line| line.unwrap().contains("\"result\":\"succeeded\"")));
    assert!(first.wait().unwrap().success());
    assert_complete(&project);
}

#[test]
fn only_unlock_removes_the_lock_of_another_machine() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "locked", "clickstream");
    project.deploy().ends(0);
    let lock = json!({"identity": "arn:aws:iam::1:user/ada", "host": "laptop/boot", "process": 7, "began": "1",
        "since": 1_795_000_000, "token": "x"});
    let bucket = format!("strataform-{}-eu-west-1", project.account);
    project.look(
        "s3",
        "put_object",
        &json!({"Bucket": bucket, "Key": "locked/dev/lock.json", "Body": lock.to_string()}),
    );
    project.change("title       = \"Clickstream\"", "title       = \"Clicks\"");
    project
        .deploy()
        .ends(4)
        .says("arn:aws:iam::1:user/ada has held the lock since 2026-11-18T")
        .says("on laptop");
    project.dev("unlock", &[]).ends(0).says("removed the lock that arn:aws:iam::1:user/ada held since");
    project.deploy().ends(0).says("version 2 succeeded");
}

#[test]
fn a_failed_resource_is_reported_with_its_place_and_independent_stacks_continue() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "fails", "clickstream");
    // The name is taken.
    project.look("kinesis", "create_stream", &json!({"StreamName": "taken", "ShardCount": 1}));
    let line = "[environment.dev.override.ingestion.EventStream]\nName = \"taken\"\n\n[dataset.event]";
    project.change("[dataset.event]", line);
    let failed =
        project.deploy().ends(5).says("GEN1005").says("stack fails-dev-ingestion is ROLLBACK_COMPLETE");
    let failed = failed.says("EventStream (AWS::Kinesis::Stream) CREATE_FAILED").says("already exists");
    let failed = failed.says("platforms/fails/platform.toml:").says("Name = \"taken\"").says("fix the cause");
    let root = failed.err.find("EventStream (AWS::Kinesis::Stream)").unwrap();
    assert!(
        failed.err.find("cancelled").is_none_or(|other| root < other),
        "the root cause comes first: {}",
        failed.err
    );
    assert_eq!(project.status("aggregation"), "CREATE_COMPLETE", "the stack does not depend on the stream");
    project.change(line, "[dataset.event]");
    project.deploy().ends(0).says("deleting its remains before recreating it").says("version 2 succeeded");
    assert_complete(&project);
}

#[test]
fn a_failed_update_rolls_back_and_the_next_one_succeeds() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "back", "clickstream");
    project.deploy().ends(0);
    let line = "[environment.dev.override.storage.RawBucket]\nBucketName = \"strataform-taken-name\"\n\n[dataset.event]";
    project.look("s3", "create_bucket", &json!({"Bucket": "strataform-taken-name", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}));
    project.change("[dataset.event]", line);
    let failed = project.dev("deploy", &["--yes", "--allow", "replace=storage/RawBucket"]).ends(5);
    failed
        .says("UPDATE_ROLLBACK_COMPLETE")
        .says("RawBucket")
        .says("skipped: it requires storage")
        .says("rolled back to the previous deployment");
    project.change(line, "[dataset.event]");
    project.deploy().ends(0);
    assert_eq!(results(&project), ["succeeded", "failed", "succeeded"]);
    assert_complete(&project);
}

#[test]
fn a_template_that_is_too_large_for_a_request_is_uploaded() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "large", "retail-orders");
    project.deploy().ends(0);
    let folder = project.folder.join("generated/large/dev");
    let mut large = 0;
    for stack in project.manifest()["stacks"].as_array().unwrap() {
        let text = fs::read_to_string(folder.join(stack["template"].as_str().unwrap())).unwrap();
        let asked = json!({"StackName": format!("large-dev-{}", stack["name"].as_str().unwrap())});
        let found = project.look("cloudformation", "get_template", &asked);
        let ours: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(found["TemplateBody"], ours);
        large += usize::from(text.len() > 51_200);
    }
    assert!(large > 0, "no template is larger than 51,200 bytes");
}
