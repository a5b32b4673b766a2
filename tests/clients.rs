//! What public clients do with deployed platforms: the AWS CLI, boto3, the AWS SDK for pandas, and libraries for single
//! services, none of which is ours. They list, read, query and put as a user would, on the local AWS.
//!
//! In: the scripts in `tests/clients/`, and the commands in docs/local-aws.md. Two platforms are deployed once, in one
//! account, and filled by clients; jobs run on Spark. Every test then only reads, or writes what no other test reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::json;

use crate::deploy::local::{Project, run_to_end, server};
use crate::tool::{spark, tool};

/// The platforms, by name and blueprint. The first one is that of the walkthrough in docs/deploy.md.
const PLATFORMS: [(&str, &str); 2] = [("shop", "clickstream"), ("orders", "retail-orders")];

/// The folder of the project, and the variables that point a client to the account.
struct Deployed {
    folder: PathBuf,
    variables: Vec<(String, String)>,
}

static DEPLOYED: OnceLock<Option<Deployed>> = OnceLock::new();

/// The deployed platforms; `None` on a developer's machine that lacks a tool.
fn deployed() -> Option<&'static Deployed> {
    DEPLOYED.get_or_init(deploy).as_ref()
}

fn deploy() -> Option<Deployed> {
    let (server, python) = (server()?, tool("STRATAFORM_CLIENTS_PYTHON")?);
    let _spark = spark()?;
    let project = Project::empty(server, PLATFORMS[0].0);
    for (name, blueprint) in PLATFORMS {
        project.run(&["new", name, "--blueprint", blueprint]).ends(0);
    }
    prepare_orders(&project);
    project.synth();
    // The account has one identity Region, that of its first request to QuickSight.
    let asked = json!({"AwsAccountId": project.account});
    project.look("quicksight", "list_dashboards", &asked);
    let both = PLATFORMS.map(|(name, _)| project.command(&["deploy", name, "--env", "dev", "--yes"]));
    std::thread::scope(|scope| {
        for command in both {
            scope.spawn(|| run_to_end(command).ends(0));
        }
    });
    let deployed = Deployed { folder: project.folder.clone(), variables: variables(&project, &python) };
    let run = |dataset: &str, platform: &str| {
        project.run(&["run", dataset, "--platform", platform, "--env", "dev"]).ends(0);
    };
    deployed.succeeds("send", &["events"]);
    run("event", "shop");
    // The second run changes a line of the first one, and adds one.
    for batch in ["lines", "changes"] {
        deployed.succeeds("send", &[batch]);
        run("order_line", "orders");
    }
    Some(deployed)
}

/// Makes the second platform name the identity Region, and keep the rows of its Iceberg table during the tests.
fn prepare_orders(project: &Project) {
    let path = project.folder.join("platforms/orders/platform.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("[principals]\n", "[principals]\nidentity_region = \"eu-west-1\"\n"),
        ("curated = \"60 days\"", "curated = \"36500 days\""),
    ] {
        assert!(text.contains(from), "`{from}` is not in the platform file");
        text = text.replacen(from, to, 1);
    }
    fs::write(&path, text).unwrap();
}

/// The variables of a user who calls the local AWS: the project's own, and the folder of the clients' programs.
fn variables(project: &Project, python: &Path) -> Vec<(String, String)> {
    let command = project.command(&[]);
    let set = command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?)));
    let mut variables: Vec<_> = set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let path = std::env::var("PATH").unwrap_or_default();
    variables.push(("PATH".to_owned(), format!("{}:{path}", python.parent().unwrap().display())));
    variables
}

impl Deployed {
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.folder).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a script of `tests/clients/`, which fails if a client returns something else than was sent.
    #[track_caller]
    fn succeeds(&self, script: &str, arguments: &[&str]) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
        let mut command = self.command(tool("STRATAFORM_CLIENTS_PYTHON").expect("it is set"));
        command.arg("-B").arg(path.with_extension("py")).args(arguments);
        run_to_end(command).ends(0);
    }
}

/// Runs a script against the deployed platforms.
#[track_caller]
fn succeeds(script: &str) {
    let Some(deployed) = deployed() else { return };
    deployed.succeeds(script, &[]);
}

#[test]
fn async_kinesis_and_the_sdk_for_pandas_read_what_three_clients_put() {
    succeeds("streams");
}

#[test]
fn the_sdk_for_pandas_and_s3fs_read_the_curated_files_with_the_types_of_the_catalog() {
    succeeds("files");
}

#[test]
fn the_sdk_for_pandas_queries_the_warehouse() {
    succeeds("warehouse");
}

#[test]
fn the_sdk_for_pandas_and_pyathena_query_with_athena() {
    succeeds("queries");
}

#[test]
fn pyiceberg_reads_the_table_as_of_each_run() {
    succeeds("tables");
}

#[test]
fn the_sdk_for_pandas_finds_the_dashboard_and_imports_a_data_set() {
    succeeds("dashboards");
}

#[test]
fn sfn_workflow_client_starts_and_follows_an_execution() {
    succeeds("executions");
}

#[test]
fn the_secret_cache_and_the_encryption_sdk_use_secrets_and_the_key() {
    succeeds("secrets_and_keys");
}

#[test]
fn awslogs_reads_the_log_of_the_job() {
    succeeds("logs");
}

#[test]
fn kombu_sends_to_the_queue_and_reads_from_it() {
    succeeds("queues");
}

#[test]
fn cloud_custodian_lists_every_service_and_finds_nothing_that_its_rules_forbid() {
    succeeds("custodian");
}

/// The lines `$ aws …` of the page, each with the text that its output must contain: the comment behind it.
fn documented() -> Vec<(String, String)> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/local-aws.md")).unwrap();
    let section = page.split("## Other clients").nth(1).expect("the page has a section");
    let lines = section.lines().filter_map(|line| line.strip_prefix("$ "));
    let split = |line: &str| {
        let (command, expected) = line.rsplit_once("  # ").unwrap_or_else(|| panic!("no result: {line}"));
        (command.trim().to_owned(), expected.trim().to_owned())
    };
    lines.map(split).collect()
}

#[test]
fn the_commands_of_the_aws_cli_in_the_documentation_work() {
    let Some(deployed) = deployed() else { return };
    let commands = documented();
    assert!(commands.len() >= 12, "{commands:?}");
    for (line, expected) in commands {
        let mut shell = deployed.command("sh");
        shell.args(["-c", &line]).env("AWS_DEFAULT_REGION", "eu-west-1");
        let outcome = run_to_end(shell).ends(0);
        assert!(outcome.out.contains(&expected), "{line}: `{expected}` is not in:\n{}", outcome.out);
    }
}
