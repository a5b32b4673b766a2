//! Every blueprint is deployed, changed, left unchanged, rolled back, destroyed and deployed again. After each step,
//! calls to the services check the result.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::process::Command;

use serde_json::{Value, json};

use super::local::{Project, python, run_to_end, server, warehouse};

/// A blueprint, and the changes to it.
struct Case {
    blueprint: &'static str,
    /// A dataset with a stream, and its table.
    dataset: &'static str,
    stream_id: &'static str,
    /// The place where a column is added, and the column.
    before_column: &'static str,
    /// The title of a visual, and its replacement.
    title: (&'static str, &'static str),
    dashboard: &'static str,
    tables: &'static [&'static str],
}

const CASES: [Case; 3] = [
    Case {
        blueprint: "clickstream",
        dataset: "event",
        stream_id: "Event",
        before_column: "country     = \"string(2)\"",
        title: ("title = \"Sessions by device\"", "title = \"Sessions, by device\""),
        dashboard: "overview",
        tables: &["event"],
    },
    Case {
        blueprint: "iot-telemetry",
        dataset: "measurement",
        stream_id: "Measurement",
        before_column: "unit        = \"string(16)\"",
        title: ("title = \"Faults\"", "title = \"Faults seen\""),
        dashboard: "operations",
        tables: &["device", "measurement"],
    },
    Case {
        blueprint: "retail-orders",
        dataset: "order_line",
        stream_id: "OrderLine",
        before_column: "quantity    = \"integer not null\"",
        title: ("title  = \"Revenue\"", "title  = \"Revenue, EUR\""),
        dashboard: "sales",
        tables: &["customer", "order_line", "product", "store"],
    },
];

#[test]
fn clickstream_completes_its_life_cycle() {
    run_life_cycle(&CASES[0]);
}

#[test]
fn iot_telemetry_completes_its_life_cycle() {
    run_life_cycle(&CASES[1]);
}

#[test]
fn retail_orders_completes_its_life_cycle() {
    run_life_cycle(&CASES[2]);
}

fn run_life_cycle(case: &Case) {
    let Some(server) = server() else { return };
    let project = Project::new(server, case.blueprint, case.blueprint);
    let seen = Seen { case, project: &project };

    project.deploy().ends(0).says("version 1 succeeded");
    seen.all_stacks("CREATE_COMPLETE");
    seen.stream(24);
    seen.as_in_the_assembly();
    let (first_interval, first_columns) = (seen.interval(), seen.columns());
    assert_eq!(seen.tables(), case.tables);

    project.deploy().ends(0).says("nothing to change, version 1 is deployed");

    let column = format!("coupon = \"string(20)\"\n{}", case.before_column);
    project.edit(case.before_column, &column);
    project.edit(case.title.0, case.title.1);
    let buffer = format!(
        "[environment.dev.override.ingestion.{}Delivery]\n\
         \"ExtendedS3DestinationConfiguration.BufferingHints.IntervalInSeconds\" = 77\n\n[dataset.",
        case.stream_id
    );
    project.change("[dataset.", &buffer);
    project.deploy().ends(0).says("version 2 succeeded");
    assert_eq!(seen.interval(), 77);
    let mut more = first_columns.clone();
    more.insert("coupon".to_owned());
    assert_eq!(seen.columns(), more);
    seen.as_in_the_assembly();
    assert_eq!(seen.tables(), case.tables);

    project.deploy().ends(0).says("nothing to change, version 2 is deployed");

    project.dev("rollback", &["--yes"]).ends(0).says("back to version 1").says("version 3 succeeded");
    assert_eq!(seen.interval(), first_interval);
    assert_eq!(seen.columns(), more, "an added column stays");
    project.dev("rollback", &["--yes", "--to", "2"]).ends(0).says("version 4 succeeded");
    assert_eq!(seen.interval(), 77);
    seen.as_in_the_assembly();

    let refused = project.dev("destroy", &["--yes"]).ends(3).says("GEN1014").says("nothing was done");
    seen.stream(24);
    let buckets: Vec<&str> = refused.err.split_whitespace().skip_while(|word| *word != "--empty").collect();
    project.dev("destroy", &[&["--yes"], buckets.as_slice()].concat()).ends(0).says("version 5 succeeded");
    seen.nothing();
    project.dev("status", &[]).ends(0).says("no stacks");

    project.deploy().ends(0).says("version 6 succeeded");
    seen.as_in_the_assembly();
    assert_eq!(seen.tables(), case.tables);
    let history = project.dev("history", &["--format", "json"]).ends(0).events();
    let kinds: Vec<&str> = history.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["deploy", "destroy", "rollback", "rollback", "deploy", "deploy"]);
    assert!(history.iter().all(|one| one["result"] == "succeeded"));
    assert_eq!(history[2]["to"], 2);
}

