//! The effects of statements: an example of each kind, and the corpus, whose effects survive rendering.
#![allow(clippy::expect_used, missing_docs, reason = "a test says what broke")]

use std::path::PathBuf;

use strataform_redshift::ast::Name;
use strataform_redshift::{Effects, Object, Repeat, Transaction, Views, effects, parse, redshift};

fn of(text: &str) -> Effects {
    let script = parse(text);
    assert!(script.findings.is_empty(), "{text}: {:?}", script.findings);
    effects(&script.statements[0])
}

/// The effects as a short text: `creates View report.v, reads core.t, again`.
fn described(text: &str) -> String {
    let effects = of(text);
    let objects = |what: &str, all: &[Object]| {
        all.iter().map(|one| format!("{what} {:?} {}", one.kind, one.name.folded())).collect::<Vec<_>>()
    };
    let names =
        |what: &str, all: &[Name]| all.iter().map(|name| format!("{what} {}", name.folded())).collect();
    let mut all: Vec<Vec<String>> = vec![
        objects("creates", &effects.creates),
        objects("replaces", &effects.replaces),
        objects("drops", &effects.drops),
        objects("alters", &effects.alters),
        names("writes", &effects.writes),
        names("describes", &effects.describes),
        names("refreshes", &effects.refreshes),
        names("reads", &effects.reads),
    ];
    all.push(match effects.transaction {
        Transaction::Any => Vec::new(),
        Transaction::Alone => vec!["alone".to_owned()],
        Transaction::Boundary => vec!["boundary".to_owned()],
    });
    all.push(match effects.repeat {
        Repeat::Same => vec!["again".to_owned()],
        Repeat::Differs => Vec::new(),
    });
    all.concat().join(", ")
}

#[test]
fn each_statement_has_its_effects() {
    for (text, wanted) in [
        ("BEGIN", "boundary"),
        ("LOCK a.b", ""),
        ("CREATE SCHEMA IF NOT EXISTS a", "creates Schema a, again"),
        ("CREATE SCHEMA a", "creates Schema a"),
        ("CREATE TABLE a.b (c INT)", "creates Table a.b"),
        ("CREATE TABLE a.b AS SELECT c FROM a.d", "creates Table a.b, reads a.d"),
        ("ALTER TABLE a.b ADD COLUMN c INT", "alters Table a.b"),
        ("ALTER TABLE a.b ALTER COLUMN c TYPE VARCHAR(9)", "alters Table a.b, alone"),
        ("ALTER TABLE a.b APPEND FROM a.c", "alters Table a.b, writes a.b, writes a.c, alone"),
        ("CREATE VIEW a.b AS SELECT c FROM a.d", "creates View a.b, reads a.d"),
        (
            "CREATE OR REPLACE VIEW a.b AS SELECT c FROM a.d",
            "creates View a.b, replaces View a.b, reads a.d, again",
        ),
        (
            "CREATE MATERIALIZED VIEW a.b AS SELECT c FROM \"A\".\"d\"",
            "creates MaterializedView a.b, reads a.d",
        ),
        ("REFRESH MATERIALIZED VIEW a.b", "refreshes a.b"),
        ("DROP TABLE IF EXISTS a.b, a.c", "drops Table a.b, drops Table a.c"),
        ("COMMENT ON TABLE a.b IS 'c'", "describes a.b, again"),
        ("COMMENT ON COLUMN a.b.c IS 'd'", "describes a.b, again"),
        ("COMMENT ON SCHEMA a IS 'b'", "again"),
        ("GRANT SELECT ON a.b, a.c TO d", "describes a.b, describes a.c, again"),
        ("GRANT SELECT ON ALL TABLES IN SCHEMA a TO b", "again"),
        ("INSERT INTO a.b SELECT c FROM a.d", "writes a.b, reads a.d"),
        (
            "UPDATE a.b SET c = 1 FROM a.d WHERE a.b.e IN (SELECT f FROM a.g)",
            "writes a.b, reads a.d, reads a.g",
        ),
        ("DELETE FROM a.b USING a.c WHERE a.b.d = a.c.d", "writes a.b, reads a.c"),
        ("MERGE INTO a.b USING a.c ON a.b.d = a.c.d REMOVE DUPLICATES", "writes a.b, reads a.c"),
        ("COPY a.b FROM 's3://c' IAM_ROLE default FORMAT PARQUET", "writes a.b"),
        ("TRUNCATE a.b", "writes a.b, alone"),
        ("VACUUM a.b", "alone"),
        ("SELECT 1 FROM a.b", "reads a.b"),
    ] {
        assert_eq!(described(text), wanted, "{text}");
    }
}

