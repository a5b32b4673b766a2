//! Results of Data API statements on a real PostgreSQL, and the program that serves them.
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs, reason = "a test says what broke")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use strataform_postgres::testing::{programs, server};
use strataform_warehouse::{StatementResult, Warehouse};

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

fn some(all: &[&str]) -> Vec<Option<String>> {
    all.iter().map(|one| Some((*one).to_owned())).collect()
}

#[test]
fn queries_give_columns_types_nulls_and_line_breaks() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "queries").unwrap();
    let all = warehouse
        .batch(
            &texts(&[
                "CREATE TABLE t (id INTEGER, name VARCHAR(20), ok BOOLEAN, amount DECIMAL(12,2))",
                "INSERT INTO t VALUES (1, 'a|b', TRUE, 1.50), (2, NULL, FALSE, NULL)",
                "SELECT id, name, ok, amount FROM t ORDER BY id",
                "SELECT id FROM t WHERE id > 5",
                "SELECT COUNT(*) AS rows FROM t",
            ]),
            None,
            true,
        )
        .unwrap();
    let names: Vec<(&str, &str)> = all[2].columns.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(names, [("id", "int4"), ("name", "varchar"), ("ok", "bool"), ("amount", "numeric")]);
    assert_eq!(all[2].rows[0], some(&["1", "a|b", "t", "1.50"]));
    assert_eq!(all[2].rows[1], [Some("2".to_owned()), None, Some("f".to_owned()), None]);
    assert_eq!(all[1], StatementResult { count: 2, ..StatementResult::default() });
    assert_eq!(
        (all[3].columns.len(), all[3].rows.len(), all[3].count),
        (1, 0, 0),
        "an empty result has columns"
    );
    assert_eq!(all[4].rows, [some(&["2"])]);
}

#[test]
fn a_reader_of_a_late_binding_view_needs_usage_of_the_schemas_that_it_reads() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "late").unwrap();
    let made = "CREATE SCHEMA mart; CREATE SCHEMA report; CREATE USER late_reader PASSWORD DISABLE; \
                CREATE TABLE mart.t (id INTEGER); INSERT INTO mart.t VALUES (7); \
                CREATE VIEW report.inner_t AS SELECT id FROM mart.t WITH NO SCHEMA BINDING; \
                CREATE VIEW report.t AS SELECT id FROM report.inner_t WITH NO SCHEMA BINDING; \
                CREATE VIEW report.bound AS SELECT id FROM mart.t; \
                GRANT USAGE ON SCHEMA report TO late_reader; \
                GRANT SELECT ON ALL TABLES IN SCHEMA report TO late_reader";
    warehouse.batch(&texts(&[made]), None, true).unwrap();
    let read = texts(&["SELECT id FROM report.t"]);
    let refused = warehouse.batch(&read, Some("late_reader"), false).unwrap_err();
    assert_eq!(refused.to_string(), "permission denied for schema mart");
    let bound = warehouse.batch(&texts(&["SELECT id FROM report.bound"]), Some("late_reader"), false);
    assert_eq!(bound.unwrap()[0].rows, [some(&["7"])], "a bound view was looked up by its owner");
    let refused = warehouse.run_as("late_reader", "SELECT id FROM report.t").unwrap_err();
    assert_eq!(refused.to_string(), "permission denied for schema mart");

    warehouse.batch(&texts(&["GRANT USAGE ON SCHEMA mart TO late_reader"]), None, true).unwrap();
    assert_eq!(warehouse.batch(&read, Some("late_reader"), false).unwrap()[0].rows, [some(&["7"])]);
    let table = warehouse.batch(&texts(&["SELECT id FROM mart.t"]), Some("late_reader"), false).unwrap_err();
    assert_eq!(table.to_string(), "permission denied for table t", "USAGE is no right to the table");
}

#[test]
fn a_failed_transaction_leaves_nothing_and_names_its_statement() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "stops").unwrap();
    let make = "CREATE TABLE t (id INTEGER)";
    let stopped = warehouse.batch(&texts(&[make, "INSERT INTO t SELECT 1 / 0"]), None, true).unwrap_err();
    assert_eq!((stopped.statement, stopped.to_string().as_str()), (1, "division by zero"));
    let refused = warehouse.batch(&texts(&["SELECT id FROM t"]), None, true).unwrap_err();
    assert_eq!(refused.statement, 0, "the table does not exist: {refused}");
    warehouse.batch(&texts(&[make]), None, true).expect("no table exists");
    let stopped = warehouse
        .batch(&texts(&["INSERT INTO t VALUES (7)", "SELECT nothing FROM t"]), None, false)
        .unwrap_err();
    assert_eq!(stopped.statement, 1);
    let all = warehouse.batch(&texts(&["SELECT id FROM t"]), None, false).unwrap();
    assert_eq!(all[0].rows, [some(&["7"])], "without a transaction, earlier changes are kept");
}

#[test]
fn the_tables_of_a_schema_can_be_queried() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "asked").unwrap();
    let all = warehouse
        .batch(
            &texts(&[
                "CREATE SCHEMA IF NOT EXISTS core",
                "CREATE TABLE IF NOT EXISTS core.event (id VARCHAR(8), at TIMESTAMP)",
                "SELECT table_schema, table_name, column_name FROM information_schema.columns \
                 WHERE table_schema = 'core' ORDER BY column_name",
            ]),
            None,
            true,
        )
        .unwrap();
    assert_eq!(all[2].rows, [some(&["core", "event", "at"]), some(&["core", "event", "id"])]);
}

#[test]
fn a_password_digest_is_accepted_and_a_password_is_not() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "digest").unwrap();
    let digest = "a".repeat(64);
    let user = "CREATE USER reader PASSWORD DISABLE".to_owned();
    let alter = format!("ALTER USER reader PASSWORD 'sha256|{digest}|00ff'");
    warehouse.batch(&[user, alter], None, true).unwrap();
    let plain = texts(&["ALTER USER reader PASSWORD 'Secret123'"]);
    let refused = warehouse.batch(&plain, None, true).unwrap_err();
    assert!(refused.to_string().contains("SQL0902"), "{refused}");
}

#[test]
fn the_program_replies_line_by_line_and_ends_with_its_input() {
    if programs().is_none() {
        return;
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_strataform-warehouse"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(next(), json!({"ready": true}));
    let mut ask = |request: Value| writeln!(input, "{request}").unwrap();
    ask(
        json!({"database": "dev", "transaction": true, "statements": ["CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (1)"]}),
    );
    ask(json!({"database": "dev", "statements": ["SELECT id, 'x\ty' AS text, NULL AS none FROM t"]}));
    ask(json!({"database": "dev", "statements": ["SELEKT 1"]}));
    ask(json!({"data": 1}));
    assert_eq!(next()["results"][1]["count"], 1);
    let rows = next();
    assert_eq!(rows["results"][0]["rows"], json!([["1", "x\ty", null]]));
    assert_eq!(rows["results"][0]["columns"][0], json!({"name": "id", "type": "int4"}));
    assert_eq!(next()["error"]["statement"], 0);
    assert!(next()["error"]["message"].as_str().unwrap().contains("invalid request"));
    drop(input);
    assert!(child.wait().unwrap().success());
}
