//! What changes between the plan of a deployment and its lock, or while it runs: the deployment stops.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::faults::{results, tags};
use super::local::{Project, server};
use super::proxy::Proxy;

/// The plan of a deployment is made; its lock is written only after another client has done something.
/// Asserts that the deployment then stops, and returns the lines that it printed.
fn stopped(project: &Project, port: u16, delay: Duration, other: impl FnOnce()) -> Vec<String> {
    let proxy = Proxy::start(port);
    let milliseconds = u64::try_from(delay.as_millis()).unwrap();
    proxy.rules(&json!([{"service": "s3", "operation": "PutObject", "resource": "strataform", "latency": milliseconds, "times": 1}]));
    let mut slow =
        proxy.command(project, "deploy", &["--format", "json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(slow.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("\"event\":\"plan\""));
    other();
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(slow.wait().unwrap().code(), Some(1), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains("GEN1004")), "{rest:?}");
    rest
}

#[test]
fn a_stack_that_changes_after_the_plan_stops_the_deployment() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "moved", "clickstream");
    project.deploy().ends(0);
    project.change("raw     = \"7 days\"", "raw     = \"8 days\"");
    // Starts the inspector before the race begins.
    assert_eq!(project.status("storage"), "CREATE_COMPLETE");
    let topic = json!({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}});
    let other =
        json!({"StackName": "moved-dev-other", "TemplateBody": topic.to_string(), "Tags": tags(&project)});
    stopped(&project, server.port, Duration::from_secs(6), || {
        project.look("cloudformation", "create_stack", &other);
    });
    project.deploy().ends(0).says("version 2 succeeded");
    assert_eq!(project.status("other"), "");
}

#[test]
fn a_version_that_ends_after_the_plan_stops_the_deployment() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "passed", "clickstream");
    project.deploy().ends(0);
    // No resource contains the title, so no stack shows that the other version was here.
    project.change("title       = \"Clickstream\"", "title       = \"Clicks\"");
    let rest = stopped(&project, server.port, Duration::from_secs(15), || {
        project.deploy().ends(0).says("version 2 succeeded");
    });
    assert!(rest.iter().any(|line| line.contains("version 2 ended")), "{rest:?}");
    assert_eq!(results(&project), ["succeeded", "succeeded"]);
}

/// What a killed run has sent to the warehouse runs on, and its end is in the ledger alone.
#[test]
fn a_statement_of_a_killed_run_that_ends_after_the_plan_stops_the_deployment() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "late", "clickstream");
    project.deploy().ends(0);
    let rows = || project.query("SELECT COUNT(*) FROM strataform.applied_sql");
    let before: usize = rows()[0][0].parse().unwrap();
    project.change("[dataset.event.column]", "[dataset.event.column]\nnote = \"string(20)\"");
    let row = "INSERT INTO strataform.applied_sql SELECT path, checksum, values_digest, part, parts, 2, GETDATE(), \
               'a killed run' FROM strataform.applied_sql WHERE path LIKE '%001_schemas.sql'";
    let rest = stopped(&project, server.port, Duration::from_secs(6), || {
        let insert = ["query", row, "--write", "--yes", "--platform", "late", "--env", "dev"];
        project.run(&insert).ends(0);
    });
    assert!(rest.iter().any(|line| line.contains("another run has applied a file since")), "{rest:?}");
    assert_eq!(rows(), [[(before + 1).to_string()]], "no file was applied");
    project.deploy().ends(0);
    assert_eq!(results(&project)[0], "succeeded");
    project.deploy().ends(0).says("nothing to change");
}

/// A process that is killed between the head and the file of its version has ended it.
#[test]
fn a_version_whose_file_was_not_written_has_the_end_that_the_head_has() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "ended", "clickstream");
    project.deploy().ends(0);
    let (bucket, key) =
        (format!("strataform-{}-eu-west-1", project.account), "ended/dev/versions/000001.json");
    let found = project.look("s3", "get_object", &json!({"Bucket": bucket, "Key": key}));
    let mut record: Value = serde_json::from_str(found["Body"].as_str().unwrap()).unwrap();
    assert_eq!(record["result"], "succeeded");
    record["result"] = json!("running");
    project.look("s3", "put_object", &json!({"Bucket": bucket, "Key": key, "Body": record.to_string()}));
    assert_eq!(results(&project), ["succeeded"]);
    // A version of which nothing says that it ended.
    record["token"] = json!("another");
    project.look("s3", "put_object", &json!({"Bucket": bucket, "Key": key, "Body": record.to_string()}));
    assert_eq!(results(&project), ["running"]);
}
