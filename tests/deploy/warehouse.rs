//! The warehouse between two deployments: what somebody else changed is found and repaired, what a change drops is there
//! again after it, and no query finds a view missing.

use std::fs;

use serde_json::{Value, json};

use super::local::{Outcome, Project, server};

const SQL: &str = "platforms/{name}/sql";

/// Writes a file of the team's own SQL.
fn own(project: &Project, file: &str, text: &str) {
    let folder = project.folder.join(SQL.replace("{name}", &project.name));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
}

/// Changes the warehouse behind the back of `gen deploy`.
#[track_caller]
fn behind(project: &Project, sql: &str) {
    project.run(&["query", sql, "--env", "dev", "--write"]).ends(0);
}

/// Relations, columns, comments and privileges, as the catalog lists them.
fn catalog(project: &Project) -> Vec<Vec<String>> {
    let queries = [
        "SELECT n.nspname, c.relname, CASE WHEN c.relkind = 'r' THEN 'table' ELSE 'view' END \
         FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE n.nspname IN ('staging', 'core', 'mart', 'report') AND c.relkind IN ('r', 'v', 'm') ORDER BY 1, 2",
        "SELECT n.nspname, c.relname, d.objsubid, d.description FROM pg_catalog.pg_description AS d \
         JOIN pg_catalog.pg_class AS c ON c.oid = d.objoid \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE n.nspname IN ('staging', 'core', 'mart', 'report') ORDER BY 1, 2, 3",
        "SELECT table_schema, table_name, column_name, data_type, character_maximum_length \
         FROM information_schema.columns WHERE table_schema IN ('staging', 'core', 'mart', 'report') ORDER BY 1, 2, 3",
        "SELECT table_schema, table_name, grantee, privilege_type FROM information_schema.table_privileges \
         WHERE table_schema IN ('staging', 'core', 'mart', 'report') AND grantee LIKE '%_dev_%' ORDER BY 1, 2, 3, 4",
        "SELECT n.nspname, p.proname FROM pg_catalog.pg_proc AS p \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'mart' ORDER BY 1, 2",
    ];
    queries.iter().flat_map(|sql| project.query(sql)).collect()
}

/// The statements that were sent, request by request.
fn requests(project: &Project) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut token = Value::Null;
    loop {
        let mut asked = json!({"MaxResults": 100});
        if token.is_string() {
            asked["NextToken"] = token;
        }
        let found = project.look("redshift-data", "list_statements", &asked);
        for one in found["Statements"].as_array().unwrap() {
            let texts =
                one["QueryStrings"].as_array().cloned().unwrap_or_else(|| vec![one["QueryString"].clone()]);
            all.push(texts.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect());
        }
        token = found["NextToken"].clone();
        if !token.is_string() {
            return all;
        }
    }
}

/// Asserts that each request that dropped a view or the table of an aggregate also created it again.
#[track_caller]
fn never_missing(project: &Project, view: &str) {
    let (schema, name) = view.split_once('.').unwrap();
    let drop = format!("IF EXISTS \"{schema}\".\"{name}\"");
    let spellings = [format!("\"{schema}\".\"{name}\""), view.to_owned()];
    let mut drops = 0;
    for request in requests(project).iter().filter(|request| request.iter().any(|text| text.contains(&drop)))
    {
        drops += 1;
        let creates = |text: &String| {
            let makes =
                |name: &String| ["VIEW", "TABLE"].iter().any(|kind| text.contains(&format!("{kind} {name}")));
            text.starts_with("CREATE") && spellings.iter().any(makes)
        };
        let dropped = request.iter().rposition(|text| text.contains(&drop)).unwrap();
        assert!(request[dropped..].iter().any(creates), "{view} is missing after {request:#?}");
    }
    assert!(drops > 0, "{view} was never dropped");
}

#[track_caller]
fn status(project: &Project, code: i32) -> Outcome {
    project.dev("status", &[]).ends(code)
}

