//! What a warehouse accepts and rejects, on a real PostgreSQL.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test says what broke, and what it skipped"
)]

use std::path::{Path, PathBuf};

use strataform_postgres::testing::server;
use strataform_rows::{Column, Kind, Table, Value, write};
use strataform_warehouse::{Fault, Warehouse};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn column(name: &str, kind: Kind) -> Column {
    Column { name: name.to_owned(), kind, nullable: true }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn rows() -> Table {
    Table {
        columns: vec![column("id", Kind::Integer), column("name", Kind::Text), column("at", Kind::Timestamp)],
        values: vec![
            vec![Value::Integer(1), Value::Integer(2)],
            vec![text("a\tb\\"), Value::Null],
            vec![Value::Timestamp(1_500_000), Value::Timestamp(0)],
        ],
    }
}

const TABLE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(8), at TIMESTAMP) SORTKEY (at);";

/// A folder with a file and its manifest.
fn stored(name: &str, table: &Table) -> PathBuf {
    let folder = folder(name);
    write(&folder.join("part.parquet"), table).expect("the file is written");
    let length = std::fs::metadata(folder.join("part.parquet")).unwrap().len();
    manifest(&folder, &format!("{{\"content_length\": {length}}}"));
    folder
}

fn manifest(folder: &Path, meta: &str) {
    let text = format!(
        "{{\"entries\": [{{\"url\": \"s3://lake/part.parquet\", \"mandatory\": true, \"meta\": {meta}}}]}}"
    );
    std::fs::write(folder.join("m.json"), text).unwrap();
}

const COPY: &str = "COPY t FROM 's3://lake/m.json' IAM_ROLE default FORMAT AS PARQUET MANIFEST";

#[test]
fn files_are_copied_by_every_copy_statement() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "copies").unwrap();
    warehouse.mount("lake", &stored("copies", &rows()));
    let made = warehouse.run(TABLE).unwrap();
    assert_eq!((made.statements, made.copied), (1, 0));
    assert_eq!(warehouse.run(COPY).unwrap().copied, 2);
    let once = warehouse.contents(None, "public", "t").unwrap();
    assert_eq!(once.rows, 2);
    let found = warehouse.run("SELECT id, name, at FROM t ORDER BY id").unwrap();
    assert_eq!(found.output, "1|a\tb\\|1970-01-01 00:00:01.5\n2||1970-01-01 00:00:00");
    // Redshift does not enforce keys.
    warehouse.run("COPY t FROM 's3://lake/part' IAM_ROLE default FORMAT AS PARQUET").unwrap();
    let twice = warehouse.contents(None, "public", "t").unwrap();
    assert_eq!(twice.rows, 4);
    assert_ne!(once.digest, twice.digest);
    let skipped = warehouse.run("VACUUM t").unwrap();
    assert_eq!((skipped.statements, skipped.skipped.len()), (0, 1));
}

