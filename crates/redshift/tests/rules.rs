//! What each rule rejects, and a similar statement that it accepts.
#![allow(missing_docs, reason = "a test says what broke")]

use strataform_diagnostic::Example;
use strataform_redshift::{Catalog, Code, Severity, Strictness, check, check_with};

/// The codes of errors, in order.
fn codes(text: &str) -> Vec<&'static str> {
    let script = check(text);
    script.findings.iter().filter(|one| one.severity == Severity::Error).map(|one| one.code.text()).collect()
}

/// The codes of errors if every name must be created first.
fn closed(text: &str) -> Vec<&'static str> {
    let script = check_with(text, &mut Catalog::new(Strictness::Closed));
    script.findings.iter().filter(|one| one.severity == Severity::Error).map(|one| one.code.text()).collect()
}

const TABLE: &str =
    "CREATE SCHEMA s; CREATE TABLE s.t (id BIGINT NOT NULL, at TIMESTAMP, name VARCHAR(20), doc SUPER);";

/// A rejected statement, its code, and an accepted one.
const PAIRS: &[(&str, &str, &str)] = &[
    ("SELECT 'a", "SQL0001", "SELECT 'a'"),
    ("SELECT 'it\\'", "SQL0001", "SELECT 'it\\'s'"),
    ("CREATE TABEL t (a INT)", "SQL0002", "CREATE TABLE t (a INT)"),
    ("SELECT 1 BETWEEN SYMMETRIC 2 AND 0", "SQL0002", "SELECT 1 BETWEEN 0 AND 2"),
    ("CREATE TABLE t (a STRING)", "SQL0101", "CREATE TABLE t (a VARCHAR(3))"),
    ("CREATE TABLE t (a DECIMAL(39,2))", "SQL0102", "CREATE TABLE t (a DECIMAL(38,2))"),
    ("CREATE TABLE t (a INT, A INT)", "SQL0106", "CREATE TABLE t (a INT, b INT)"),
    ("CREATE TABLE t (xmin INT)", "SQL0107", "CREATE TABLE t (x_min INT)"),
    ("CREATE TABLE select (a INT)", "SQL0111", "CREATE TABLE \"select\" (\"user\" INT)"),
    ("CREATE TABLE t (a INT) SORTKEY (a) SORTKEY (a)", "SQL0203", "CREATE TABLE t (a INT) SORTKEY (a)"),
    ("CREATE TABLE t (a INT) SORTKEY (b)", "SQL0204", "CREATE TABLE t (a INT) DISTKEY (a)"),
    ("CREATE TABLE t (a INT) BACKUP NO BACKUP NO", "SQL0207", "CREATE TABLE t (a INT) BACKUP NO"),
    ("CREATE TABLE t (a INT NOT NULL NOT NULL)", "SQL0207", "CREATE TABLE t (a INT NOT NULL)"),
    (
        "ALTER TABLE t ADD COLUMN a INT NOT NULL",
        "SQL0301",
        "ALTER TABLE t ADD COLUMN a INT DEFAULT 0 NOT NULL",
    ),
    ("ALTER TABLE t ADD COLUMN a INT DISTKEY", "SQL0304", "ALTER TABLE t ADD COLUMN a INT"),
    (
        "ALTER TABLE t ALTER DISTKEY a, ALTER COLUMN b ENCODE zstd",
        "SQL0303",
        "ALTER TABLE t ALTER DISTKEY a, ALTER SORTKEY (a)",
    ),
    (
        "MERGE INTO t AS x USING s ON x.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
        "SQL0402",
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)",
    ),
    (
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a)",
        "SQL0404",
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b)",
    ),
    (
        "CREATE MATERIALIZED VIEW v AUTO REFRESH YES AS SELECT GETDATE() AS now FROM t",
        "SQL0502",
        "CREATE MATERIALIZED VIEW v AUTO REFRESH NO AS SELECT GETDATE() AS now FROM t",
    ),
    (
        "CREATE MATERIALIZED VIEW v AUTO REFRESH NO SORTKEY (a) AS SELECT a FROM t",
        "SQL0503",
        "CREATE MATERIALIZED VIEW v SORTKEY (a) AUTO REFRESH NO AS SELECT a FROM t",
    ),
    ("CREATE VIEW v AS SELECT 1, 2 AS b FROM t", "SQL0504", "CREATE VIEW v AS SELECT 1 AS a, 2 AS b FROM t"),
    (
        "CREATE VIEW v AS SELECT a FROM t WITH NO SCHEMA BINDING",
        "SQL0505",
        "CREATE VIEW v AS SELECT a FROM s.t WITH NO SCHEMA BINDING",
    ),
    (
        "COPY t FROM 's3://b/p' FORMAT PARQUET",
        "SQL0601",
        "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET",
    ),
    (
        "COPY t FROM 's3://b/p' ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 'x'",
        "SQL0601",
        "COPY t FROM 's3://b/p' IAM_ROLE '${CopyRole}'",
    ),
    (
        "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET MANIFST",
        "SQL0602",
        "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT FORMAT PARQUET MANIFEST",
    ),
    (
        "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT GZIP ZSTD",
        "SQL0604",
        "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT GZIP",
    ),
    (
        "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT MANIFEST MANIFEST",
        "SQL0604",
        "COPY t FROM 's3://b/p' IAM_ROLE DEFAULT MANIFEST",
    ),
    ("COPY t FROM '/tmp/p' IAM_ROLE DEFAULT", "SQL0605", "COPY t FROM '${Manifest}' IAM_ROLE DEFAULT"),
    (
        "SELECT count(*) FILTER (WHERE a > 1) FROM t",
        "SQL0701",
        "SELECT count(CASE WHEN a > 1 THEN 1 END) FROM t",
    ),
    ("SELECT jsonb_agg(a) FROM t", "SQL0702", "SELECT listagg(a, ',') FROM t"),
    ("SELECT cuont(*) FROM t", "SQL0703", "SELECT my.cuont(a) FROM t"),
    ("SELECT nullif(a) FROM t", "SQL0704", "SELECT nullif(a, b) FROM t"),
    ("SELECT date_trunc('dya', a) FROM t", "SQL0705", "SELECT date_trunc('day', a) FROM t"),
    ("SELECT a FROM t WHERE sum(b) > 1", "SQL0706", "SELECT a FROM t GROUP BY a HAVING sum(b) > 1"),
    ("SELECT rank() FROM t", "SQL0706", "SELECT rank() OVER (ORDER BY a) FROM t"),
    ("SELECT a, sum(b) FROM t", "SQL0707", "SELECT a, sum(b) FROM t GROUP BY 1"),
    ("SELECT a FROM t GROUP BY 2", "SQL0707", "SELECT a FROM t GROUP BY 1"),
    ("INSERT INTO t (a, b) VALUES (1)", "SQL0708", "INSERT INTO t (a, b) VALUES (1, 2)"),
    ("SELECT INTERVAL '1 dya'", "SQL0709", "SELECT INTERVAL '1 day'"),
    ("SELECT 1 FROM a JOIN a ON true", "SQL0807", "SELECT 1 FROM a JOIN a AS b ON true"),
    ("GRANT USAGE ON TABLE t TO ROLE r", "SQL0901", "GRANT USAGE ON SCHEMA t TO ROLE r"),
    ("CREATE USER u PASSWORD 'secret'", "SQL0902", "CREATE USER u PASSWORD '${Password}'"),
];

