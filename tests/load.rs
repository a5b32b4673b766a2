//! The statements of a load, run by PostgreSQL: versions of keys give one table in any order.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use strataform::artifact::load::plan;
use strataform::artifact::redshift;
use strataform::diagnostic::SourceFile;
use strataform::model::{Dataset, ORDER_COLUMNS, Platform, Type};
use strataform::platform::Context;
use strataform::platform::aggregation::load::{LoadParameter, load};
use strataform::platform::aggregation::sql;
use strataform::spec;
use strataform_postgres::testing::{programs, server};
use strataform_rows::{Column, Kind, Table, Value, write};
use strataform_warehouse::Warehouse;

/// The names and warehouse types of the stored columns.
fn columns(dataset: &Dataset) -> Vec<(String, String)> {
    let own = dataset.curated().map(|column| (column.name.to_string(), column.data_type));
    let order = ORDER_COLUMNS.map(|(name, data_type)| (name.to_owned(), data_type));
    own.chain(order).map(|(name, data_type): (String, Type)| (name, data_type.redshift())).collect()
}

/// The platform of the jobs' tests.
fn platform() -> Platform {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text =
        std::fs::read_to_string(root.join("tests/glue/platform.toml")).expect("the platform file exists");
    let (platform, faults) = spec::read(&SourceFile { path: "platform.toml".into(), text });
    platform.unwrap_or_else(|| panic!("{faults:?}"))
}

#[test]
fn loads_in_any_order_give_one_table() {
    let Some(programs) = programs() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let platform = platform();
    let dataset = platform.dataset("plain").expect("the file has the dataset");
    let plan = json!({
        "columns": columns(dataset),
        "load": plan(&load(&platform, dataset)).expect("every load is rendered").statements("s3://b/r.json", ""),
        "core": "core.plain",
        "staging": "staging.plain",
        "latest": "staging.plain__latest",
        "loaded": "staging.plain__loaded_run",
    });
    let input = Path::new(env!("CARGO_TARGET_TMPDIR")).join("load.json");
    std::fs::write(&input, plan.to_string()).expect("the plan can be written");
    let run = Command::new("python3")
        .arg(root.join("tests/load/order.py"))
        .arg(&input)
        .arg(programs.folder())
        .output();
    let run = run.expect("python3 runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    println!("{}", String::from_utf8_lossy(&run.stdout));
}

/// The statements that create the tables of a dataset.
fn tables(platform: &Platform, dataset: &Dataset) -> String {
    let (stored, copied): (Vec<_>, Vec<_>) = columns(dataset)
        .into_iter()
        .map(|(name, kind)| {
            let copied = if kind == "SUPER" { "VARCHAR(65535)" } else { kind.as_str() };
            (format!("\"{name}\" {kind}"), format!("\"{name}\" {copied}"))
        })
        .unzip();
    let (stored, copied) = (stored.join(", "), copied.join(", "));
    format!(
        "CREATE SCHEMA core; CREATE SCHEMA staging; CREATE TABLE core.plain ({stored}); \
         CREATE TABLE staging.plain ({copied}); CREATE TABLE staging.plain__latest ({stored});\n{}",
        loaded_runs(platform)
    )
}

/// The file that creates the table of the runs that are loaded.
fn loaded_runs(platform: &Platform) -> String {
    let context = Context { platform, environment: &platform.environments[0] };
    let files = redshift::render(&sql::plan(context, &[])).expect("every file is rendered");
    let file = files.into_iter().find(|(path, _)| path == "sql/022_plain_loaded.sql");
    file.expect("the plan has the file").1
}

/// The scripts of two loads of one key, translated for PostgreSQL, that overlap: each waits before it merges.
/// Redshift's transactions see a snapshot, which is PostgreSQL's REPEATABLE READ.
fn overlapping(statements: &[String]) -> [String; 2] {
    let translated = |text: &String| {
        let mut translator = strataform_redshift::Translator::new();
        let parsed = strataform_redshift::parse(text);
        let executables = parsed.statements.iter().map(|one| translator.translate(one).expect("translates"));
        let sql = executables.flatten().map(|one| match one {
            strataform_redshift::Executable::Sql(sql) => format!("{sql};\n"),
            strataform_redshift::Executable::Nothing(_) | strataform_redshift::Executable::Copy(_) => {
                String::new()
            }
        });
        sql.collect::<String>()
    };
    let copy = statements.iter().position(|one| one.starts_with("COPY ")).expect("a load copies");
    let (before, after) = statements.split_at(copy);
    let part = |statements: &[String]| statements.iter().map(translated).collect::<String>();
    [1, 2].map(|version| {
        let row = format!(
            "INSERT INTO staging.plain (id, at, arrived__at, row__attempt, row__hash) VALUES ('key', \
             '2026-01-01', '2026-01-01', 1, {version});\nSELECT pg_sleep(1.5);\n"
        );
        format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ;\n{}{row}{}COMMIT;\n",
            part(before),
            part(after.get(1..).unwrap_or_default())
        )
    })
}

