//! The walk of docs/deploy.md: its commands, and what the local AWS cannot do done by the real thing in its place.
//!
//! The local AWS does not run Spark. So the script that was deployed runs here on `PySpark`, over the objects that
//! Firehose delivered, and what it writes goes back to S3; the load then runs in the warehouse as the state machine sends
//! it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::local::{Project, python, scratch, server};
use crate::tool::spark;

/// The lines `$ gen …` of the walk, without the way to AWS, which the harness gives.
fn commands() -> Vec<Vec<String>> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy.md")).unwrap();
    let section = page.split("## The first deployment").nth(1).expect("the page has a walk");
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().filter_map(|line| line.strip_prefix("$ gen "));
    lines.map(words).collect()
}

/// Words as a shell has them: double quotes keep spaces.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| {
            if at % 2 == 1 {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        })
        .filter(|word| word != "--local")
        .collect()
}

#[test]
fn the_walk_of_the_page_goes_as_it_says() {
    let Some(server) = server() else { return };
    let commands = commands();
    let verbs: Vec<&str> = commands.iter().map(|words| words[0].as_str()).collect();
    assert_eq!(&verbs[..4], ["new", "synth", "deploy", "put"], "the page's walk begins so");
    assert!(verbs.contains(&"query") && verbs.contains(&"destroy"), "{verbs:?}");
    let name = commands[0][1].clone();
    let project = Project::empty(server, &name);
    for (at, words) in commands.iter().enumerate() {
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        if matches!(words[0], "deploy" | "rollback" | "destroy") && !words.contains(&"--yes") {
            words.push("--yes");
        }
        let said = project.run(&words).ends(0);
        match words[0] {
            "put" => arrived(&project),
            "query" if verbs[..at].contains(&"put") && !verbs[..at].contains(&"query") => {
                assert!(said.out.lines().last().unwrap().trim() == "0", "{}", said.out);
                assert!(clean_and_load(&project) > 300);
                let counted = project.run(&words).ends(0);
                assert!(
                    counted.out.lines().last().unwrap().trim().parse::<u64>().unwrap() > 300,
                    "{}",
                    counted.out
                );
            }
            _ => {}
        }
    }
}

fn job(project: &Project) -> Value {
    let name = format!("{}-dev-event", project.name);
    project.look("glue", "get_job", &json!({"JobName": name}))["Job"].clone()
}

/// Objects lie below the place that the Glue table of raw records names.
fn arrived(project: &Project) {
    let asked = json!({"DatabaseName": format!("{}_dev", project.name.replace('-', "_"))});
    let tables = project.look("glue", "get_tables", &asked);
    let places: Vec<&str> = tables["TableList"]
        .as_array()
        .unwrap_or_else(|| panic!("{tables}"))
        .iter()
        .filter_map(|table| table["StorageDescriptor"]["Location"].as_str())
        .collect();
    let bucket = project.output("storage", "RawBucketName");
    let raw = places
        .iter()
        .find(|place| place.starts_with(&format!("s3://{bucket}/")))
        .expect("a table of raw records");
    let prefix = raw.strip_prefix(&format!("s3://{bucket}/")).unwrap();
    let keys = project.keys(&bucket);
    assert!(keys.len() > 300, "{} objects", keys.len());
    for key in &keys {
        let rest = key.strip_prefix(prefix).unwrap_or_else(|| panic!("{key} is not below {prefix}"));
        let hour: Vec<&str> = rest.split('/').map(|part| part.split('=').next().unwrap()).collect();
        assert_eq!(&hour[..4], ["year", "month", "day", "hour"], "{key}");
    }
}

