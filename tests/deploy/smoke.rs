//! The smoke test for an account (`cargo xtask smoke`), from end to end on the local AWS.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::local::{Outcome, Project, python, run_to_end, server};
use super::proxy::Proxy;
use crate::tool::spark;

const STEPS: [&str; 17] = [
    "synth",
    "doctor",
    "deploy",
    "put",
    "drop a file twice",
    "load events",
    "load the file",
    "query events",
    "query the file",
    "refresh a data set",
    "deploy a new column",
    "load the new column",
    "run twice",
    "roll back",
    "destroy",
    "deploy again",
    "clean up",
];

/// Probes that the local AWS cannot even rehearse: its warehouse lacks what they ask for, and it has no price list.
const NOT_REHEARSED: [&str; 7] = [
    "block-skipping",
    "explain-only",
    "incremental-refresh",
    "late-binding-usage",
    "list-prices",
    "merge-scan",
    "position-deletes",
];

/// An account in which the smoke test runs.
struct Smoke {
    project: Project,
}

impl Smoke {
    fn new(name: &str) -> Option<Self> {
        let project = Project::empty(server()?, name);
        // What looks at the account needs the region of a manifest.
        let folder = project.folder.join("generated").join(name).join("dev");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("manifest.json"), json!({"region": "eu-west-1"}).to_string()).unwrap();
        Some(Self { project })
    }

    /// The program, as `cargo xtask smoke` starts it, for this account.
    fn command(&self, endpoint: &str, more: &[&str]) -> Command {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(python().expect("a server is running"));
        command
            .args(["-B", "-m", "smoke", "--yes", "--gen", env!("CARGO_BIN_EXE_gen"), "--work"])
            .arg(self.work())
            .args(more)
            .current_dir(root)
            .stdin(Stdio::null());
        for (name, value) in self.project.command(&[]).get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("PYTHONPATH", root.join("tools/smoke")).env("AWS_ENDPOINT_URL", endpoint);
        command
    }

    /// Makes what an administrator of QuickSight has made: a group, and the role that reads secrets.
    fn subscribe(&self, group: &str) {
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "quicksight.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ]});
        let role = json!({
            "RoleName": "aws-quicksight-secretsmanager-role-v0", "Path": "/service-role/",
            "AssumeRolePolicyDocument": trust.to_string(),
        });
        let group = json!({
            "AwsAccountId": self.project.account, "Namespace": "default", "GroupName": group,
        });
        for (service, operation, asked) in
            [("iam", "create_role", role), ("quicksight", "create_group", group)]
        {
            let made = self.project.look(service, operation, &asked);
            assert!(made["error"].is_null(), "{made}");
        }
    }

    fn work(&self) -> PathBuf {
        self.project.folder.join("work")
    }

    fn run(&self, endpoint: &str, more: &[&str]) -> Outcome {
        run_to_end(self.command(endpoint, more))
    }

    /// The report in JSON, and in Markdown; neither has the account.
    fn report(&self) -> Value {
        let read = |ending: &str| {
            let files = fs::read_dir(self.work()).unwrap().map(|entry| entry.unwrap().path());
            let mut files = files.filter(|path| path.extension().is_some_and(|found| found == ending));
            fs::read_to_string(files.next().expect("a report")).unwrap()
        };
        let (page, text) = (read("md"), read("json"));
        assert!(!page.contains(&self.project.account) && !text.contains(&self.project.account), "{page}");
        assert!(page.starts_with("# Smoke test of smoke-"), "{page}");
        serde_json::from_str(&text).unwrap()
    }

    /// The outcomes of the steps, by name, in order.
    fn outcomes(report: &Value) -> Vec<(String, String)> {
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        let steps = report["steps"].as_array().unwrap().iter();
        steps.map(|step| (text(step, "name"), text(step, "outcome"))).collect()
    }

    /// The names of what is in the account, apart from what AWS has there.
    fn names(&self) -> BTreeSet<String> {
        const LISTS: [(&str, &str, &str, &str); 14] = [
            ("cloudformation", "describe_stacks", "Stacks", "StackName"),
            ("s3", "list_buckets", "Buckets", "Name"),
            ("kinesis", "list_streams", "StreamNames", ""),
            ("firehose", "list_delivery_streams", "DeliveryStreamNames", ""),
            ("logs", "describe_log_groups", "logGroups", "logGroupName"),
            ("iam", "list_roles", "Roles", "RoleName"),
            ("secretsmanager", "list_secrets", "SecretList", "Name"),
            ("glue", "get_databases", "DatabaseList", "Name"),
            ("glue", "get_jobs", "Jobs", "Name"),
            ("stepfunctions", "list_state_machines", "stateMachines", "name"),
            ("redshift-serverless", "list_namespaces", "namespaces", "namespaceName"),
            ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
            ("quicksight", "list_dashboards", "DashboardSummaryList", "DashboardId"),
            ("quicksight", "list_data_sets", "DataSetSummaries", "DataSetId"),
        ];
        let mut names = BTreeSet::new();
        for (service, operation, items, name) in LISTS {
            let asked = match service {
                "quicksight" => json!({"AwsAccountId": self.project.account}),
                _ => json!({}),
            };
            let found = self.project.look(service, operation, &asked);
            let all = found[items].as_array().unwrap_or_else(|| panic!("{service} {operation}: {found}"));
            let of = |one: &Value| if name.is_empty() { one.clone() } else { one[name].clone() };
            names.extend(all.iter().map(|one| format!("{service} {}", of(one).as_str().unwrap())));
        }
        names
    }
}