#[test]
fn each_pair_is_rejected_and_accepted() {
    for (bad, code, good) in PAIRS {
        assert!(codes(bad).contains(code), "{bad}: {:?}, not {code}", codes(bad));
        assert!(codes(good).is_empty(), "{good}: {:?}", codes(good));
    }
}

/// Names are only checked in the examples of codes for unknown names.
fn findings(code: Code, text: &str) -> Vec<(&'static str, Severity)> {
    let strictness = if code.text().starts_with("SQL08") { Strictness::Closed } else { Strictness::Open };
    let script = check_with(text, &mut Catalog::new(strictness));
    script.findings.iter().map(|one| (one.code.text(), one.severity)).collect()
}

/// The examples of `gen explain` give the code that they illustrate.
#[test]
fn each_example_gives_its_code_and_no_other() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        match code.code().explanation().example {
            Example::Sql { bad, good } => {
                let found = findings(*code, bad);
                let expected = (code.text(), code.code().explanation().severity);
                if found.is_empty() || found.iter().any(|one| *one != expected) {
                    wrong.push(format!("{code}: {bad}: {found:?}"));
                }
                let found = findings(*code, good);
                if !found.is_empty() {
                    wrong.push(format!("{code}: {good}: {found:?}"));
                }
            }
            Example::Situation(text) => assert!(!text.is_empty(), "{code}"),
            other => wrong.push(format!("{code}: {other:?} is not SQL")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_password_is_a_placeholder_or_a_salted_digest() {
    let (hash, salt) = ("0123456789abcdef".repeat(4), "00ff");
    let good = [format!("sha256|{hash}|{salt}"), format!("md5{}", &hash[..32]), "${Password}".to_owned()];
    let bad = [
        "Secret123".to_owned(),
        "sha256|Secret123".to_owned(),
        // Without a salt Redshift hashes this text itself: it is the password.
        format!("sha256|{hash}"),
        format!("sha256|{hash}|"),
        format!("sha256|{hash}|salt"),
        format!("sha256|{}|{salt}", &hash[..62]),
        format!("md5{}", &hash[..30]),
        "md5Secret123".to_owned(),
    ];
    for verb in ["CREATE", "ALTER"] {
        for password in &good {
            let text = format!("{verb} USER u PASSWORD '{password}'");
            assert!(codes(&text).is_empty(), "{text}: {:?}", codes(&text));
        }
        for password in &bad {
            let text = format!("{verb} USER u PASSWORD '{password}'");
            assert_eq!(codes(&text), ["SQL0902"], "{text}");
        }
    }
}

#[test]
fn names_must_exist() {
    let pairs = [
        ("SELECT id FROM s.tt", "SQL0801", "SELECT id FROM s.t"),
        ("SELECT idd FROM s.t", "SQL0802", "SELECT ID FROM s.t"),
        ("SELECT x.idd FROM s.t AS x", "SQL0802", "SELECT x.id, t2.id FROM s.t AS x, s.t t2"),
        ("SELECT name.first FROM s.t", "SQL0802", "SELECT doc.first.second FROM s.t"),
        (
            "SELECT id FROM s.t AS a JOIN s.t AS b ON a.id = b.id",
            "SQL0803",
            "SELECT a.id FROM s.t AS a JOIN s.t AS b ON a.id = b.id",
        ),
        ("CREATE TABLE r.x (a INT)", "SQL0804", "CREATE TABLE s.x (a INT)"),
        (
            "GRANT SELECT ON TABLE s.t TO ROLE nobody",
            "SQL0805",
            "CREATE ROLE one; GRANT SELECT ON TABLE s.t TO ROLE one",
        ),
        ("CREATE TABLE s.t (a INT)", "SQL0806", "CREATE TABLE IF NOT EXISTS s.t (a INT)"),
        ("INSERT INTO s.t (idd) VALUES (1)", "SQL0802", "INSERT INTO s.t (id) VALUES (1)"),
        ("UPDATE s.t SET nam = 'x'", "SQL0802", "UPDATE s.t SET name = 'x' WHERE id = 1"),
        (
            "REFRESH MATERIALIZED VIEW s.t",
            "SQL0801",
            "CREATE MATERIALIZED VIEW s.v AS SELECT id FROM s.t; REFRESH MATERIALIZED VIEW s.v",
        ),
        (
            "CALL s.p()",
            "SQL0801",
            "CREATE PROCEDURE s.p() AS $$ BEGIN DELETE FROM s.t; END; $$ LANGUAGE plpgsql; CALL s.p()",
        ),
        ("COMMENT ON COLUMN s.t.idd IS 'x'", "SQL0802", "COMMENT ON COLUMN s.t.id IS 'x'"),
        (
            "WITH a AS (SELECT id AS one FROM s.t) SELECT id FROM a",
            "SQL0802",
            "WITH a AS (SELECT id AS one FROM s.t) SELECT one FROM a ORDER BY one",
        ),
        (
            "SELECT (SELECT max(id) FROM s.t AS i WHERE i.id = o.idd) FROM s.t AS o",
            "SQL0802",
            "SELECT (SELECT max(id) FROM s.t AS i WHERE i.id = o.id) FROM s.t AS o",
        ),
        (
            "CREATE VIEW s.v AS SELECT id FROM s.t; DROP TABLE s.t CASCADE; SELECT id FROM s.v",
            "SQL0801",
            "CREATE VIEW s.v AS SELECT id FROM s.t; CREATE VIEW s.w AS SELECT id FROM s.v; DROP TABLE s.t CASCADE; \
             CREATE TABLE s.t (id INT); CREATE VIEW s.v AS SELECT id FROM s.t; CREATE VIEW s.w AS SELECT id FROM s.v",
        ),
        ("DROP TABLE s.t; SELECT id FROM s.t", "SQL0801", "ALTER TABLE s.t RENAME TO u; SELECT id FROM s.u"),
        (
            "CREATE VIEW s.v AS SELECT id FROM s.t; SELECT name FROM s.v",
            "SQL0802",
            "CREATE VIEW s.v AS SELECT id FROM s.t; SELECT id FROM s.v",
        ),
        (
            "SELECT e.x FROM s.t AS o, o.name AS e",
            "SQL0802",
            "SELECT e.x, at FROM s.t AS o, o.doc.items AS e",
        ),
        (
            "CREATE ROLE one; GRANT SELECT ON TABLE s.t TO one",
            "SQL0805",
            "CREATE USER one PASSWORD DISABLE; GRANT SELECT ON TABLE s.t TO one",
        ),
    ];
    for (bad, code, good) in pairs {
        let (bad, good) = (format!("{TABLE} {bad}"), format!("{TABLE} {good}"));
        assert!(closed(&bad).contains(&code), "{bad}: {:?}, not {code}", closed(&bad));
        assert!(closed(&good).is_empty(), "{good}: {:?}", closed(&good));
    }
}

#[test]
fn hostile_names_stay_names() {
    let text =
        "CREATE TABLE \"a\"\"; DROP TABLE x; --\" (\"sel\"\"ect\" INT, b VARCHAR(9) DEFAULT 'it''s \\\\ x')";
    let script = check(text);
    assert!(script.findings.is_empty(), "{:?}", script.findings);
    assert_eq!(script.statements.len(), 1);
    assert_eq!(
        strataform_redshift::redshift(&script.statements[0]),
        "CREATE TABLE \"a\"\"; DROP TABLE x; --\" (\"sel\"\"ect\" INTEGER, \"b\" VARCHAR(9) DEFAULT ('it''s \\\\ x'))"
    );
}

#[test]
fn deep_or_broken_text_does_not_panic() {
    for text in [
        "(".repeat(5000),
        "SELECT ".to_owned() + &"(".repeat(5000),
        "SELECT ".to_owned() + &"NOT ".repeat(5000),
        "SELECT ".to_owned() + &"CASE WHEN ".repeat(5000),
        "SELECT 1".to_owned() + &" + 1".repeat(20_000),
    ] {
        let _ = check(&text);
    }
    let text = TABLE.as_bytes();
    for from in 0..text.len() {
        for to in from..text.len().min(from + 40) {
            if let Ok(part) = std::str::from_utf8(&text[from..to]) {
                let _ = check(part);
            }
        }
    }
}
