//! What state machines call, recorded from the interpreter that runs their definitions (`tests/flow`), and who assumes
//! which role.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::account::{ACCOUNT, Account, REGION, Resource, text};
use super::judge::{Request, Who};
use super::needs::{Need, Needs};
use crate::flow::bench::{hash, interpreted};

/// What happens in the executions whose calls are recorded: together, every call of every state.
fn scenarios(run: &str, workgroup: &str) -> Vec<Value> {
    let busy = json!({ "error": "Glue.ConcurrentRunsExceededException", "cause": "one is running" });
    let limit = json!({
        "usageLimitId": "l", "resourceArn": workgroup, "usageType": "serverless-compute",
        "period": "daily", "amount": 1, "breachAction": "log",
    });
    vec![
        json!({}),
        json!({ "left": [run] }),
        json!({ "statements": vec![json!({ "error": "ERROR: the warehouse is out of order" }); 3] }),
        json!({ "glue:startJobRun.sync": [busy], "executions": [{ "name": "other", "at": "2026-03-01T00:00:01Z", "input": {} }] }),
        json!({ "limits": [limit] }),
    ]
}

/// The requests of a state machine.
pub(super) fn of_machine(account: &Account, one: &Resource) -> Vec<Need> {
    let mut needs = Needs::of(Who::Identity(text(&one.properties["RoleArn"])));
    needs.from("recorded: the interpreter of state machines");
    let mut definition = one.properties["Definition"].to_string();
    for (key, value) in one.properties["DefinitionSubstitutions"].as_object().into_iter().flatten() {
        definition = definition.replace(&format!("${{{key}}}"), &text(value));
    }
    let definition: Value = serde_json::from_str(&definition).expect("a definition");
    let run = hash(&format!("arn:aws:states:{REGION}:{ACCOUNT}:execution:{}:one", one.name));
    let workgroup = text(&one.properties["DefinitionSubstitutions"]["Workgroup"]);
    for outcome in interpreted(&one.name, &definition, &scenarios(&run, &workgroup)) {
        for call in outcome["calls"].as_array().expect("calls") {
            record(&mut needs, account, call);
        }
    }
    let seen: BTreeSet<&str> = needs.found.iter().map(|one| one.request.action.as_str()).collect();
    for action in tasks(&definition) {
        assert!(seen.contains(action.as_str()), "{}: no scenario calls {action}", one.name);
    }
    if one.properties["LoggingConfiguration"]["Level"] != "OFF" {
        needs.from("Step Functions developer guide, \"Using CloudWatch Logs to log execution history\"");
        let actions = [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ];
        needs.anywhere(&actions, &[]);
    }
    if one.properties["TracingConfiguration"]["Enabled"] == true {
        needs.from("Step Functions developer guide, \"Tracing with AWS X-Ray\"");
        let actions = [
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        ];
        needs.anywhere(&actions, &[]);
    }
    needs.found.sort_by(|one, other| one.request.cmp(&other.request));
    needs.found.dedup_by(|one, other| one.request == other.request);
    needs.found
}

/// The actions that the states of a definition call.
fn tasks(definition: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for state in definition["States"].as_object().into_iter().flatten().map(|(_, state)| state) {
        if let Some((_, call)) = state["Resource"].as_str().and_then(|resource| resource.split_once(":::")) {
            let call = call.trim_start_matches("aws-sdk:").trim_end_matches(".sync");
            let (service, operation) = call.split_once(':').expect("a service integration");
            let service = match service {
                "redshiftdata" => "redshift-data",
                "redshiftserverless" => "redshift-serverless",
                "sfn" => "states",
                other => other,
            };
            let operation = if operation == "listObjectsV2" { "listBucket" } else { operation };
            let (first, rest) = operation.split_at(1);
            found.push(format!("{service}:{}{rest}", first.to_uppercase()));
        }
        found.extend(tasks(&state["ItemProcessor"]));
    }
    found
}

/// Adds the requests of a call: those of the service authorization reference for its operation.
fn record(needs: &mut Needs, account: &Account, call: &Value) {
    let given = |name: &str| text(&call["parameters"][name]);
    let own = |service: &str, resource: &str| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}");
    match text(&call["operation"]).as_str() {
        "StartJobRun" => {
            let job = own("glue", &format!("job/{}", given("JobName")));
            needs.add(&["glue:StartJobRun"], &job, &[]);
            // Step Functions waits for the run, and stops it if the execution is stopped.
            needs.add(&["glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"], &job, &[]);
        }
        "GetObject" => {
            needs.add(&["s3:GetObject"], &format!("arn:aws:s3:::{}/{}", given("Bucket"), given("Key")), &[]);
        }
        "ListObjectsV2" => {
            let bucket = format!("arn:aws:s3:::{}", given("Bucket"));
            needs.add(&["s3:ListBucket"], &bucket, &[("s3:prefix", &given("Prefix"))]);
        }
        operation @ ("ExecuteStatement" | "BatchExecuteStatement") => {
            needs.add(&[&format!("redshift-data:{operation}")], &warehouse(account).0, &[]);
            credentials(needs, account, &given("Database"));
        }
        operation @ ("DescribeStatement" | "GetStatementResult") => {
            needs.anywhere(&[&format!("redshift-data:{operation}")], &[]);
        }
        operation @ ("CreateIngestion" | "DescribeIngestion") => {
            let ingestion = format!("dataset/{}/ingestion/{}", given("DataSetId"), given("IngestionId"));
            needs.add(&[&format!("quicksight:{operation}")], &own("quicksight", &ingestion), &[]);
        }
        "Publish" => {
            needs.add(&["sns:Publish"], &given("TopicArn"), &[]);
        }
        operation @ ("ListExecutions" | "StartExecution") => {
            needs.add(&[&format!("states:{operation}")], &given("stateMachineArn"), &[]);
        }
        "DescribeExecution" => {
            needs.add(&["states:DescribeExecution"], &given("executionArn"), &[]);
        }
        operation @ ("ListUsageLimits" | "CreateUsageLimit" | "UpdateUsageLimit") => {
            needs.anywhere(&[&format!("redshift-serverless:{operation}")], &[]);
        }
        "CreateSnapshot" => {
            for (kind, name) in [("namespace", "namespaceName"), ("snapshot", "snapshotName")] {
                let resource = own("redshift-serverless", &format!("{kind}/{}", given(name)));
                needs.add(&["redshift-serverless:CreateSnapshot"], &resource, &[]);
            }
        }
        other => panic!("unknown operation {other}"),
    }
}