#[test]
fn every_step_passes_and_nothing_is_left() {
    let (Some(smoke), Some(_spark)) = (Smoke::new("smoke"), spark()) else { return };
    smoke.subscribe("smoke-readers");
    let before = smoke.names();
    let options = ["--group", "smoke-readers", "--identity-region", "eu-west-1"];
    let outcome = smoke.run(&smoke.project.endpoint(), &options).ends(0);
    let report = smoke.report();
    let outcomes = Smoke::outcomes(&report);
    let expected: Vec<(String, String)> =
        STEPS.iter().map(|name| ((*name).to_owned(), "passed".to_owned())).collect();
    assert_eq!(outcomes, expected, "{}", outcome.out);
    assert_eq!(
        (&report["good"], &report["unlisted"], &report["left"]),
        (&json!(true), &json!([]), &json!([]))
    );
    assert_eq!(smoke.names(), before);
    assert!(!smoke.work().join(report["platform"].as_str().unwrap()).exists(), "the project is deleted");
    assumptions(&report);
}

/// Every assumption has an outcome with its evidence, and no probe is broken.
fn assumptions(report: &Value) {
    let found = report["assumptions"].as_array().unwrap();
    let of = |outcome: &str| found.iter().filter(|one| one["outcome"] == outcome).count();
    let (confirmed, unseen) = (of("confirmed"), of("not observable"));
    assert_eq!(confirmed + unseen, found.len(), "{found:#?}");
    assert!(confirmed >= 6, "the local AWS shows something about six assumptions: {found:#?}");
    let mut ids = BTreeSet::new();
    for one in found {
        let id = one["id"].as_str().unwrap();
        assert!(ids.insert(id), "{id} has two probes");
        assert!(!one["evidence"].as_str().unwrap().is_empty(), "{id}");
        let is_broken = one.to_string().contains("the probe failed");
        assert_eq!(is_broken, NOT_REHEARSED.contains(&id), "{one}");
    }
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/assumptions.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let rows: BTreeSet<&str> = rows.map(|(id, _)| id).collect();
    let by_hand = report["by_hand"].as_array().unwrap();
    let by_hand: BTreeSet<&str> = by_hand.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert!(ids.is_disjoint(&by_hand), "what has an outcome is not left to a reader");
    ids.extend(by_hand);
    assert_eq!(ids, rows, "each probe has a row, and each row an outcome or commands");
}

