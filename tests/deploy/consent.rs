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
    let named = [flags(&refused.err, "--empty"), flags(&refused.err, "--allow")].concat();
    let named: Vec<&str> = ["--yes"].into_iter().chain(named.iter().map(String::as_str)).collect();
    prod("destroy", &named).ends(0);
}

#[test]
fn nothing_changes_without_a_prompt_or_consent() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "unasked", "clickstream");
    project.dev("deploy", &[]).ends(2).says("pass --yes").says("create, 16 resources");
    project.dev("deploy", &["--plan"]).ends(0).says("19 files to apply");
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

/// Runs a command in a terminal, with what is typed after each text; an empty one is typed at once.
fn in_a_terminal(project: &Project, arguments: &[&str], steps: &[[&str; 2]]) -> (Option<i32>, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/terminal.py");
    let command = project.command(arguments);
    let mut terminal = Command::new("python3");
    terminal.arg(script).arg(command.get_program()).args(command.get_args()).current_dir(&project.folder);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => terminal.env(name, value),
            None => terminal.env_remove(name),
        };
    }
    let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), json!(steps).to_string().as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

#[test]
fn input_before_the_plan_is_shown_is_not_consent() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "ahead", "clickstream");
    let steps = [["", "yes"], ["[yes/no] ", "no"]];
    let (code, shown) = in_a_terminal(&project, &["deploy", "ahead", "--env", "dev"], &steps);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("total: ") && shown.contains("nothing was done"), "{shown}");
    project.dev("status", &[]).ends(0).says("never deployed");

    // The terminal has 24 rows: resources are counted, and the count is the one of the whole plan.
    let plan: Vec<&str> = shown.lines().skip_while(|line| !line.starts_with("ahead dev  account")).collect();
    let rows = plan.iter().position(|line| line.contains("[yes/no]")).expect("the question");
    assert!(rows < 24, "{rows} rows: {shown}");
    assert!(shown.contains("to create") && shown.contains("--full shows all of it"), "{shown}");
    let whole = project.dev("deploy", &["--plan"]).ends(0);
    let total =
        |text: &str| text.lines().find(|line| line.contains("total: ")).map(|line| line.trim().to_owned());
    assert_eq!(total(&whole.out), total(&shown));
    assert!(whole.out.lines().count() > 100, "without a question, nothing is counted only: {}", whole.out);
    let full = ["deploy", "ahead", "--env", "dev", "--full"];
    let (_, shown) = in_a_terminal(&project, &full, &[["[yes/no] ", "no"]]);
    assert!(shown.contains("RawBucket") && !shown.contains("--full"), "{shown}");
}

#[test]
fn a_plan_shows_old_and_new_values() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "values", "clickstream");
    project.deploy().ends(0);
    let path = "\"ExtendedS3DestinationConfiguration.BufferingHints.IntervalInSeconds\"";
    let change =
        format!("[environment.dev.override.ingestion.EventDelivery]\n{path} = 77\n\n[dataset.event]");
    project.change("[dataset.event]", &change);
    let planned = project.dev("deploy", &["--plan"]).ends(0);
    planned
        .clone()
        .says("ExtendedS3DestinationConfiguration.BufferingHints.IntervalInSeconds ")
        .says(" → 77");
    planned.says("total: 0 to create, 1 to update, 0 to replace, 0 to delete; 0 SQL files with 0 statements");
    let events = project.dev("deploy", &["--plan", "--format", "json"]).ends(0).events();
    let plan = events.iter().find(|one| one["event"] == "plan").expect("a plan");
    assert!(plan.to_string().contains("\"new\":\"77\""), "{plan}");

    // The progress counts the resources that change, not all that the local AWS reports.
    let events = project.dev("deploy", &["--yes", "--format", "json"]).ends(0).events();
    let progress: Vec<_> =
        events.iter().filter(|one| one["event"] == "resource").map(|one| &one["progress"]).collect();
    assert!(progress.iter().all(|one| one["all"] == 1), "{progress:?}");
    assert_eq!(progress.last().expect("an event of a resource")["done"], 1);
}