#[test]
fn a_dropped_schema_is_named_by_status_and_deploy_and_made_again() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "dropped-schema", "clickstream");
    project.deploy().ends(0);
    let before = catalog(&project);
    status(&project, 0);
    behind(&project, "DROP SCHEMA report CASCADE");
    status(&project, 1)
        .says("GEN1018")
        .says("schema report")
        .says("view report.daily_traffic (040_daily_traffic.sql)");
    project.deploy().ends(1).says("GEN1018").says("view report.funnel").says("gen deploy --repair");
    project.dev("deploy", &["--plan"]).ends(1).says("schema report");
    project
        .dev("deploy", &["--yes", "--repair"])
        .ends(0)
        .says("view report.session (040_session.sql) is missing")
        .says("version 2 succeeded");
    assert_eq!(catalog(&project), before, "views, comments and privileges are back");
    status(&project, 0);
    project.deploy().ends(0).says("nothing to change, version 2");
    assert_eq!(project.query("SELECT COUNT(*) FROM report.daily_traffic"), [["0"]]);

    // What changes in the file at the same time changes with the repair.
    behind(&project, "DROP TABLE mart.funnel CASCADE");
    project.change(
        "sessions = \"count(distinct session_id)\" }",
        "sessions = \"count(distinct session_id)\", steps = \"count(*)\" }",
    );
    project.deploy().ends(1).says("table mart.funnel");
    project.dev("deploy", &["--yes", "--repair"]).ends(0);
    assert_eq!(project.query("SELECT COUNT(steps) FROM report.funnel"), [["0"]]);
    status(&project, 0);
}

#[test]
fn a_dropped_table_is_made_again_and_its_rows_are_said_to_be_gone() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "dropped-table", "clickstream");
    project.deploy().ends(0);
    let before = catalog(&project);
    behind(&project, "DROP TABLE core.event CASCADE");
    behind(&project, "DROP PROCEDURE mart.refresh__funnel()");
    let refused =
        project.deploy().ends(1).says("table core.event").says("its rows are gone").says("gen backfill");
    // The aggregates are tables with rows of their own.
    refused.says("procedure mart.refresh__funnel").never_says("mart.session");
    project.dev("deploy", &["--yes", "--repair"]).ends(0).says("its rows are gone");
    assert_eq!(catalog(&project), before);
    project.deploy().ends(0).says("nothing to change");

    behind(&project, "ALTER TABLE core.event DROP COLUMN referrer");
    behind(&project, "ALTER TABLE staging.event DROP COLUMN referrer");
    status(&project, 1).says("table core.event (010_event.sql) has no column referrer");
    project.dev("deploy", &["--yes", "--repair"]).ends(0).says("its values are gone");
    assert_eq!(catalog(&project), before);

    behind(&project, "ALTER TABLE core.event DROP COLUMN referrer");
    behind(&project, "ALTER TABLE core.event ADD COLUMN referrer DATE");
    project.dev("deploy", &["--yes", "--repair"]).ends(1).says("GEN1018").says("VARCHAR(2048) is DATE");
}

#[test]
fn an_own_view_can_be_edited_and_keeps_its_readers() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "edited", "clickstream");
    own(
        &project,
        "010_mine.sql",
        "CREATE VIEW mart.mine AS SELECT day, revenue FROM mart.daily_traffic;\nCOMMENT ON VIEW mart.mine IS 'of a team';\n",
    );
    own(
        &project,
        "020_deeper.sql",
        "CREATE MATERIALIZED VIEW mart.deeper AS SELECT day, max(revenue) AS most FROM mart.mine GROUP BY day;\nCREATE VIEW report.deepest AS SELECT most FROM mart.deeper;\n",
    );
    own(&project, "030_words.sql", "COMMENT ON VIEW report.deepest IS 'of another file';\n");
    project.synth();
    project.deploy().ends(0);

    own(
        &project,
        "010_mine.sql",
        "CREATE VIEW mart.mine AS SELECT day, revenue, sessions FROM mart.daily_traffic;\nCOMMENT ON VIEW mart.mine IS 'of a team';\n",
    );
    project.synth();
    project.deploy().ends(0).says("version 2 succeeded");
    assert_eq!(project.query("SELECT COUNT(sessions) FROM mart.mine"), [["0"]]);
    let edited = catalog(&project);
    for text in ["of a team", "of another file"] {
        assert!(edited.iter().flatten().any(|one| one == text), "{text}: {edited:?}");
    }
    never_missing(&project, "mart.mine");
    never_missing(&project, "mart.deeper");
    never_missing(&project, "report.deepest");

    // An aggregate that changes drops all of them, and makes them again at once.
    project.change(
        "sum(amount)\" }\n\n[aggregate.session]",
        "sum(amount)\", events = \"count(*)\" }\n\n[aggregate.session]",
    );
    project.deploy().ends(0).says("version 3 succeeded");
    assert_eq!(project.query("SELECT COUNT(events) FROM report.daily_traffic"), [["0"]]);
    assert_eq!(project.query("SELECT COUNT(most) FROM report.deepest"), [["0"]]);
    for view in ["mart.daily_traffic", "report.daily_traffic", "mart.mine", "mart.deeper", "report.deepest"] {
        never_missing(&project, view);
    }
    status(&project, 0);
    project.deploy().ends(0).says("nothing to change, version 3");
    let changed = catalog(&project);
    project.dev("rollback", &["--yes"]).ends(0);
    assert_eq!(catalog(&project), edited, "comments of other files are back, too");
    project.dev("rollback", &["--yes", "--to", "3"]).ends(0);
    assert_eq!(catalog(&project), changed);
}