#[test]
fn an_account_that_lacks_something_is_left_as_it_is() {
    let Some(smoke) = Smoke::new("smoke-doctor") else { return };
    smoke.project.look("strataform", "account", &json!({"zones": {"eu-west-1": 2}}));
    let before = smoke.names();
    smoke
        .run(&smoke.project.endpoint(), &[])
        .ends(1)
        .says("zones: eu-west-1 has 2 zones")
        .says("requires doctor");
    let outcomes = Smoke::outcomes(&smoke.report());
    for (name, found) in &outcomes {
        let expected = match name.as_str() {
            "synth" | "clean up" => "passed",
            "doctor" => "failed",
            _ => "skipped",
        };
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(smoke.names(), before);
}

#[test]
fn what_a_failed_step_left_is_destroyed() {
    let Some(smoke) = Smoke::new("smoke-failed") else { return };
    let before = smoke.names();
    let proxy = Proxy::start(smoke.project.port);
    let code = json!({"code": "AccessDeniedException", "message": "not allowed"});
    proxy.rules(
        &json!([{"service": "redshift-data", "operation": "BatchExecuteStatement", "error": code, "status": 400}]),
    );
    let outcome = smoke.run(&proxy.endpoint(), &[]).ends(1).says("not allowed");
    assert!(proxy.fired() > 0);
    let outcomes = Smoke::outcomes(&smoke.report());
    for (name, found) in &outcomes {
        let expected = match name.as_str() {
            "synth" | "doctor" | "clean up" => "passed",
            "deploy" => "failed",
            _ => "skipped",
        };
        assert_eq!(found, expected, "{name}: {}", outcome.out);
    }
    outcome.says("requires deploy").says("CREATE_COMPLETE").says("DELETE_COMPLETE");
    assert_eq!(smoke.names(), before);
}

#[test]
fn an_interrupted_run_names_what_it_could_not_destroy() {
    let Some(smoke) = Smoke::new("smoke-stopped") else { return };
    let before = smoke.names();
    let proxy = Proxy::start(smoke.project.port);
    let code = json!({"code": "AccessDenied", "message": "not allowed"});
    proxy.rules(
        &json!([{"service": "cloudformation", "operation": "DeleteStack", "error": code, "status": 403}]),
    );
    let mut child = smoke.command(&proxy.endpoint(), &[]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("storage CREATE_COMPLETE") {
        assert!(out.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    out.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    let report = smoke.report();
    let outcomes = Smoke::outcomes(&report);
    let of = |name: &str| outcomes.iter().find(|one| one.0 == name).unwrap().1.as_str();
    assert_eq!((of("deploy"), of("put"), of("clean up")), ("interrupted", "skipped", "failed"), "{said}");

    let platform = report["platform"].as_str().unwrap();
    assert!(said.contains(&format!("left in the account: stack {platform}-dev-storage")), "{said}");
    assert!(said.contains(&format!("aws cloudformation delete-stack --stack-name {platform}-dev-storage")));
    let left = report["left"].as_array().unwrap().len();
    assert!(left > 10, "{left} resources are left");
    let line = report["destroy"].as_str().unwrap();
    assert!(said.contains(line), "{said}");
    let words: Vec<&str> = line.strip_prefix("cargo xtask smoke ").unwrap().split(' ').collect();
    smoke.run(&smoke.project.endpoint(), &words).ends(0).says("clean up").says("DELETE_COMPLETE");
    assert_eq!(smoke.names(), before);
}

#[test]
fn only_a_platform_of_a_smoke_test_is_destroyed() {
    let Some(smoke) = Smoke::new("smoke-other") else { return };
    smoke.run(&smoke.project.endpoint(), &["--destroy", "clickstream"]).ends(2).says("not a name");
}