#[test]
fn destroy_names_what_holds_data_and_only_the_name_of_the_environment_confirms() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "doomed", "clickstream");
    project.deploy().ends(0);
    let refused = project.dev("destroy", &["--yes"]).ends(3).says("nothing was done");
    let refused = refused.says("--empty ArtifactsBucket").says("--allow destroy-data=ingestion/EventStream");
    let refused = refused.says("doomed-dev-event  records of the last 24 hours").says("no objects");
    refused.never_says("destroy-data=aggregation/WarehouseNamespace").says("no rows");
    project.run(&["query", "CREATE TABLE core.mine AS SELECT 1 AS a", "--env", "dev", "--write"]).ends(0);
    let refused = project.dev("destroy", &["--yes", "--empty", "ArtifactsBucket"]).ends(3).says("GEN1002");
    let refused = refused.says("core.mine").says("1 row").says("destroy-data=aggregation/WarehouseNamespace");
    refused.never_says("pass --empty");

    let named = [
        "--empty",
        "ArtifactsBucket",
        "--allow",
        "destroy-data=ingestion/EventStream",
        "--allow",
        "destroy-data=aggregation/WarehouseNamespace",
    ];
    let destroy = [&["destroy", "doomed", "--env", "dev"], &named[..]].concat();
    for steps in [
        [["", "doomed dev"], ["its data in account", "yes"]],
        [["", "yes"], ["its data in account", "doomed"]],
    ] {
        let (code, shown) = in_a_terminal(&project, &destroy, &steps);
        assert_eq!(code, Some(1), "{shown}");
        assert!(shown.contains("type `doomed dev`") && shown.contains("nothing was done"), "{shown}");
    }
    assert_eq!(project.status("storage"), "CREATE_COMPLETE");
    let (code, shown) = in_a_terminal(&project, &destroy, &[["its data in account", "doomed dev"]]);
    assert_eq!(code, Some(0), "{shown}");
    assert_eq!(project.status("storage"), "");
}

/// What a protected environment keeps is in the way of what has the same name, unless it is imported.
#[test]
fn a_dataset_that_was_removed_from_a_protected_environment_comes_back_with_its_stream() {
    let Some(server) = server() else { return };
    let project = Project::empty(server, "back");
    let click = "[dataset.click]\nsource = \"stream\"\nkey = [\"click_id\"]\nevent_time = \"at\"\n\
                 [dataset.click.column]\nclick_id = \"string(36) not null\"\nat = \"timestamp not null\"\n";
    let order = "[platform]\nname = \"back\"\nowner = \"sales-data\"\nvolume = \"1 GB/day\"\n\
                 [environment.dev]\nregion = \"eu-west-1\"\nprotected = true\n\
                 [dataset.order]\nsource = \"stream\"\nkey = [\"order_id\"]\nevent_time = \"ordered_at\"\n\
                 [dataset.order.column]\norder_id = \"string(36) not null\"\nordered_at = \"timestamp not null\"\n\
                 country = \"string(2)\"\namount = \"decimal(12,2)\"\n\
                 [aggregate.daily_sales]\nfrom = \"order\"\ngroup_by = { day = \"date_trunc('day', ordered_at)\" }\n\
                 measure = { orders = \"count(*)\", revenue = \"sum(amount)\" }\n\
                 [dashboard.sales]\ntitle = \"Sales\"\n[[dashboard.sales.visual]]\nkind = \"line\"\n\
                 data = \"daily_sales\"\nx = \"day\"\ny = \"revenue\"\n";
    fs::create_dir_all(project.file().parent().unwrap()).unwrap();
    fs::write(project.file(), format!("{order}{click}")).unwrap();
    project.synth();
    project.deploy().ends(0);
    let before = creation(&project, "back-dev-click");
    fs::write(project.file(), order).unwrap();
    project.synth();
    project.deploy().ends(0).says("version 2 succeeded");
    assert_eq!(creation(&project, "back-dev-click"), before, "a protected environment keeps the stream");
    fs::write(project.file(), format!("{order}{click}")).unwrap();
    project.synth();
    let back = project.deploy().ends(0).says("version 3 succeeded");
    back.says("ClickStream exists, and joins the stack: back-dev-click").says("ClickDeliveryLog exists");
    assert_eq!(creation(&project, "back-dev-click"), before, "it is the same stream");
    project.dev("rollback", &["--yes", "--to", "2"]).ends(0);
    project.dev("rollback", &["--yes", "--to", "1"]).ends(0).says("ClickStream exists");
    project.deploy().ends(0).says("nothing to change");

    // In an environment that keeps nothing, nothing is imported: the reason names what is in the way.
    fs::write(project.file(), order.replace("protected = true", "")).unwrap();
    project.synth();
    project.deploy().ends(0);
    fs::write(project.file(), format!("{order}{click}").replace("protected = true", "")).unwrap();
    project.synth();
    project.deploy().ends(5).says("GEN1005").says("back-dev-click").says("DeletionPolicy");
}