/// Checks of a deployed platform.
struct Seen<'a> {
    case: &'a Case,
    project: &'a Project,
}

impl Seen<'_> {
    fn all_stacks(&self, status: &str) {
        for stack in self.project.manifest()["stacks"].as_array().unwrap() {
            assert_eq!(self.project.status(stack["name"].as_str().unwrap()), status);
        }
    }

    fn stream_name(&self) -> String {
        format!("{}-dev-{}", self.case.blueprint, self.case.dataset.replace('_', "-"))
    }

    fn stream(&self, hours: u64) {
        let name = self.stream_name();
        let found = self.project.look("kinesis", "describe_stream", &json!({"StreamName": name}));
        let stream = &found["StreamDescription"];
        assert_eq!(stream["StreamStatus"], "ACTIVE", "{found}");
        assert!(!stream["Shards"].as_array().unwrap().is_empty());
        assert!(stream["RetentionPeriodHours"].as_u64().unwrap() >= hours);
    }

    fn interval(&self) -> u64 {
        let name = self.stream_name();
        let found =
            self.project.look("firehose", "describe_delivery_stream", &json!({"DeliveryStreamName": name}));
        let destination =
            &found["DeliveryStreamDescription"]["Destinations"][0]["ExtendedS3DestinationDescription"];
        destination["BufferingHints"]["IntervalInSeconds"].as_u64().unwrap_or_else(|| panic!("{found}"))
    }

    /// Asserts that the job's script and the dashboard, as the services return them, match the assembly.
    fn as_in_the_assembly(&self) {
        let folder = self.project.folder.join("generated").join(self.case.blueprint).join("dev");
        let job = self.project.look("glue", "get_job", &json!({"JobName": self.stream_name()}));
        let place = job["Job"]["Command"]["ScriptLocation"].as_str().unwrap_or_else(|| panic!("{job}"));
        let (bucket, key) = place.strip_prefix("s3://").unwrap().split_once('/').unwrap();
        let script = self.project.look("s3", "get_object", &json!({"Bucket": bucket, "Key": key}));
        let path = folder.join(format!("processing/jobs/{}.py", self.case.dataset));
        assert_eq!(script["Body"].as_str().unwrap(), fs::read_to_string(path).unwrap());

        let id = format!("{}-dev-{}", self.case.blueprint, self.case.dashboard);
        let asked = json!({"AwsAccountId": self.project.account, "DashboardId": id});
        let found = self.project.look("quicksight", "describe_dashboard_definition", &asked);
        let path = folder.join(format!("visualization/dashboards/{}.json", self.case.dashboard));
        let ours: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let texts = |definition: &Value| titles(definition);
        assert!(!titles(&found["Definition"]).is_empty(), "{found}");
        assert_eq!(texts(&found["Definition"]), texts(&ours));
    }

    fn tables(&self) -> Vec<String> {
        let rows = self.project.query(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'core' AND table_type = 'BASE TABLE' ORDER BY table_name",
        );
        rows.into_iter().map(|mut row| row.remove(0)).filter(|name| !name.contains("__")).collect()
    }

    fn columns(&self) -> BTreeSet<String> {
        let rows = self.project.query(&format!(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'core' AND table_name = '{}'",
            self.case.dataset
        ));
        rows.into_iter().map(|mut row| row.remove(0)).collect()
    }

    fn nothing(&self) {
        let name = self.stream_name();
        let gone = |service, operation, parameters: Value| {
            let found = self.project.look(service, operation, &parameters);
            assert!(found.get("error").is_some(), "{service} {operation}: {found}");
        };
        gone("kinesis", "describe_stream", json!({"StreamName": name}));
        gone("firehose", "describe_delivery_stream", json!({"DeliveryStreamName": name}));
        gone("glue", "get_job", json!({"JobName": name}));
        let workgroup = format!("{}-dev", self.case.blueprint);
        gone("redshift-serverless", "get_workgroup", json!({"workgroupName": workgroup}));
        let buckets = self.project.look("s3", "list_buckets", &json!({}));
        let left = buckets["Buckets"].as_array().unwrap().iter().filter(|one| {
            one["Name"].as_str().unwrap().starts_with(&format!("{}-dev-", self.case.blueprint))
        });
        assert_eq!(left.count(), 0, "{buckets}");
        for stack in self.project.manifest()["stacks"].as_array().unwrap() {
            assert_eq!(self.project.status(stack["name"].as_str().unwrap()), "");
        }
    }
}

