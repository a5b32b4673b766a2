//! Runs the commands of the walkthrough in docs/deploy.md.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::local::{Outcome, Project, server};
use crate::tool::spark;

/// The lines `$ gen …` of the walkthrough, without the AWS connection options, which the harness adds.
fn commands() -> Vec<Vec<String>> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy.md")).unwrap();
    let section = page.split("## The first deployment").nth(1).expect("the page has a walkthrough");
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().filter_map(|line| line.strip_prefix("$ gen "));
    lines.map(words).collect()
}

/// Splits a line into words like a shell: double quotes keep spaces.
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
fn the_walkthrough_works_as_documented() {
    let Some(server) = server() else { return };
    let Some(_spark) = spark() else { return };
    let commands = commands();
    let verbs: Vec<&str> = commands.iter().map(|words| words[0].as_str()).collect();
    assert_eq!(
        &verbs[..5],
        ["new", "synth", "doctor", "deploy", "put"],
        "the walkthrough begins with these commands"
    );
    assert!(verbs.contains(&"query") && verbs.contains(&"destroy"), "{verbs:?}");
    let name = commands[0][1].clone();
    let project = Project::empty(server, &name);
    for (at, words) in commands.iter().enumerate() {
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        if matches!(words[0], "deploy" | "rollback" | "destroy") && !words.contains(&"--yes") {
            words.push("--yes");
        }
        let outcome = project.run(&words).ends(0);
        match words[0] {
            "put" => arrived(&project),
            "run" => ran(&project, &outcome),
            "deploy" if verbs[..at].contains(&"deploy") => {
                sends_about_as_many_requests_as_documented(&outcome);
            }
            "query" if verbs[..at].contains(&"run") => {
                let rows = outcome.out.lines().last().unwrap().trim().parse::<u64>();
                assert!(rows.unwrap() > 300, "{}", outcome.out);
            }
            _ => {}
        }
    }
}

/// Asserts that a deployment without changes sends about the documented number of requests: a statement that takes long
/// is polled more than once.
fn sends_about_as_many_requests_as_documented(outcome: &Outcome) {
    let count = |text: &str| -> u64 {
        let line = text.lines().find(|line| line.contains("nothing to change, version 1 is deployed"));
        let line = line.unwrap_or_else(|| panic!("nothing changed: {text}"));
        line.rsplit('(').next().and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap()
    };
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy.md")).unwrap();
    let (documented, sent) = (count(&page), count(&outcome.out));
    assert!(
        (documented * 3 / 4..documented * 2).contains(&sent),
        "{sent} requests, {documented} are documented"
    );
}

/// Asserts that objects are below the location of the Glue table of raw records.
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

/// Asserts that the job quarantined bad records, and that the warehouse has the rows that it counted.
fn ran(project: &Project, outcome: &Outcome) {
    let count = |name: &str| {
        let line = outcome.out.lines().find(|line| line.trim().starts_with(name));
        line.and_then(|line| line.split_whitespace().last()?.parse::<u64>().ok()).unwrap_or_default()
    };
    assert!(outcome.out.contains("SUCCEEDED"), "{}", outcome.out);
    assert!(count("rows_quarantined") > 0, "records without a key are quarantined: {}", outcome.out);
    assert_eq!(count("rows_in"), count("rows_out") + count("rows_quarantined") + count("rows_duplicate"));
    let bucket = project.output("storage", "CuratedBucketName");
    let manifest = project.keys(&bucket).into_iter().find(|key| key.starts_with("event/manifests/"));
    let manifest = manifest.expect("the run is committed");
    let text = project.look("s3", "get_object", &json!({"Bucket": bucket, "Key": manifest}));
    let text = text["Body"].as_str().unwrap();
    assert!(text.contains(&format!("s3://{bucket}/event/data/")) && !text.contains("file:"), "{text}");
}