#[test]
fn files_that_do_not_match_the_table_are_rejected() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "misfits").unwrap();
    warehouse.run(TABLE).unwrap();
    let mut refused = |folder: &Path, copy: &str| {
        warehouse.mount("lake", folder);
        let message = warehouse.run(copy).expect_err("the files do not match the table").to_string();
        assert_eq!(warehouse.contents(None, "public", "t").unwrap().rows, 0, "{message}");
        message
    };
    let renamed = |at: usize, name: &str, kind: Kind, value: Value| {
        let mut table = rows();
        table.columns[at] = column(name, kind);
        table.values[at] = vec![value; 2];
        stored(name, &table)
    };
    let message = refused(&renamed(1, "other", Kind::Text, Value::Null), COPY);
    assert!(message.ends_with("column 2 is `other` in the file, but `name` in the table"), "{message}");
    let message = refused(&renamed(0, "id", Kind::Bigint, Value::Integer(1)), COPY);
    assert!(message.ends_with("column `id` is bigint in the file, but INTEGER in the table"), "{message}");
    let message = refused(&renamed(1, "name", Kind::Text, text("a\0")), COPY);
    assert!(message.ends_with("row 1, column `name`: the text contains a NUL character"), "{message}");
    // Lengths are in bytes.
    let message = refused(&renamed(1, "name", Kind::Text, text("äöüäö")), COPY);
    assert!(message.contains("name__bytes"), "{message}");
    let mut short = rows();
    short.columns.pop();
    short.values.pop();
    let message = refused(&stored("short", &short), COPY);
    assert!(message.ends_with("the file has 2 columns, but the table has 3"), "{message}");
    let changed = stored("changed", &rows());
    manifest(&changed, "{\"content_length\": 1}");
    assert!(refused(&changed, COPY).contains("but the manifest declares 1"));
    manifest(&changed, "null");
    assert!(refused(&changed, COPY).contains("missing `meta.content_length`"));
    std::fs::remove_file(changed.join("part.parquet")).unwrap();
    manifest(&changed, "{\"content_length\": 1}");
    assert!(refused(&changed, COPY).starts_with("s3://lake/part.parquet: "));
    assert!(refused(&changed, &COPY.replace("m.json", "../m.json")).contains("points outside its bucket"));
    assert!(refused(&changed, &COPY.replace("lake", "pond")).contains("bucket `pond`"));
    let none = COPY.replace("m.json", "nothing").replace(" MANIFEST", "");
    assert!(refused(&changed, &none).contains("no object key begins with `nothing`"));
    let csv = "COPY t FROM 's3://lake/m' IAM_ROLE default CSV";
    assert_eq!(refused(&changed, csv), "only Parquet files are supported");
}

#[test]
fn a_transaction_is_atomic_and_has_the_privileges_of_its_role() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "rights").unwrap();
    let script = format!(
        "{TABLE} CREATE ROLE rights_loader; CREATE ROLE rights_reader;
        GRANT USAGE ON SCHEMA public TO ROLE rights_loader; GRANT INSERT, SELECT ON t TO ROLE rights_loader"
    );
    warehouse.run(&script).unwrap();
    let text = "INSERT INTO t (id) VALUES (1);\nINSERT INTO t (id) VALUES (2);\nDELETE FROM t";
    let Err(Fault::Failed { span, message }) = warehouse.transaction("rights_loader", text) else {
        panic!("a loader cannot delete")
    };
    assert_eq!(&text[span.range()], "DELETE FROM t");
    assert_eq!(message, "permission denied for table t");
    assert_eq!(warehouse.contents(None, "public", "t").unwrap().rows, 0);
    warehouse.transaction("rights_loader", "INSERT INTO t (id) VALUES (1)").unwrap();
    assert_eq!(warehouse.contents(Some("rights_loader"), "public", "t").unwrap().rows, 1);
    assert!(warehouse.contents(Some("rights_reader"), "public", "t").is_err());
    assert!(warehouse.run_as("rights_reader", "SELECT id FROM t").is_err());
    // Invalid Redshift SQL does not run at all.
    let text = "INSERT INTO t (id) VALUES (2); CREATE TABLE u (id SERIAL)";
    let Err(Fault::Refused(findings)) = warehouse.run(text) else { panic!("SERIAL is not a type") };
    assert_eq!(findings[0].code.text(), "SQL0101");
    assert_eq!(warehouse.contents(None, "public", "t").unwrap().rows, 1);
}

#[test]
fn derived_columns_follow_redshift() {
    let Some(cluster) = server() else { return };
    let mut warehouse = Warehouse::open(&cluster, "derived").unwrap();
    let derived = [
        (column("length", Kind::Integer), "OCTET_LENGTH(\"name\")".to_owned()),
        (column("next", Kind::Timestamp), "DATEADD(day, 1, \"at\")".to_owned()),
        (column("half", Kind::Decimal { precision: 9, scale: 2 }), "\"id\"::DECIMAL(9,2) / 2".to_owned()),
        (column("last", Kind::Text), "NVL(\"name\", '')".to_owned()),
    ];
    let made = warehouse.derive(&rows(), &derived).unwrap();
    assert_eq!(made.columns.len(), 7);
    assert_eq!(made.values[..3], rows().values);
    assert_eq!(made.values[3], [Value::Integer(4), Value::Null]);
    assert_eq!(made.values[4][0], Value::Timestamp(86_401_500_000));
    assert_eq!(made.values[6], [text("a\tb\\"), text("")]);
}