#[test]
fn a_column_that_is_never_empty_is_added_and_a_varchar_is_widened() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "grown", "clickstream");
    project.deploy().ends(0);
    project.change(
        "[dataset.event.derive]",
        "[dataset.event.derive]\nchannel = \"case when country is null then 'web' else 'store' end\"",
    );
    project
        .deploy()
        .ends(0)
        .says("column channel of core.event is added nullable")
        .says("version 2 succeeded");
    status(&project, 0);
    project.dev("rollback", &["--yes"]).ends(0).says("column channel of core.event stays");
    project.dev("rollback", &["--yes", "--to", "2"]).ends(0);
    let column = "SELECT is_nullable, character_maximum_length FROM information_schema.columns \
                  WHERE table_schema = 'core' AND table_name = 'event' AND column_name = ";
    assert_eq!(project.query(&format!("{column}'channel'"))[0][0], "YES");

    // The aggregates read the device, and are computed again: their columns become longer, too.
    let before = catalog(&project);
    project.change("device      = \"string(20)\"", "device      = \"string(100)\"");
    project
        .deploy()
        .ends(0)
        .says("030_daily_traffic.sql")
        .says("030_session.sql")
        .never_says("030_funnel.sql");
    assert_eq!(project.query(&format!("{column}'device'"))[0][1], "512");
    assert_eq!(catalog(&project).len(), before.len(), "no relation, column or privilege is lost");
    status(&project, 0);
    project.deploy().ends(0).says("nothing to change");
    project.dev("rollback", &["--yes"]).ends(0).says("column device of core.event stays as long as it is");
    status(&project, 0);
    project.change("event_id    = \"string(36) not null\"", "event_id    = \"string(100) not null\"");
    project
        .deploy()
        .ends(3)
        .says("GEN1002")
        .says("a column of a key cannot be widened")
        .says("rewrite=core.event");
}

#[test]
fn a_rotated_password_and_a_new_role_reach_the_warehouse() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "rotated", "clickstream");
    project.change("[dataset.event]\n", "[dataset.event]\ntable_format = \"iceberg\"\n");
    project.deploy().ends(0);
    let arn = project.output("aggregation", "WarehouseReaderUser");
    let secret = project.look("secretsmanager", "get_secret_value", &json!({"SecretId": arn}));
    let mut fields: Value = serde_json::from_str(secret["SecretString"].as_str().unwrap()).unwrap();
    fields["password"] = json!("Rotated-1-and-long-enough-to-be-accepted");
    let put = json!({"SecretId": arn, "SecretString": fields.to_string()});
    assert!(project.look("secretsmanager", "put_secret_value", &put).get("error").is_none());
    let digests = |project: &Project| {
        let all = requests(project).concat();
        all.iter()
            .filter(|text| text.contains("PASSWORD 'sha256|"))
            .cloned()
            .collect::<std::collections::BTreeSet<_>>()
    };
    let before = digests(&project).len();
    project.dev("deploy", &["--plan"]).ends(0).says("003_password.sql").says("new values: 1 statement");
    project.deploy().ends(0).says("003_password.sql: 1 statement");
    assert_eq!(digests(&project).len(), before + 1, "the new password was set");
    project.deploy().ends(0).says("nothing to change, version 2");

    // As if the role had another ARN when the file was applied.
    let id = "SELECT CAST(n.oid AS VARCHAR(20)) FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'lake'";
    let schema = project.query(id);
    behind(
        &project,
        "UPDATE strataform.applied_sql SET values_digest = 'x' WHERE path LIKE '%050_catalogue.sql'",
    );
    project.deploy().ends(0).says("050_catalogue.sql");
    assert_ne!(project.query(id), schema, "IF NOT EXISTS alone would keep the old role");
    project.deploy().ends(0).says("nothing to change, version 3");
}
