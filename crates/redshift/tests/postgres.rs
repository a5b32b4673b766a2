//! Translated statements on `PostgreSQL` 15.
#![allow(clippy::expect_used, missing_docs, reason = "a test says what broke, and what it skipped")]

use std::path::PathBuf;

use strataform_postgres::testing::server;
use strataform_redshift::{
    Catalog, Executable, POSTGRES_PRELUDE, Severity, Strictness, Translator, check_with,
};

/// Translates Redshift SQL, which must have no errors.
fn translated(text: &str, catalog: &mut Catalog, translator: &mut Translator) -> String {
    let script = check_with(text, catalog);
    let errors: Vec<_> =
        script.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{text}: {errors:?}");
    let mut out = String::new();
    for statement in &script.statements {
        for executable in translator.translate(statement).expect("PostgreSQL has it") {
            if let Executable::Sql(sql) = executable {
                out.push_str(&sql);
                out.push_str(";\n");
            }
        }
    }
    out
}

fn translate(text: &str) -> String {
    translated(text, &mut Catalog::new(Strictness::Open), &mut Translator::new())
}

#[test]
fn generated_sql_runs() {
    let Some(cluster) = server() else { return };
    let generated = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../generated");
    let mut made = 0;
    for platform in std::fs::read_dir(generated).expect("the output is there") {
        let platform = platform.expect("an entry").path();
        if !platform.is_dir() {
            continue;
        }
        let mut files: Vec<_> = std::fs::read_dir(platform.join("dev/aggregation/sql"))
            .expect("the SQL is there")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        let name = platform.file_name().expect("a name").to_string_lossy().into_owned();
        cluster.database(&name, POSTGRES_PRELUDE).expect("the prelude runs");
        let (mut catalog, mut translator) = (Catalog::new(Strictness::Closed), Translator::new());
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a text");
            let script = translated(&text, &mut catalog, &mut translator);
            cluster
                .run(&name, &script)
                .unwrap_or_else(|fault| panic!("{}: {fault}\n{script}", file.display()));
            made += 1;
        }
    }
    assert!(made > 50, "{made}");
}

#[test]
fn functions_behave_as_in_redshift() {
    let Some(cluster) = server() else { return };
    cluster.database("x", POSTGRES_PRELUDE).expect("the prelude runs");
    // The cases follow the examples in Redshift's documentation.
    let cases = [
        ("DATEDIFF(hour, TIMESTAMP '2026-01-01 10:59:00', TIMESTAMP '2026-01-01 11:01:00')", "1"),
        ("DATEDIFF(week, DATE '2009-01-01', DATE '2009-12-31')", "52"),
        ("DATEDIFF(qtr, DATE '1998-07-01', DATE '2008-07-01')", "40"),
        ("DATEDIFF(day, TIMESTAMP '2026-01-01 23:59:59', TIMESTAMP '2026-01-02 00:00:00')", "1"),
        ("DATEADD(month, 1, DATE '2026-01-31')", "2026-02-28 00:00:00"),
        ("DATEADD(day, -7, TIMESTAMP '2026-01-08 12:00:00')", "2026-01-01 12:00:00"),
        ("DATE_TRUNC('month', DATE '2026-05-17')", "2026-05-01 00:00:00"),
        ("DATE_PART(dow, DATE '2026-11-22')", "0"),
        ("EXTRACT(dayofyear FROM DATE '2026-02-01')", "32"),
        ("LAST_DAY(DATE '2024-02-10')", "2024-02-29"),
        ("ADD_MONTHS(TIMESTAMP '2026-02-28 01:00:00', 1)", "2026-03-31 01:00:00"),
        ("CONVERT_TIMEZONE('UTC', 'Europe/Berlin', TIMESTAMP '2026-07-01 00:00:00')", "2026-07-01 02:00:00"),
        ("NVL(NULL, 'a')", "a"),
        ("NVL2(NULL, 'a', 'b')", "b"),
        ("DECODE(NULL, NULL, 'none', 'some')", "none"),
        ("DECODE(2, 1, 'a', 2, 'b')", "b"),
        ("LEN('äö')", "2"),
        ("OCTET_LENGTH('äö')", "4"),
        ("SPLIT_PART('a/b', '/', 2)", "b"),
        ("'a\\\\b'", "a\\b"),
        ("CHARINDEX('c', 'abc')", "3"),
        ("ROUND(CAST(2.345 AS DOUBLE PRECISION), 2)", "2.35"),
        ("CAN_JSON_PARSE('{\"a\": 1}')", "t"),
        ("CAN_JSON_PARSE('{\"a\": ')", "f"),
        ("TRY_CAST('x' AS INTEGER) IS NULL", "t"),
        ("TRY_CAST('7' AS INTEGER)", "7"),
        ("TRY_CAST('7.456' AS DECIMAL(5,2))", "7.46"),
    ];
    for (expression, wanted) in cases {
        let found = cluster.run("x", &translate(&format!("SELECT {expression} AS x")));
        assert_eq!(found.as_deref(), Ok(wanted), "{expression}");
    }
    let table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(5), code CHAR(2), doc SUPER);";
    cluster.run("x", &translate(table)).expect("the table is created");
    let twice = "INSERT INTO t (id, name) VALUES (1, 'a'), (1, 'b')";
    cluster.run("x", &translate(twice)).expect("keys are not enforced");
    let long = cluster.run("x", &translate("INSERT INTO t (id, name) VALUES (2, 'äöü')"));
    assert!(long.expect_err("six bytes").message.contains("name__bytes"), "lengths are in bytes");
    let wide = cluster.run("x", &translate("INSERT INTO t (id, code) VALUES (2, 'ä')"));
    assert!(wide.is_err(), "CHAR holds one byte per character");
    let script = "
        INSERT INTO t (id, doc) SELECT 3, JSON_PARSE('{\"a\": {\"b\": 5}, \"items\": [{\"n\": 1}, {\"n\": 2}]}');
        SELECT o.doc.a.b::INTEGER + 1 FROM t AS o WHERE o.id = 3;
        SELECT NVL(o.doc.a::INTEGER, -1) FROM t AS o WHERE o.id = 3;
        SELECT SUM(i.n::INTEGER) FROM t AS o, o.doc.items AS i WHERE o.id = 3;
        SELECT LISTAGG(DISTINCT name, ',') WITHIN GROUP (ORDER BY name) FROM t;
        SELECT MEDIAN(id) FROM t;
        ALTER TABLE t ALTER COLUMN name TYPE VARCHAR(8);
        INSERT INTO t (id, name) VALUES (4, 'äöü');
        CREATE TABLE s (LIKE t);
        INSERT INTO s (id, name) VALUES (4, 'new'), (5, 'five');
        MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name);
        SELECT TOP 2 name FROM t ORDER BY id DESC";
    assert_eq!(cluster.run("x", &translate(script)).as_deref(), Ok("6\n-1\n3\na,b\n1\nfive\nnew"));
}