/// Two executions load the same key at the same time, from empty staging tables: one waits for the other.
#[test]
fn loads_of_a_dataset_wait_for_each_other() {
    let Some(cluster) = server() else { return };
    let platform = platform();
    let dataset = platform.dataset("plain").expect("the file has the dataset");
    let plan = plan(&load(&platform, dataset)).expect("every load is rendered");
    let statements = plan.statements("s3://b/r.json", "${CopyRole}");
    let make = tables(&platform, dataset);
    let cluster = &cluster;
    let rows = |name: &str, statements: &[String]| {
        let mut warehouse = Warehouse::open(cluster, name).expect("a database");
        warehouse.run(&make).expect("tables");
        let outputs = std::thread::scope(|scope| {
            let sessions =
                overlapping(statements).map(|script| scope.spawn(move || cluster.run(name, &script)));
            sessions.map(|session| session.join().expect("a session ends"))
        });
        for output in outputs {
            output.expect("both loads succeed");
        }
        warehouse.run("SELECT id, row__hash FROM core.plain").expect("a query").output
    };
    assert_eq!(rows("locked", &statements).trim(), "key|2", "the later version, once");
    // Without the lock, both insert the key: the test would notice.
    assert!(statements[0].starts_with("LOCK "), "{}", statements[0]);
    assert_eq!(rows("unlocked", &statements[1..]).lines().count(), 2);
}

/// The rows of a file that was written before `amount` became a column of `plain`.
fn before_amount() -> Table {
    let column = |(name, kind): (&str, Kind)| Column { name: name.to_owned(), kind, nullable: true };
    let text = |text: &str| Value::Text(text.to_owned());
    let (columns, values) = [
        (("id", Kind::Text), text("a")),
        (("at", Kind::Timestamp), Value::Timestamp(0)),
        (("email", Kind::Text), text("hash")),
        (("note", Kind::Text), text("{\"n\": 1}")),
        (("is_large", Kind::Boolean), Value::Null),
        (("arrived__at", Kind::Timestamp), Value::Timestamp(1)),
        (("row__attempt", Kind::Integer), Value::Integer(1)),
        (("row__hash", Kind::Bigint), Value::Integer(7)),
    ]
    .into_iter()
    .map(|(named, value)| (column(named), vec![value]))
    .unzip();
    Table { columns, values }
}

/// A run that was committed before a column was added, in the middle, is loaded after it: its manifest names the
/// columns of its files.
#[test]
fn a_run_from_before_a_column_is_loaded_after_it() {
    let Some(cluster) = server() else { return };
    let platform = platform();
    let dataset = platform.dataset("plain").expect("the file has the dataset");
    let plan = plan(&load(&platform, dataset)).expect("every load is rendered");
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let table = before_amount();
    write(&folder.path().join("old.parquet"), &table).expect("a file");
    let length = std::fs::metadata(folder.path().join("old.parquet")).expect("it exists").len();
    let entry =
        json!({ "url": "s3://b/old.parquet", "mandatory": true, "meta": { "content_length": length } });
    let manifest = json!({ "columns": [], "entries": [entry] }).to_string();
    std::fs::write(folder.path().join("r.json"), manifest).expect("a manifest");
    let mut warehouse = Warehouse::open(&cluster, "older").expect("a database");
    warehouse.run(&tables(&platform, dataset)).expect("tables");
    warehouse.mount("b", folder.path());
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let load = |columns: &str| {
        let value = |parameter| match parameter {
            LoadParameter::ManifestUrl => "s3://b/r.json".to_owned(),
            LoadParameter::CopyRole => "${CopyRole}".to_owned(),
            LoadParameter::Columns => columns.to_owned(),
            LoadParameter::RunId => "r".to_owned(),
            LoadParameter::CompleteUntil => "2026-03-01T00:00:00".to_owned(),
            LoadParameter::RunIds => String::new(),
        };
        plan.load.iter().map(|statement| statement.text(value)).collect::<Vec<_>>()
    };
    let refused = warehouse.batch(&load(""), None, true).expect_err("the numbers of columns differ");
    assert!(refused.to_string().contains("8 columns, but the table has 9"), "{refused}");
    warehouse.batch(&load(&format!(" ({})", names.join(","))), None, true).expect("the load");
    let mut rows = |sql: &str| warehouse.run(sql).expect("a query").output;
    let row = "SELECT id, amount, email, is_large, row__hash FROM core.plain";
    assert_eq!(rows(row).trim(), "a||hash||7");
    let run = "SELECT run_id, manifest, \"rows\", complete_until FROM staging.plain__loaded_run";
    assert_eq!(rows(run).trim(), "r|s3://b/r.json|1|2026-03-01 00:00:00");
    assert_eq!(rows(&plan.complete).trim(), "2026-02-28T23:00:00");
}

/// A warehouse that had rows before it had the table is complete up to then; an empty one is not, and loads everything.
#[test]
fn a_warehouse_from_before_the_table_loads_no_history_again() {
    let Some(cluster) = server() else { return };
    let platform = platform();
    let dataset = platform.dataset("plain").expect("the file has the dataset");
    let plan = plan(&load(&platform, dataset)).expect("every load is rendered");
    for (name, rows) in [("empty", 0), ("used", 3)] {
        let mut warehouse = Warehouse::open(&cluster, name).expect("a database");
        let (before, after) = (tables(&platform, dataset), loaded_runs(&platform));
        warehouse.run(before.strip_suffix(&after).expect("the file is the last")).expect("tables");
        for row in 0..rows {
            let row = format!(
                "INSERT INTO core.plain (id, at, arrived__at, row__attempt, row__hash) \
                 VALUES ('{row}', '2026-01-01', '2026-01-01', 1, 1)"
            );
            warehouse.run(&row).expect("a row");
        }
        warehouse.run(&after).expect("the table");
        let known =
            warehouse.run("SELECT COUNT(*), MAX(\"rows\") FROM staging.plain__loaded_run").expect("a query");
        assert_eq!(known.output.trim(), if rows == 0 { "0|" } else { "1|3" });
        let complete = warehouse.run(&plan.complete).expect("a query").output;
        assert_eq!(complete.trim().is_empty(), rows == 0, "{complete}");
    }
}
