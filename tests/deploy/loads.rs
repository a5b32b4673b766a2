//! No committed run is lost to the warehouse: jobs on Spark, loads on PostgreSQL, an outage in between.

use std::fs;

use super::local::{Project, server};
use crate::tool::spark;

/// Sends `count` events of a batch.
fn put(project: &Project, batch: &str, count: usize) {
    let event = |at: usize| {
        format!(
            "{{\"event_id\": \"{batch}-{at}\", \"occurred_at\": \"2026-03-07T12:{at:02}:00Z\", \"session_id\": \"s\", \
             \"visitor_id\": \"v\", \"event_type\": \"page_view\", \"page_path\": \"/{batch}\"}}\n"
        )
    };
    let file = project.folder.join(format!("{batch}.ndjson"));
    fs::write(&file, (0..count).map(event).collect::<String>()).unwrap();
    project.run(&["put", "event", file.to_str().unwrap(), "--env", "dev"]).ends(0);
}

fn change(project: &Project, sql: &str) {
    project.run(&["query", sql, "--env", "dev", "--write"]).ends(0);
}

const AWAY: &str = "ALTER TABLE staging.event__latest RENAME TO event__away";
const BACK: &str = "ALTER TABLE staging.event__away RENAME TO event__latest";

#[test]
fn after_an_outage_the_warehouse_equals_what_was_committed() {
    let (Some(server), Some(_)) = (server(), spark()) else { return };
    let project = Project::new(server, "outage", "clickstream");
    project.deploy().ends(0);
    let run = || project.run(&["run", "event", "--env", "dev"]);
    change(&project, AWAY);
    for (batch, count) in [("first", 11), ("second", 12)] {
        put(&project, batch, count);
        let failed = run();
        assert_ne!(failed.code, Some(0), "{}", failed.out);
        failed.says("Load: ");
    }
    assert_eq!(project.query("SELECT COUNT(*) FROM core.event"), [["0"]]);
    change(&project, BACK);
    put(&project, "third", 13);
    run().ends(0);
    let pages = "SELECT page_path, COUNT(*) FROM core.event GROUP BY 1 ORDER BY 1";
    let all = [["/first", "11"], ["/second", "12"], ["/third", "13"]];
    assert_eq!(project.query(pages), all);
    let views = "SELECT SUM(page_views) FROM mart.daily_traffic";
    assert_eq!(project.query(views), [["36"]]);

    // The table has the runs that are committed, and a run without new records loads none of them again.
    let bucket = project.output("storage", "CuratedBucketName");
    let loaded = "SELECT manifest, \"rows\", loaded_at FROM staging.event__loaded_run ORDER BY \"rows\"";
    let before = project.query(loaded);
    assert_eq!(before.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["11", "12", "13"]);
    let mut manifests: Vec<String> = before.iter().map(|row| row[0].clone()).collect();
    manifests.sort();
    let keys = project.keys(&bucket).into_iter().filter(|key| key.starts_with("event/manifests/"));
    let mut committed: Vec<String> = keys.map(|key| format!("s3://{bucket}/{key}")).collect();
    committed.sort();
    assert_eq!(manifests, committed);
    run().ends(0);
    let after = project.query(loaded);
    assert_eq!((after.len(), &after[1..]), (4, &before[..]), "the run without files has no rows");
    assert_eq!(project.query(pages), all);
}