/// All titles in a dashboard's definition, in order.
fn titles(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("PlainText").and_then(Value::as_str).map(str::to_owned);
            own.into_iter()
                .chain(
                    fields
                        .iter()
                        .filter(|(name, _)| *name != "PlainText")
                        .flat_map(|(_, inner)| titles(inner)),
                )
                .collect()
        }
        Value::Array(all) => all.iter().flat_map(titles).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_provisioned_warehouse_is_deployed_and_runs_its_sql() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "cluster", "clickstream");
    let kind =
        "[environment.dev.warehouse]\nkind = \"provisioned\"\nnode_type = \"ra3.large\"\nnodes = 2\n\n";
    project.change("[environment.dev.retention]", &format!("{kind}[environment.dev.retention]"));
    project.deploy().ends(0).says("AWS::Redshift::Cluster").says("version 1 succeeded");
    let found = project.look("redshift", "describe_clusters", &json!({"ClusterIdentifier": "cluster-dev"}));
    assert_eq!(found["Clusters"][0]["NumberOfNodes"], 2, "{found}");
    assert_eq!(project.query("SELECT COUNT(*) FROM core.event"), [["0"]]);
    project.deploy().ends(0).says("nothing to change");
}

#[test]
fn no_secret_is_printed_stored_or_sent_in_a_statement() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "secret", "clickstream");
    let deployed = project.dev("deploy", &["--yes", "--format", "json"]).ends(0);
    let arn = project.output("aggregation", "WarehouseReaderUser");
    let secret = project.look("secretsmanager", "get_secret_value", &json!({"SecretId": arn}));
    let fields: Value = serde_json::from_str(secret["SecretString"].as_str().unwrap()).unwrap();
    let password = fields["password"].as_str().unwrap();
    assert!(password.len() >= 32);
    deployed.never_says(password);
    let statements =
        project.look("redshift-data", "list_statements", &json!({"MaxResults": 100})).to_string();
    assert!(statements.contains("sha256|"), "the digest is sent");
    assert!(!statements.contains(password));
    let bucket = format!("strataform-{}-eu-west-1", project.account);
    let keys = project.keys(&bucket);
    assert!(keys.len() > 25, "{keys:?}");
    for key in keys {
        let object = project.look("s3", "get_object", &json!({"Bucket": bucket, "Key": key}));
        assert!(!object.to_string().contains(password), "{key}");
    }
    assert!(!project.query("SELECT * FROM strataform.applied_sql").concat().concat().contains(password));
}

#[test]
fn a_local_aws_is_started_or_found() {
    let (Some(server), Some(python)) = (server(), python()) else { return };
    let project = Project::new(server, "first-try", "clickstream");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let deploy = |verb: &str| {
        let mut command = project.command(&[verb, "first-try", "--env", "dev", "--local", "--yes"]);
        command
            .env("STRATAFORM_LOCAL_PORT", &port)
            .env("STRATAFORM_LOCAL_HOME", project.folder.join("local"))
            .env("STRATAFORM_LOCAL_PYTHON", &python)
            .env("STRATAFORM_WAREHOUSE_BIN", warehouse());
        run_to_end(command).ends(0)
    };
    let started =
        deploy("deploy").says("started the local AWS").says("account 000000000000, eu-west-1, local AWS");
    let process = started.err.split("kill ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let process: u32 = process.parse().unwrap();
    deploy("deploy").says("nothing to change, version 1").never_says("started");
    let ended = Command::new("kill").arg(process.to_string()).status().unwrap();
    assert!(ended.success());
}