/// What the state machine does with new files: the job, then the load; gives the rows that the job wrote.
fn clean_and_load(project: &Project) -> u64 {
    let Some(spark) = spark() else { return 1_000_000 };
    let folder = scratch(&format!("walk-{}", project.account));
    let (run_id, job) = ("walk-1", job(project));
    stage("down", project, &job, &folder);
    let place = |name: &str| format!("{}/", folder.join(name).display());
    let done = Command::new(&spark.python)
        .arg(folder.join("job.py"))
        .args([
            "--JOB_NAME",
            "walk",
            "--platform",
            &project.name,
            "--environment",
            "dev",
            "--dataset",
            "event",
        ])
        .args(["--run_id", run_id, "--shuffle_partitions", "2"])
        .args([
            "--raw_path",
            &place("raw"),
            "--curated_path",
            &place("curated"),
            "--quarantine_path",
            &place("quarantine"),
        ])
        .env("STRATAFORM_HASH_KEY", fs::read_to_string(folder.join("hash-key")).unwrap())
        .env("SPARK_LOCAL_IP", "127.0.0.1")
        .output()
        .unwrap();
    drop(spark);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    stage("up", project, &job, &folder);
    let manifest = fs::read_to_string(folder.join(format!("curated/manifests/{run_id}.json"))).unwrap();
    let metrics = serde_json::from_str::<Value>(&manifest).unwrap()["strataform"]["metrics"].clone();
    assert!(
        metrics["rows_quarantined"].as_u64().unwrap() > 0,
        "records without a key are kept apart: {metrics}"
    );
    load(project, run_id);
    metrics["rows_out"].as_u64().unwrap()
}

fn stage(way: &str, project: &Project, job: &Value, folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deploy/stage.py");
    let done = Command::new(python().unwrap())
        .arg(script)
        .args([way, &project.endpoint(), &project.account, "eu-west-1", job["Name"].as_str().unwrap()])
        .arg(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The statements of the deployed state machine, with the manifest of the run, as one transaction of the Data API.
fn load(project: &Project, run_id: &str) {
    let name = format!("{}-dev-event", project.name);
    let machines = project.look("stepfunctions", "list_state_machines", &json!({}));
    let machine = machines["stateMachines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == name.as_str())
        .unwrap();
    let found = project.look(
        "stepfunctions",
        "describe_state_machine",
        &json!({"stateMachineArn": machine["stateMachineArn"]}),
    );
    let definition: Value = serde_json::from_str(found["definition"].as_str().unwrap()).unwrap();
    let states = definition["States"].to_string();
    assert!(states.contains("MERGE INTO"), "{states}");
    let path = project.folder.join(format!("generated/{}/dev/aggregation/load/event.sql", project.name));
    let text = fs::read_to_string(path).unwrap();
    let manifest =
        format!("s3://{}/event/manifests/{run_id}.json", project.output("storage", "CuratedBucketName"));
    let text = text
        .replace("${ManifestUrl}", &manifest)
        .replace("${CopyRole}", &project.output("aggregation", "WarehouseCopyRole"));
    let (transaction, refreshes) = text.split_at(text.find("CALL ").unwrap());
    run(project, transaction);
    refreshes.lines().filter(|line| line.starts_with("CALL")).for_each(|one| run(project, one));
}

fn run(project: &Project, text: &str) {
    let script = strataform_redshift::parse(text);
    let texts: Vec<&str> = script.statements.iter().map(|one| &text[one.span.start..one.span.end]).collect();
    let target = json!({
        "WorkgroupName": project.output("aggregation", "WarehouseName"),
        "Database": project.output("aggregation", "WarehouseDatabase"),
    });
    let mut asked = target;
    let operation = if let [one] = texts.as_slice() {
        asked["Sql"] = json!(one);
        "execute_statement"
    } else {
        asked["Sqls"] = json!(texts);
        "batch_execute_statement"
    };
    let begun = project.look("redshift-data", operation, &asked);
    let id = begun["Id"].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned();
    loop {
        let state = project.look("redshift-data", "describe_statement", &json!({"Id": id}));
        match state["Status"].as_str().unwrap() {
            "FINISHED" => return,
            "FAILED" | "ABORTED" => panic!("{state}"),
            _ => std::thread::sleep(std::time::Duration::from_millis(50)),
        }
    }
}
