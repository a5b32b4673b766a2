//! Tables with rows are migrated by the committed files: at once, by a copy that is allowed, and after an interruption.

use std::fs;

use super::local::{Project, server};

const ROW: &str = "INSERT INTO core.event (event_id, occurred_at, session_id, visitor_id, event_type, amount, referrer, page_group, arrived__at, \
                   row__attempt, row__hash) VALUES ('e1', '2026-03-01 05:00:00', 's', 'v', 'purchase', 12.50, 'web', '/', \
                   '2026-03-01 05:00:00', 1, 1)";

fn behind(project: &Project, sql: &str) {
    project.run(&["query", sql, "--env", "dev", "--write"]).ends(0);
}

/// The committed migrations of `dev`, by name.
fn migrations(project: &Project) -> Vec<(String, String)> {
    let folder = project.folder.join(format!("generated/{}/dev/aggregation/migrations", project.name));
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    found.sort();
    found
}

/// The migrations that the ledger has.
fn applied(project: &Project) -> Vec<String> {
    let query = "SELECT \"path\" FROM \"strataform\".\"applied_sql\" WHERE \"path\" LIKE '%migrations%' ORDER BY \"applied_at\", \"path\"";
    project.query(query).into_iter().map(|row| row[0].clone()).collect()
}

fn column(project: &Project, name: &str) -> Vec<String> {
    let query = "SELECT data_type, numeric_precision, numeric_scale, is_nullable FROM information_schema.columns \
                 WHERE table_schema = 'core' AND table_name = 'event' AND column_name = ";
    project.query(&format!("{query}'{name}'")).concat()
}

#[test]
fn a_table_is_copied_if_that_is_allowed_and_the_old_one_stays_until_it_is_dropped() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "copied", "clickstream");
    project.deploy().ends(0);
    behind(&project, ROW);
    let privileges = "SELECT grantee, privilege_type FROM information_schema.table_privileges \
                      WHERE table_schema = 'core' AND table_name = 'event' AND grantee LIKE '%_dev_%' ORDER BY 1, 2";
    let before = project.query(privileges);
    assert!(!before.is_empty());

    project.change(
        "type = \"decimal(12,2)\", description = \"Amount",
        "type = \"decimal(18,4)\", description = \"Amount",
    );
    let [(name, text)] = &migrations(&project)[..] else { panic!("one migration") };
    assert_eq!(name, "0001_event.sql");
    assert!(text.contains("only with --allow rewrite=core.event"), "{text}");
    project
        .deploy()
        .ends(3)
        .says("by 0001_event.sql")
        .says("1 table would be copied")
        .says("\"amount\" DECIMAL(12,2) becomes \"amount\" DECIMAL(18,4)")
        .says("--allow rewrite=core.event");
    assert_eq!(column(&project, "amount"), ["numeric", "12", "2", "YES"], "nothing was done");
    project
        .dev("deploy", &["--yes", "--allow", "rewrite=core.event"])
        .ends(0)
        .says("core.event__before_1 keeps the rows");
    assert_eq!(column(&project, "amount"), ["numeric", "18", "4", "YES"]);
    assert_eq!(project.query("SELECT event_id, amount FROM core.event"), [["e1", "12.5000"]]);
    assert_eq!(project.query("SELECT event_id, amount FROM core.event__before_1"), [["e1", "12.50"]]);
    assert_eq!(project.query(privileges), before, "privileges are granted again");
    assert_eq!(applied(&project), ["aggregation/migrations/0001_event.sql"]);
    project.dev("status", &[]).ends(0);
    project.deploy().ends(0).says("nothing to change");

    // A rollback has no committed migration: it is planned from the difference.
    project.dev("rollback", &["--yes"]).ends(3).says("--allow rewrite=core.event");
    project.dev("rollback", &["--yes", "--allow", "rewrite=core.event"]).ends(0).says("core.event__before_2");
    assert_eq!(column(&project, "amount"), ["numeric", "12", "2", "YES"]);
    // Forward again, the name that the committed migration gives the old table is taken.
    let again = ["--yes", "--allow", "rewrite=core.event"];
    project.dev("deploy", &again).ends(1).says("core.event__before_1 exists, from an earlier copy");
    let tables = ["destroy-data=core.event__before_1", "destroy-data=core.event__before_2"];
    let drop = ["--yes", "--allow", tables[0], "--allow", tables[1]];
    project.change(
        "type = \"decimal(18,4)\", description = \"Amount",
        "type = \"decimal(12,2)\", description = \"Amount",
    );
    project.dev("deploy", &drop).ends(0).says("2 statements");
    assert!(
        project
            .query("SELECT 1 FROM information_schema.tables WHERE table_name LIKE 'event\\\\_\\\\_before%'")
            .is_empty()
    );
    assert_eq!(project.query("SELECT event_id, amount FROM core.event"), [["e1", "12.50"]]);
}

#[test]
fn what_an_interrupted_migration_changed_is_not_changed_again() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "resumed", "clickstream");
    project.deploy().ends(0);
    behind(&project, ROW);
    project.change(
        "device      = \"string(20)\"",
        "device      = \"string(100)\"\ncampaign    = \"string(20)\"",
    );
    project.change("referrer    = \"string(500)\"", "referrer    = \"string(800)\"");
    let all = migrations(&project);
    assert_eq!(all.len(), 2, "each synth that changes a table adds one: {all:?}");
    // The run is killed after some of its statements, which are not one transaction, and before it writes the ledger.
    behind(&project, "ALTER TABLE core.event ALTER COLUMN referrer TYPE VARCHAR(4096)");
    behind(&project, "ALTER TABLE core.event ADD COLUMN campaign VARCHAR(128)");
    project.deploy().ends(0).says("version 2 succeeded");
    let length = "SELECT column_name, character_maximum_length FROM information_schema.columns WHERE table_schema = 'core' \
                  AND table_name = 'event' AND column_name IN ('device', 'referrer', 'campaign') ORDER BY 1";
    assert_eq!(project.query(length), [["campaign", "128"], ["device", "512"], ["referrer", "4096"]]);
    assert_eq!(
        applied(&project),
        ["aggregation/migrations/0001_event.sql", "aggregation/migrations/0002_event.sql"]
    );
    project.dev("status", &[]).ends(0);
    project.deploy().ends(0).says("nothing to change");

    // A removed column stays, until it is named.
    project.change("\ncampaign    = \"string(20)\"", "");
    project.deploy().ends(0).says("column campaign of core.event stays in the warehouse, with its data");
    project
        .dev("deploy", &["--yes", "--allow", "destroy-data=core.event.campaign"])
        .ends(0)
        .says("as allowed: 1 statement");
    assert_eq!(project.query(length).len(), 2);
    // A value that does not fit fails the copy, and nothing has changed.
    project.change("referrer    = \"string(800)\"", "referrer    = \"integer\"");
    project
        .dev("deploy", &["--yes", "--allow", "rewrite=core.event"])
        .ends(5)
        .says("GEN1008")
        .says("invalid input syntax for type integer: \"web\"");
    behind(&project, "UPDATE core.event SET referrer = '007'");
    project
        .dev("deploy", &["--yes", "--allow", "rewrite=core.event"])
        .ends(5)
        .says("a value does not fit its new type")
        .says("nothing was copied");
    assert_eq!(project.query("SELECT referrer FROM core.event"), [["007"]]);
}
