//! Data is deleted only with explicit consent, protected environments stay, and an interrupted deployment can continue.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::local::{Project, server};

/// The flags that a refusal suggests.
fn flags(text: &str, flag: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let found = words.windows(2).filter(|pair| pair[0] == flag);
    found.flat_map(|pair| [pair[0].to_owned(), pair[1].to_owned()]).collect()
}

fn creation(project: &Project, stream: &str) -> Value {
    let found = project.look("kinesis", "describe_stream_summary", &json!({"StreamName": stream}));
    found["StreamDescriptionSummary"]["StreamCreationTimestamp"].clone()
}

#[test]
fn a_stream_is_replaced_only_if_allowed_by_name() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "replaced", "clickstream");
    project.deploy().ends(0);
    let before = creation(&project, "replaced-dev-event");
    project.change(
        "[dataset.event]",
        "[environment.dev.override.ingestion.EventStream]\nName = \"replaced-dev-events\"\n\n[dataset.event]",
    );
    // The delivery stream reads the stream by its ARN, so it would be replaced, too, under its own name.
    let own = project
        .deploy()
        .ends(1)
        .says("GEN1015")
        .says("EventDelivery would be replaced under its current name");
    own.says("[dataset.event]").says("KinesisStreamSourceConfiguration.KinesisStreamARN");
    project.change("[dataset.event]", "[environment.dev.override.ingestion.EventDelivery]\nDeliveryStreamName = \"replaced-dev-events\"\n\n[dataset.event]");
    project
        .deploy()
        .ends(3)
        .says("GEN1002")
        .says("--allow replace=ingestion/EventStream")
        .says("nothing was done");
    project
        .dev("deploy", &["--yes", "--allow", "replace"])
        .ends(1)
        .says("invalid loss")
        .says("replace=storage/RawBucket");
    project
        .dev("deploy", &["--yes", "--allow", "replace=ingestion/Other"])
        .ends(3)
        .says("replace=ingestion/EventStream");
    assert_eq!(creation(&project, "replaced-dev-event"), before, "the stream is unchanged");
    project.dev("deploy", &["--yes", "--allow", "replace=ingestion/EventStream"]).ends(0);
    assert_eq!(creation(&project, "replaced-dev-event"), Value::Null, "the old stream is gone");
    assert!(!creation(&project, "replaced-dev-events").is_null(), "the new stream exists");
}

#[test]
fn resources_with_data_are_removed_only_if_allowed_by_name() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "removed", "clickstream");
    project.deploy().ends(0);
    let text = fs::read_to_string(project.file()).unwrap();
    let text = text.replace("[dataset.event", "[dataset.visit").replace("\"event\"", "\"visit\"");
    fs::write(project.file(), text).unwrap();
    project.synth();
    let refused = project.deploy().ends(3).says("GEN1002").says("destroy-data=ingestion/EventStream");
    assert!(!creation(&project, "removed-dev-event").is_null());
    let allowed = flags(&refused.err, "--allow");
    let allowed: Vec<&str> = ["--yes"].into_iter().chain(allowed.iter().map(String::as_str)).collect();
    project.dev("deploy", &allowed).ends(0).says("stays in the warehouse");
    assert!(creation(&project, "removed-dev-event").is_null());
    assert!(!creation(&project, "removed-dev-visit").is_null());
    assert_eq!(project.query("SELECT COUNT(*) FROM core.event"), [["0"]], "a deployment never drops tables");
}

#[test]
fn a_named_resource_that_would_move_between_stacks_is_rejected_first() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "divided", "retail-orders");
    project.change("[platform]\n", "[platform]\ndivisions = 4\n");
    project.deploy().ends(0);
    let many = project.manifest()["stacks"].as_array().unwrap().len();
    project.change("divisions = 4\n", "");
    assert!(project.manifest()["stacks"].as_array().unwrap().len() < many);
    project.deploy().ends(1).says("GEN1015").says("would move to another stack").says("keep `divisions`");
    project.change("[platform]\n", "[platform]\ndivisions = 4\n");
    project.deploy().ends(0).says("nothing to change, version 1");
}

#[test]
fn a_stack_that_is_not_in_the_assembly_is_deleted_last_and_by_name() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "surplus", "clickstream");
    project.deploy().ends(0);
    let template =
        json!({"Resources": {"Old": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}}});
    let tags = json!([{"Key": "strataform:platform", "Value": "surplus"}, {"Key": "strataform:environment", "Value": "dev"}]);
    let made = json!({"StackName": "surplus-dev-old", "TemplateBody": template.to_string(), "Tags": tags});
    assert!(project.look("cloudformation", "create_stack", &made).get("error").is_none());
    project.deploy().ends(3).says("--allow destroy-data=old/Old");
    assert_eq!(project.status("old"), "CREATE_COMPLETE");
    project.dev("deploy", &["--yes", "--allow", "destroy-data=old/Old"]).ends(0).says("version 2 succeeded");
    assert_eq!(project.status("old"), "");
    project.deploy().ends(0).says("nothing to change, version 2");
}