/// The ARN of the warehouse, and the name of its database.
pub(super) fn warehouse(account: &Account) -> (String, String) {
    let database = |kind: &str, key: &str| account.of_kind(kind).next().map(|one| text(&one.properties[key]));
    if let Some(one) = account.of_kind("AWS::RedshiftServerless::Workgroup").next() {
        let arn = format!("arn:aws:redshift-serverless:{REGION}:{ACCOUNT}:workgroup/{}", one.name);
        return (arn, database("AWS::RedshiftServerless::Namespace", "DbName").unwrap_or_default());
    }
    let cluster = account.of_kind("AWS::Redshift::Cluster").next().expect("a warehouse");
    let name = text(&cluster.properties["ClusterIdentifier"]);
    let arn = format!("arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:{name}");
    (arn, database("AWS::Redshift::Cluster", "DBName").unwrap_or_default())
}

/// The Data API gets temporary credentials for whoever runs a statement.
pub(super) fn credentials(needs: &mut Needs, account: &Account, database: &str) {
    let (warehouse, _) = warehouse(account);
    match warehouse.split_once(":cluster:") {
        Some((_, name)) => {
            let arn = format!("arn:aws:redshift:{REGION}:{ACCOUNT}:dbname:{name}/{database}");
            needs.add(&["redshift:GetClusterCredentialsWithIAM"], &arn, &[]);
        }
        None => {
            needs.add(&["redshift-serverless:GetCredentials"], &warehouse, &[]);
        }
    }
}

/// The ARN of a key, by its ARN or its ID.
pub(super) fn key_arn(key: &str) -> String {
    if key.starts_with("arn:") { key.to_owned() } else { format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}") }
}

/// The services that assume roles, by the type and the property of the resource that has the role.
const TRUSTED: [(&str, &str, &str); 9] = [
    ("AWS::StepFunctions::StateMachine", "/RoleArn", "states.amazonaws.com"),
    ("AWS::Glue::Job", "/Role", "glue.amazonaws.com"),
    ("AWS::Glue::Crawler", "/Role", "glue.amazonaws.com"),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "/ExtendedS3DestinationConfiguration/RoleARN",
        "firehose.amazonaws.com",
    ),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "/KinesisStreamSourceConfiguration/RoleARN",
        "firehose.amazonaws.com",
    ),
    ("AWS::Scheduler::Schedule", "/Target/RoleArn", "scheduler.amazonaws.com"),
    ("AWS::Pipes::Pipe", "/RoleArn", "pipes.amazonaws.com"),
    ("AWS::EC2::FlowLog", "/DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    ("AWS::QuickSight::VPCConnection", "/RoleArn", "quicksight.amazonaws.com"),
];

/// The services that assume the roles of the platform.
pub(super) fn trusts(account: &Account) -> Vec<Need> {
    let mut found = Vec::new();
    let mut add = |service: &str, role: &str| {
        let request = Request {
            who: Who::Service(service.to_owned()),
            action: "sts:AssumeRole".to_owned(),
            resource: role.to_owned(),
            context: vec![("aws:SourceAccount".to_owned(), ACCOUNT.to_owned())],
        };
        found.push(Need { request, source: "each service's guide, on its role" });
    };
    for (kind, property, service) in TRUSTED {
        for one in account.of_kind(kind) {
            if let Some(role) = one.properties.pointer(property).and_then(Value::as_str) {
                add(service, role);
            }
        }
    }
    // Redshift guide, "Granting permissions to Amazon Redshift Serverless": both services assume the role of a namespace.
    for (kind, service) in [
        ("AWS::RedshiftServerless::Namespace", "redshift-serverless.amazonaws.com"),
        ("AWS::RedshiftServerless::Namespace", "redshift.amazonaws.com"),
        ("AWS::Redshift::Cluster", "redshift.amazonaws.com"),
    ] {
        for one in account.of_kind(kind) {
            for role in one.properties["IamRoles"].as_array().into_iter().flatten() {
                add(service, &text(role));
            }
        }
    }
    found
}
