//! The program: generated SQL, the ledger of a deployment, files, and an end that leaves nothing behind.
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs, reason = "a test says what broke")]

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use strataform_postgres::testing::programs;
use strataform_rows::{Column, Kind, Table, write};
use tempfile::TempDir;

/// The program, with its pipes and its temporary directory.
struct Served {
    child: Child,
    temporary: TempDir,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Served {
    /// `None` if PostgreSQL is not installed on a developer's machine.
    fn start() -> Option<Self> {
        programs()?;
        // PostgreSQL refuses to run as root, so the server's user must be able to enter the directory.
        let open = std::fs::Permissions::from_mode(0o755);
        let temporary = tempfile::Builder::new().permissions(open).tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_strataform-warehouse"))
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut served = Self { child, temporary, input, lines };
        assert_eq!(served.next(), json!({"ready": true}));
        Some(served)
    }

    fn send(&mut self, request: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{request}").unwrap();
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    fn ask(&mut self, transaction: bool, statements: &[&str]) -> Value {
        self.send(&json!({"database": "dev", "transaction": transaction, "statements": statements}));
        self.next()
    }

    /// The rows of a statement.
    #[track_caller]
    fn rows(&mut self, statement: &str) -> Value {
        let reply = self.ask(true, &[statement]);
        assert!(reply["error"].is_null(), "{statement}: {reply}");
        reply["results"][0]["rows"].clone()
    }

    /// The number of servers that have a directory there.
    fn folders(&self) -> usize {
        std::fs::read_dir(self.temporary.path()).unwrap().count()
    }

    fn signal(&self) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
    }

    /// Waits until it ends, which must be soon.
    fn end(&mut self) -> ExitStatus {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "it still runs");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Also when a test panics: the end of its input ends it.
impl Drop for Served {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

/// Test values for the placeholders of a deployment.
const VALUES: [(&str, &str); 3] = [
    ("${CopyRole}", "arn:aws:iam::123456789012:role/copy"),
    ("${CatalogueRole}", "arn:aws:iam::123456789012:role/catalogue"),
    (
        "${ReaderPassword}",
        "sha256|0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef|00112233445566778899aabbccddeeff",
    ),
];

#[test]
fn generated_sql_runs_file_by_file() {
    let Some(mut served) = Served::start() else { return };
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/clickstream/dev/aggregation/sql");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 10, "{files:?}");
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let text = VALUES.iter().fold(text, |text, (name, value)| text.replace(name, value));
        let reply = served.ask(true, &[&text]);
        assert!(reply["error"].is_null(), "{}: {reply}", path.display());
    }
    assert_eq!(served.rows("SELECT day FROM report.daily_traffic"), json!([]));
}

#[test]
fn a_deployment_can_keep_its_ledger_and_query_the_catalog() {
    let Some(mut served) = Served::start() else { return };
    let make = [
        "CREATE SCHEMA IF NOT EXISTS \"strataform\"",
        "CREATE TABLE IF NOT EXISTS \"strataform\".\"ledger\" (\"path\" VARCHAR(512) NOT NULL, \
         \"version\" BIGINT NOT NULL, \"applied_at\" TIMESTAMP NOT NULL)",
    ];
    for _ in 0..2 {
        assert!(served.ask(true, &make)["error"].is_null(), "a second time changes nothing");
    }
    let insert = "INSERT INTO \"strataform\".\"ledger\" (\"path\", \"version\", \"applied_at\") VALUES ('a.sql', 3, GETDATE())";
    assert_eq!(served.ask(true, &[insert])["results"][0]["count"], 1);
    assert_eq!(served.rows("SELECT path, version FROM strataform.ledger"), json!([["a.sql", "3"]]));
    let column = "WHERE table_name = 'ledger' ORDER BY 1";
    let columns = json!([["applied_at"], ["path"], ["version"]]);
    for place in ["svv_columns", "svv_all_columns", "information_schema.columns"] {
        assert_eq!(served.rows(&format!("SELECT column_name FROM {place} {column}")), columns, "{place}");
    }
    let tables = "SELECT table_name FROM svv_tables WHERE table_schema = 'strataform'";
    assert_eq!(served.rows(tables), json!([["ledger"]]));
    let search = "SELECT tablename FROM pg_table_def WHERE tablename = 'ledger'";
    assert_eq!(served.rows(search), json!([]), "its schema is not on the search path");
    assert!(served.rows("SELECT version()")[0][0].is_string());
}

#[test]
fn strings_are_returned_unchanged() {
    let Some(mut served) = Served::start() else { return };
    let text = "'\" \n\r\n\t|,\\N é \u{1}strataform 0 rows";
    let literal = text.replace('\\', "\\\\").replace('\'', "''");
    let reply = served.ask(false, &[&format!("SELECT '{literal}' AS \"a|b c\", NULL AS none, '' AS empty")]);
    assert_eq!(reply["results"][0]["rows"], json!([[text, null, ""]]), "{reply}");
    assert_eq!(reply["results"][0]["columns"][0], json!({"name": "a|b c", "type": "varchar"}));
}

#[test]
fn files_are_copied_only_from_the_mounts_of_their_request() {
    let Some(mut served) = Served::start() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mounted");
    std::fs::create_dir_all(&folder).unwrap();
    let column = |name: &str, kind| Column { name: name.to_owned(), kind, nullable: true };
    let table = Table {
        columns: vec![column("id", Kind::Integer), column("name", Kind::Text)],
        values: vec![
            vec![strataform_rows::Value::Integer(1), strataform_rows::Value::Integer(2)],
            vec![strataform_rows::Value::Text("x".to_owned()), strataform_rows::Value::Null],
        ],
    };
    write(&folder.join("part.parquet"), &table).unwrap();
    let copy = "COPY t FROM 's3://lake/part' IAM_ROLE default FORMAT AS PARQUET";
    let statements =
        ["CREATE TABLE t (id INTEGER, name VARCHAR(8))", copy, "SELECT id, name FROM t ORDER BY id"];
    let refused = served.ask(true, &statements);
    assert_eq!(refused["error"]["statement"], 1, "the bucket is not mounted: {refused}");
    served.send(&json!({
        "database": "dev", "transaction": true, "statements": statements, "role": null, "mounts": {"lake": folder}
    }));
    let reply = served.next();
    assert_eq!(reply["results"][1], json!({"columns": [], "rows": [], "count": 2}));
    assert_eq!(reply["results"][2]["rows"], json!([["1", "x"], ["2", null]]));
    let refused = served.ask(true, &[copy]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("lake"), "{refused}");
}

#[test]
fn the_statements_of_a_script_are_kept_or_rolled_back_together() {
    let Some(mut served) = Served::start() else { return };
    let both = "CREATE TABLE t (id INTEGER); INSERT INTO t SELECT 1 / 0";
    assert_eq!(served.ask(false, &[both])["error"]["message"], "division by zero");
    let again =
        served.ask(false, &["CREATE TABLE t (id INTEGER)", "BEGIN; INSERT INTO t VALUES (1); ROLLBACK"]);
    assert!(again["error"].is_null(), "neither the table nor its name was kept: {again}");
    assert_eq!(served.rows("SELECT id FROM t"), json!([]), "a script can end its transaction itself");
}

#[test]
fn a_signal_ends_it_and_leaves_nothing_behind() {
    let Some(mut served) = Served::start() else { return };
    assert_eq!(served.folders(), 1);
    served.signal();
    assert!(served.end().success());
    assert_eq!(served.folders(), 0);
}

#[test]
fn a_signal_cancels_running_statements() {
    let Some(mut served) = Served::start() else { return };
    assert!(served.ask(true, &["SELECT 1 AS one"])["error"].is_null());
    let of = "information_schema.columns";
    let long = format!("SELECT COUNT(*) FROM {of} AS a CROSS JOIN {of} AS b CROSS JOIN {of} AS c");
    served.send(&json!({"database": "dev", "statements": [long]}));
    std::thread::sleep(Duration::from_millis(500));
    // The order of the local AWS: first the end of the input, then a signal.
    served.input = None;
    std::thread::sleep(Duration::from_millis(200));
    assert!(served.child.try_wait().unwrap().is_none(), "a statement is running");
    served.signal();
    assert!(served.end().success());
    assert_eq!(served.folders(), 0);
}