#[test]
fn a_protected_environment_cannot_be_destroyed() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "kept", "clickstream");
    let prod = |verb: &str, more: &[&str]| project.run(&[&[verb, "kept", "--env", "prod"], more].concat());
    prod("deploy", &["--yes"]).ends(0);
    let stacks = project.look("cloudformation", "describe_stacks", &json!({}));
    let stacks = stacks["Stacks"].as_array().unwrap();
    assert!(
        stacks.len() >= 5 && stacks.iter().all(|one| one["EnableTerminationProtection"] == true),
        "{stacks:?}"
    );
    prod("destroy", &["--yes"]).ends(1).says("GEN1013").says("remove `protected`");
    let refused = project.look("cloudformation", "delete_stack", &json!({"StackName": "kept-prod-storage"}));
    assert_eq!(refused["error"], "ValidationError", "AWS rejects it, too");
    let text = project.look("cloudformation", "get_template", &json!({"StackName": "kept-prod-storage"}));
    let resources = &text["TemplateBody"]["Resources"];
    assert_eq!(resources["RawBucket"]["DeletionPolicy"], "RetainExceptOnCreate", "{text}");

    project.change("protected = true\n", "");
    prod("deploy", &["--yes"]).ends(0);
    let stacks = project.look("cloudformation", "describe_stacks", &json!({}));
    assert!(
        stacks["Stacks"].as_array().unwrap().iter().all(|one| one["EnableTerminationProtection"] == false)
    );
    let refused = prod("destroy", &["--yes"]).ends(3);
    let named = flags(&refused.err, "--empty");
    let named: Vec<&str> = ["--yes"].into_iter().chain(named.iter().map(String::as_str)).collect();
    prod("destroy", &named).ends(0);
}

#[test]
fn nothing_changes_without_a_prompt_or_consent() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "unasked", "clickstream");
    project.dev("deploy", &[]).ends(2).says("pass --yes").says("create, 16 resources");
    project.dev("deploy", &["--plan"]).ends(0).says("18 files to apply");
    assert_eq!(project.status("storage"), "");
    let buckets = project.look("s3", "list_buckets", &json!({}));
    let ours = format!("strataform-{}", project.account);
    assert!(!buckets.to_string().contains(&ours), "read-only commands create nothing");
    project.dev("status", &[]).ends(0).says("never deployed");
    project.dev("history", &[]).ends(0).says("never deployed");
    project.dev("unlock", &[]).ends(0).says("not locked");
    project.dev("rollback", &["--yes"]).ends(1).says("GEN1012").says("no earlier version");
    project.dev("destroy", &["--yes"]).ends(1).says("GEN1012");
    project
        .run(&["query", "SELECT 1", "--platform", "unasked", "--env", "dev"])
        .ends(1)
        .says("GEN1012")
        .says("is not deployed")
        .says("gen deploy");
}

#[test]
fn a_stale_assembly_and_one_for_another_account_are_rejected() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "stale", "clickstream");
    project.edit("raw     = \"7 days\"", "raw     = \"8 days\"");
    project.deploy().ends(1).says("does not match").says("gen synth");
    project.change("volume = \"100 MB/day\"", "volume = \"100 MB/day\"\naccount = \"999999999999\"");
    project.deploy().ends(1).says("the environment is in 999999999999");
    project.dev("deploy", &["--region", "us-west-2"]).ends(2).says("is in eu-west-1");
    project.run(&["deploy", "stale"]).ends(2).says("pass --env");
    project.run(&["deploy", "stale", "--env", "none"]).ends(2).says("expected one of `dev` or `prod`");
    assert_eq!(project.status("storage"), "");
}

#[test]
fn an_interrupted_deployment_says_how_to_continue() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "stopped", "clickstream");
    let mut child = project
        .command(&["deploy", "stopped", "--env", "dev", "--yes", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.by_ref().find(|line| line.as_ref().unwrap().contains("\"event\":\"prepared\""));
    assert!(first.is_some());
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
    let events: Vec<Value> = rest.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fault = events.iter().find(|one| one["event"] == "fault").expect("the run reports why it ended");
    assert_eq!(fault["code"], "GEN1011");
    assert!(fault["help"].as_str().unwrap().contains("run the same command again"), "{fault}");
    assert!(events.iter().any(|one| one["event"] == "ended" && one["result"] == "interrupted"));
    project.dev("status", &[]).ends(0).says("interrupted").never_says("locked");
    project.deploy().ends(0).says("version 2 succeeded");
}

#[test]
fn input_before_the_plan_is_shown_is_not_consent() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "ahead", "clickstream");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/terminal.py");
    let deploy = project.command(&["deploy", "ahead", "--env", "dev"]);
    let mut terminal = Command::new("python3");
    terminal.arg(script).arg(deploy.get_program()).args(deploy.get_args()).current_dir(&project.folder);
    for (name, value) in deploy.get_envs() {
        match value {
            Some(value) => terminal.env(name, value),
            None => terminal.env_remove(name),
        };
    }
    let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let steps = json!([["", "yes"], ["[yes/no] ", "no"]]).to_string();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), steps.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(1), "{shown}");
    assert!(shown.contains("total: ") && shown.contains("nothing was done"), "{shown}");
    project.dev("status", &[]).ends(0).says("never deployed");
}