#[test]
fn reads_include_every_query_but_no_name_of_with() {
    let reads = |text: &str| of(text).reads.iter().map(Name::folded).collect::<Vec<_>>();
    assert_eq!(reads("WITH x AS (SELECT 1 AS a FROM b.c) SELECT a FROM x"), ["b.c"]);
    // In its own query, the name refers to the table, unless the query is recursive.
    assert_eq!(reads("WITH x AS (SELECT a FROM x) SELECT a FROM x"), ["x"]);
    assert_eq!(
        reads("WITH RECURSIVE x(a) AS (SELECT 1 FROM b.c UNION ALL SELECT a FROM x) SELECT a FROM x"),
        ["b.c"]
    );
    // A name from WITH is not visible after its query.
    assert_eq!(reads("SELECT a FROM (WITH x AS (SELECT 1 AS a) SELECT a FROM x) AS y, x"), ["x"]);
    assert_eq!(reads("WITH x AS (SELECT 1 AS a) SELECT a FROM b.x"), ["b.x"]);
    assert_eq!(
        reads(
            "SELECT (SELECT MAX(a) FROM b.c) AS d FROM B.\"E\" AS e JOIN (b.f CROSS JOIN b.g) ON TRUE WHERE EXISTS (SELECT 1 FROM b.h)"
        ),
        ["b.c", "b.e", "b.f", "b.g", "b.h"]
    );
}

#[test]
fn a_procedure_changes_what_its_body_changes() {
    let made = of(
        "CREATE PROCEDURE a.p() AS $$ BEGIN DELETE FROM a.b; REFRESH MATERIALIZED VIEW a.c; END; $$ LANGUAGE plpgsql",
    );
    assert_eq!(made.changes().iter().map(|name| name.folded()).collect::<Vec<_>>(), ["a.b"]);
    assert!(of("DROP ROLE a").changes().is_empty());
}

#[test]
fn readers_come_once_and_before_what_they_read() {
    let made = parse(
        "CREATE VIEW v1 AS SELECT a FROM core.t; CREATE VIEW v2 AS SELECT a FROM public.v1;
         CREATE VIEW v3 AS SELECT a FROM \"PUBLIC\".\"V2\" CROSS JOIN core.t; CREATE VIEW other AS SELECT a FROM core.u",
    );
    let script = parse("SELECT 1 FROM dev.CORE.t");
    let of = &effects(&script.statements[0]).reads[0];
    // In whatever order they are noted.
    for order in [[0, 1, 2, 3], [2, 1, 0, 3], [1, 3, 2, 0]] {
        let mut views = Views::default();
        for at in order {
            views.note(&made.statements[at]);
        }
        let readers: Vec<String> = views.readers(of).iter().map(|one| one.name.folded()).collect();
        assert_eq!(readers, ["v3", "v2", "v1"], "{order:?}");
    }
}

#[test]
fn effects_survive_rendering() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/good");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the corpus is there") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        for statement in parse(&text).statements {
            let (found, written) = (effects(&statement), redshift(&statement));
            assert_eq!(effects(&parse(&written).statements[0]), found, "{written}");
            let is_of = |word: &str| written.starts_with(word);
            assert_eq!(is_of("CREATE "), !found.creates.is_empty(), "{written}");
            assert_eq!(is_of("DROP "), !found.drops.is_empty(), "{written}");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}
