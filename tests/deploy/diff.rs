//! `gen diff --deployed`: what is deployed is compared, and the plan of a deployment says the same of every resource.

use std::collections::BTreeMap;

use serde_json::Value;

use super::local::{Project, server};

/// The effects on resources in the plan of a deployment: `storage/RawBucket` → `update`.
fn planned(plan: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for step in plan["steps"].as_array().expect("steps") {
        let stack = step["id"].as_str().expect("an id");
        let changes = step.pointer("/task/changes").or_else(|| step.get("changes")).and_then(Value::as_array);
        for one in changes.into_iter().flatten() {
            let name = format!("{stack}/{}", one["logical"].as_str().expect("a name"));
            found.insert(name, one["effect"].as_str().expect("an effect").to_owned());
        }
    }
    found
}

/// The same in a comparison; the change of a table's columns updates the table.
fn compared(change: &Value, found: &mut BTreeMap<String, String>) {
    let subject = change["subject"].as_str().expect("a subject");
    let name = subject.split(' ').next().unwrap_or_default();
    match change["layer"].as_str() {
        Some("resources") => {
            found.insert(name.to_owned(), change["effect"].as_str().expect("an effect").to_owned());
        }
        Some("catalogue") => _ = found.entry(name.to_owned()).or_insert_with(|| "update".to_owned()),
        _ => {}
    }
    for one in change["consequences"].as_array().into_iter().flatten() {
        compared(one, found);
    }
}

#[test]
fn the_plan_and_the_comparison_say_the_same() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "compared", "clickstream");
    project.deploy().ends(0);
    let deployed = ["--deployed", "--endpoint-url", &project.endpoint()];
    let diff = |more: &[&str]| project.run(&[&["diff", "--env", "dev"], more].concat());
    let same = diff(&deployed).ends(0);
    same.says("version 1 of compared/dev → working tree").says("nothing changes");
    project.change("late        = \"3 days\"", "late        = \"2 days\"");
    project.change("referrer    = \"string(500)\"\n", "");
    project.change(
        "[dataset.event]",
        "[environment.dev.override.ingestion.EventStream]\nRetentionPeriodHours = 48\n\n[dataset.event]",
    );
    let plan = project.dev("deploy", &["--plan", "--format", "json"]).ends(0);
    let plan = plan.events().into_iter().find(|one| one.get("steps").is_some() || one.get("plan").is_some());
    let plan = plan.expect("a plan");
    let planned = planned(plan.get("plan").unwrap_or(&plan));
    let json = diff(&[&deployed[..], &["--format", "json"]].concat());
    let report: Value = serde_json::from_str(&json.out).expect("JSON");
    let mut found = BTreeMap::new();
    for change in report["parts"][0]["changes"].as_array().expect("changes") {
        compared(change, &mut found);
    }
    assert!(planned.len() >= 3, "{planned:?}");
    assert_eq!(planned, found);
    project.deploy().ends(0);
    diff(&deployed).ends(0).says("version 2 of compared/dev");
    let first = diff(&["--deployed=1", "--endpoint-url", &project.endpoint()]).ends(3);
    first.says("version 1 of compared/dev → working tree").says("column `referrer` of `event`");
    diff(&["--deployed=9", "--endpoint-url", &project.endpoint()]).ends(1).says("9");
}
