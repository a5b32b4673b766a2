//! SQL files that are new or changed: the statements that run, and the changes that are refused.

use super::records::Contract;
use super::sql::{Applied, SqlWork, Wanted, step};
use super::table::{Columns, ExistingColumn};
use super::views::Views;
use super::{Refusal, SqlStep};
use crate::assembly::SqlKind;
use crate::hash::sha256;

fn planned(kind: SqlKind, old: Option<&str>, new: &str) -> Result<Option<SqlStep>, Refusal> {
    planned_with(kind, old, new, &mut Views::default())
}

fn planned_with(
    kind: SqlKind,
    old: Option<&str>,
    new: &str,
    views: &mut Views,
) -> Result<Option<SqlStep>, Refusal> {
    let sum = |text: &str| sha256(text.as_bytes());
    let checksum = sum(new);
    let applied = old.map(|old| Applied {
        path: "sql/1.sql".to_owned(),
        checksum: sum(old),
        part: 1,
        parts: 1,
        ..Applied::default()
    });
    let back = ExistingColumn::of("integer", "", "32", "0", "YES");
    let place = |name: &str| ("core".to_owned(), "t".to_owned(), name.to_owned());
    let there = Columns::from([
        (place("a"), ExistingColumn::of("integer", "", "32", "0", "NO")),
        (place("b"), ExistingColumn::of("character varying", "8", "", "", "YES")),
        (place("back"), back),
    ]);
    let wanted = Wanted {
        path: "sql/1.sql",
        kind,
        text: new,
        checksum: &checksum,
        placeholders: &[],
        migrations: &[],
        contract: &Contract::default(),
    };
    step(wanted, applied.as_ref(), old, &there, views)
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS \"core\".\"t\" (\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8));\n";

fn with(columns: &str) -> String {
    format!("CREATE TABLE IF NOT EXISTS \"core\".\"t\" ({columns});\n")
}

#[test]
fn a_file_is_applied_once_and_a_table_gains_columns() {
    let first = planned(SqlKind::Table, None, TABLE).expect("it is new").expect("it runs");
    assert_eq!((first.work, first.statements.len(), first.transaction), (SqlWork::Apply, 1, true));
    assert_eq!(planned(SqlKind::Table, Some(TABLE), TABLE).expect("it is unchanged"), None);
    let more = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"c\" DECIMAL(12,2)");
    let step = planned(SqlKind::Table, Some(TABLE), &more).expect("it can").expect("it changes");
    assert_eq!(step.statements, ["ALTER TABLE \"core\".\"t\" ADD COLUMN \"c\" DECIMAL(12,2)"]);
    let back = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"back\" INTEGER");
    let step = planned(SqlKind::Table, Some(TABLE), &back).expect("it can").expect("it changes");
    assert!(step.statements.is_empty(), "the column exists already: {:?}", step.statements);
    let required = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"back\" INTEGER NOT NULL");
    let step = planned(SqlKind::Table, Some(TABLE), &required).expect("it can").expect("it changes");
    assert!(step.statements.is_empty(), "its old rows may be null: {:?}", step.statements);
    assert!(step.notes[0].contains("column back of core.t stays nullable"), "{:?}", step.notes);
    for other in ["VARCHAR(20)", "BIGINT"] {
        let other = with(&format!("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"back\" {other}"));
        let fault = planned(SqlKind::Table, Some(TABLE), &other).expect_err("the column exists differently");
        assert_eq!(fault.code.text(), "GEN1007");
        assert!(fault.causes[0].ends_with("exists, as INTEGER"), "{:?}", fault.causes);
    }
    let step = planned(SqlKind::Table, Some(TABLE), &with("\"a\" INTEGER NOT NULL"))
        .expect("it can")
        .expect("it changes");
    assert!(
        step.statements.is_empty() && step.kept[0].contains("column b of core.t stays"),
        "{:?}",
        step.kept
    );
}

/// What Redshift cannot change in place is copied, as one transaction, if the user allows it.
#[test]
fn a_change_that_redshift_cannot_make_in_place_copies_the_table() {
    let wider = with("\"a\" BIGINT NOT NULL, \"b\" DATE");
    let views = ["CREATE VIEW report.r AS SELECT a FROM core.t;"];
    let step = planned_with(SqlKind::Table, Some(TABLE), &wider, &mut Views::of(views));
    let step = step.expect("it can").expect("it changes");
    assert!(step.transaction);
    assert_eq!(step.losses.iter().map(ToString::to_string).collect::<Vec<_>>(), ["rewrite=core.t"]);
    assert_eq!(
        step.statements,
        [
            "LOCK TABLE \"core\".\"t\"",
            "CREATE TABLE \"core\".\"t__next_1\" (\n    \"a\" BIGINT NOT NULL,\n    \"b\" DATE\n)",
            "INSERT INTO \"core\".\"t__next_1\" (\n    \"a\",\n    \"b\"\n)\nSELECT\n    CAST(\"a\" AS BIGINT),\n    \
             CAST(\"b\" AS DATE)\nFROM \"core\".\"t\"",
            "SELECT 1 / CASE WHEN (SELECT COUNT(*) FROM \"core\".\"t__next_1\") = (SELECT COUNT(*) FROM \"core\".\"t\") \
             THEN 1 ELSE 0 END AS \"all_rows_are_copied\"",
            "SELECT 1 / CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END AS \"all_values_are_kept\"\nFROM \"core\".\"t\"\nWHERE \
             (\"b\" IS NOT NULL AND (CAST(CAST(\"b\" AS DATE) AS VARCHAR(8)) IS NULL OR \
             CAST(CAST(\"b\" AS DATE) AS VARCHAR(8)) <> \"b\"))",
            "ALTER TABLE \"core\".\"t\" RENAME TO \"t__before_1\"",
            "ALTER TABLE \"core\".\"t__next_1\" RENAME TO \"t\"",
            "DROP VIEW IF EXISTS \"report\".\"r\"",
        ]
    );
    for (other, cause) in [
        (
            "\"a\" INTEGER NOT NULL, \"b\" SUPER",
            "values of column b cannot be converted from VARCHAR(8) to SUPER",
        ),
        (
            "\"a\" DATE NOT NULL, \"b\" VARCHAR(8)",
            "values of column a cannot be converted from INTEGER to DATE",
        ),
        ("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"back\" DATE", "exists, as INTEGER"),
        (
            "\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"k\" DATE NOT NULL, PRIMARY KEY (\"k\")",
            "column k of the key is new",
        ),
    ] {
        let fault = planned(SqlKind::Table, Some(TABLE), &with(other)).expect_err("there is no way");
        assert_eq!(fault.code.text(), "GEN1007");
        assert!(fault.causes[0].contains(cause), "{:?}", fault.causes);
    }
}

#[test]
fn how_a_table_is_stored_changes_in_place_outside_a_transaction() {
    let sorted = format!("{} SORTKEY (\"a\");", TABLE.trim_end().trim_end_matches(';'));
    let step = planned(SqlKind::Table, Some(TABLE), &sorted).expect("it can").expect("it changes");
    assert_eq!(step.statements, ["ALTER TABLE \"core\".\"t\" ALTER SORTKEY (\"a\")"]);
    assert!(!step.transaction && step.losses.is_empty());
}

/// A column that is never empty has no value in the rows that are there, so it is added nullable.
#[test]
fn a_column_that_is_never_empty_is_added_nullable() {
    let more = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(8), \"c\" VARCHAR(32) NOT NULL");
    let step = planned(SqlKind::Table, Some(TABLE), &more).expect("it can").expect("it changes");
    assert_eq!(step.statements, ["ALTER TABLE \"core\".\"t\" ADD COLUMN \"c\" VARCHAR(32)"]);
    assert!(step.notes[0].contains("column c of core.t is added nullable"), "{:?}", step.notes);
}

#[test]
fn a_varchar_is_widened_outside_a_transaction_unless_a_key_has_it() {
    let wider = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(16)");
    let views =
        ["CREATE VIEW report.r AS SELECT B FROM core.t;", "CREATE VIEW report.s AS SELECT a FROM core.t;"];
    let step = planned_with(SqlKind::Table, Some(TABLE), &wider, &mut Views::of(views));
    let step = step.expect("it can").expect("it changes");
    assert_eq!(
        step.statements,
        [
            "DROP VIEW IF EXISTS \"report\".\"r\"",
            "ALTER TABLE \"core\".\"t\" ALTER COLUMN \"b\" TYPE VARCHAR(16)"
        ]
    );
    assert!(!step.transaction);
    assert!(step.notes[0].contains("missing for that moment"), "{:?}", step.notes);
    let narrower = with("\"a\" INTEGER NOT NULL, \"b\" VARCHAR(4)");
    let there = Columns::from([(
        ("core".to_owned(), "t".to_owned(), "b".to_owned()),
        ExistingColumn::of("character varying", "8", "", "", "YES"),
    )]);
    let (old, new) = (table_in(TABLE), table_in(&narrower));
    let found = crate::migration::table::alter(&old, &new, &there);
    assert!(found.refused.is_empty() && found.statements.is_empty(), "longer values stay: {found:?}");
    assert_eq!(found.kept, ["column b of core.t stays as long as it is"]);
    let found = crate::migration::table::alter(&table_in(&with("\"a\" INTEGER NOT NULL")), &new, &there);
    assert_eq!(found.kept, ["column b of core.t stays as long as it is"], "it was removed, and comes back");
    let keyed =
        |length: u32| table_in(&with(&format!("\"b\" VARCHAR({length}) NOT NULL, PRIMARY KEY (\"b\")")));
    let found = crate::migration::table::alter(&keyed(8), &keyed(16), &Columns::new());
    assert!(found.rewrites[0].contains("a column of a key cannot be widened"), "{found:?}");
}

fn table_in(text: &str) -> strataform_redshift::ast::CreateTable {
    let statement = strataform_redshift::parse(text).statements.swap_remove(0);
    match statement.kind {
        strataform_redshift::ast::StatementKind::CreateTable(table) => table,
        other => panic!("no table: {other:?}"),
    }
}

#[test]
fn views_procedures_comments_and_privileges_of_a_hand_written_file_can_change() {
    let old = "CREATE VIEW report.v AS SELECT k FROM mart.m;\nCOMMENT ON VIEW report.v IS 'old';\n\
               GRANT SELECT ON report.v TO analyst;\n";
    let new = "CREATE VIEW report.v AS SELECT k, j FROM mart.m;\nCOMMENT ON VIEW report.v IS 'new';\n";
    let mut views = Views::of([old, "CREATE VIEW report.w AS SELECT k FROM report.v;"]);
    let step = planned_with(SqlKind::Own, Some(old), new, &mut views).expect("it can").expect("it changes");
    assert_eq!(
        step.statements,
        [
            "DROP VIEW IF EXISTS \"report\".\"w\"",
            "DROP VIEW IF EXISTS \"report\".\"v\"",
            "CREATE VIEW report.v AS SELECT k, j FROM mart.m",
            "COMMENT ON VIEW report.v IS 'new'"
        ]
    );
    assert_eq!(step.kept, ["what `GRANT SELECT ON report.v TO analyst` set stays"]);
    let more = format!("{new}INSERT INTO core.log VALUES (1);\n");
    let fault = planned(SqlKind::Own, Some(new), &more).expect_err("it would run in some environments only");
    assert!(fault.causes[1].contains("INSERT INTO core.log"), "{:?}", fault.causes);
    let fault = planned(SqlKind::Own, Some(&more), new).expect_err("it ran");
    assert!(fault.causes[1].contains("is no longer in the file"), "{:?}", fault.causes);
}

#[test]
fn staging_tables_and_views_are_recreated() {
    let staging = |columns: &str| {
        format!(
            "CREATE TABLE IF NOT EXISTS \"staging\".\"t\" ({columns});\nCOMMENT ON TABLE \"staging\".\"t\" IS 'x';\n"
        )
    };
    let step = planned(SqlKind::Staging, Some(&staging("\"a\" INTEGER")), &staging("\"a\" BIGINT"))
        .expect("it can")
        .expect("it changes");
    assert_eq!(step.statements[0], "DROP TABLE IF EXISTS \"staging\".\"t\"");
    assert_eq!(step.statements.len(), 3, "its comment was lost with the old one: {:?}", step.statements);

    let aggregate = |by: &str| {
        format!(
            "CREATE MATERIALIZED VIEW \"mart\".\"m\" AUTO REFRESH NO AS SELECT {by} AS \"k\" FROM \"core\".\"t\";\n"
        )
    };
    let view = "CREATE OR REPLACE VIEW \"report\".\"m\" AS SELECT \"m\".\"k\" AS \"k\" FROM \"mart\".\"m\" AS \"m\" WITH NO SCHEMA BINDING;\n";
    let mut views = Views::of([view]);
    let step = planned_with(SqlKind::Aggregate, Some(&aggregate("\"a\"")), &aggregate("\"b\""), &mut views)
        .expect("it can")
        .expect("it changes");
    let firsts: Vec<&str> =
        step.statements.iter().map(|text| text.split(" \"").next().unwrap_or_default()).collect();
    assert_eq!(
        firsts,
        ["DROP VIEW IF EXISTS", "DROP MATERIALIZED VIEW IF EXISTS", "CREATE MATERIALIZED VIEW"]
    );
    let step = planned_with(SqlKind::View, Some(view), view, &mut views)
        .expect("it can")
        .expect("what was dropped is created again");
    assert_eq!(step.statements.len(), 1);
    assert!(step.statements[0].starts_with("CREATE OR REPLACE VIEW"));
}

#[test]
fn an_aggregate_becomes_a_table_and_a_view_again() {
    let view = "CREATE MATERIALIZED VIEW mart.m AS SELECT a AS k FROM core.t;\n".to_owned();
    let table = |by: &str, reads: &str| {
        format!(
            "-- Reads: {reads}\nCREATE TABLE staging.m__touched AS SELECT {by} AS k FROM core.t WHERE 1 = 0;\n\
             CREATE TABLE mart.m AS SELECT {by} AS k, COUNT(*) AS n FROM core.t GROUP BY 1;\n\
             CREATE OR REPLACE PROCEDURE mart.groups__m()\nAS $$\nBEGIN\n    DELETE FROM mart.m;\nEND;\n$$\n\
             LANGUAGE plpgsql\nSECURITY DEFINER;\n"
        )
    };
    let report = "CREATE OR REPLACE VIEW report.m AS SELECT k FROM mart.m WITH NO SCHEMA BINDING;";
    let firsts = |old: &str, new: &str| -> Vec<String> {
        let step = planned_with(SqlKind::Aggregate, Some(old), new, &mut Views::of([report]));
        let step = step.expect("it can").expect("it changes");
        assert!(
            step.transaction && step.losses.is_empty(),
            "readers see the old rows until the new ones are there"
        );
        let two = |text: &String| text.replace('"', "").split(" AS").next().unwrap_or_default().to_owned();
        step.statements.iter().map(two).collect()
    };
    let again = [
        "DROP TABLE IF EXISTS staging.m__touched",
        "CREATE TABLE staging.m__touched",
        "DROP VIEW IF EXISTS report.m",
        "DROP TABLE IF EXISTS mart.m",
        "CREATE TABLE mart.m",
    ];
    let made = firsts(&view, &table("a", "a INTEGER"));
    assert_eq!(
        made[1..4],
        ["CREATE TABLE staging.m__touched", again[2], "DROP MATERIALIZED VIEW IF EXISTS mart.m"]
    );
    assert!(made[5].starts_with("CREATE OR REPLACE PROCEDURE"), "{made:?}");
    assert_eq!(firsts(&table("a", "a INTEGER"), &table("b", "b INTEGER")), again);
    // The text of the query is the same, but not the type of its columns.
    assert_eq!(firsts(&table("b", "b VARCHAR(8)"), &table("b", "b VARCHAR(20)")), again);
    let back = firsts(&table("a", "a INTEGER"), &view);
    let dropped = [again[0], "DROP PROCEDURE IF EXISTS mart.groups__m()"];
    assert_eq!(back[back.len() - 2..], dropped, "a later definition makes them again");
    assert!(back.contains(&again[3].to_owned()), "{back:?}");
}

/// What is dropped, in order, when the aggregate `mart.m` or the staging table `staging.t` changes.
fn dropped(kind: SqlKind, old: &str, new: &str, views: &[&str]) -> Vec<String> {
    let mut views = Views::of(views.iter().copied());
    let step = planned_with(kind, Some(old), new, &mut views).expect("it can").expect("it changes");
    step.statements.into_iter().filter(|text| text.starts_with("DROP")).collect()
}

#[test]
fn readers_are_found_however_they_name_what_they_read() {
    let aggregate = |by: &str| {
        format!("CREATE MATERIALIZED VIEW \"mart\".\"m\" AS SELECT {by} AS \"k\" FROM \"core\".\"t\";\n")
    };
    let views = [
        "CREATE VIEW report.unquoted AS SELECT k FROM mart.m;",
        "CREATE VIEW report.upper AS SELECT 1 AS a FROM core.t WHERE EXISTS (SELECT 1 FROM MART.M);",
        "CREATE MATERIALIZED VIEW mart.kept AS WITH x AS (SELECT k FROM mart.m) SELECT k FROM x;",
        "CREATE VIEW report.second AS SELECT k FROM mart.kept JOIN report.unquoted USING (k);",
        "CREATE VIEW report.shadowed AS WITH m AS (SELECT a FROM core.t) SELECT a FROM m;",
        "CREATE VIEW report.named AS SELECT 'mart.m \"mart\".\"m\"' AS text FROM core.t;",
    ];
    assert_eq!(
        dropped(SqlKind::Aggregate, &aggregate("a"), &aggregate("b"), &views),
        [
            "DROP VIEW IF EXISTS \"report\".\"second\"",
            "DROP MATERIALIZED VIEW IF EXISTS \"mart\".\"kept\"",
            "DROP VIEW IF EXISTS \"report\".\"upper\"",
            "DROP VIEW IF EXISTS \"report\".\"unquoted\"",
            "DROP MATERIALIZED VIEW IF EXISTS \"mart\".\"m\"",
        ]
    );
    let staging = |kind: &str| format!("CREATE TABLE IF NOT EXISTS \"staging\".\"t\" (\"a\" {kind});\n");
    assert_eq!(
        dropped(
            SqlKind::Staging,
            &staging("INTEGER"),
            &staging("BIGINT"),
            &["CREATE VIEW report.rows AS SELECT a FROM staging.t;"]
        ),
        ["DROP VIEW IF EXISTS \"report\".\"rows\"", "DROP TABLE IF EXISTS \"staging\".\"t\""]
    );
}

#[test]
fn a_recreated_view_keeps_its_comments_and_privileges() {
    let view = "CREATE VIEW report.v AS SELECT k FROM mart.m;\nCOMMENT ON VIEW report.v IS 'of a team';\n\
                GRANT SELECT ON report.v TO analyst;\nGRANT SELECT ON core.t TO analyst;\n";
    let aggregate = |by: &str| format!("CREATE MATERIALIZED VIEW mart.m AS SELECT {by} AS k FROM core.t;\n");
    let mut views = Views::of([view]);
    planned_with(SqlKind::Aggregate, Some(&aggregate("a")), &aggregate("b"), &mut views).expect("it can");
    let step = planned_with(SqlKind::Own, Some(view), view, &mut views).expect("it can").expect("again");
    assert_eq!(
        step.statements,
        [
            "CREATE VIEW report.v AS SELECT k FROM mart.m",
            "COMMENT ON VIEW report.v IS 'of a team'",
            "GRANT SELECT ON report.v TO analyst"
        ]
    );
}

#[test]
fn a_stream_in_the_warehouse_is_recreated_only_with_consent() {
    let view = |by: &str| {
        format!(
            "CREATE MATERIALIZED VIEW \"core\".\"e__stream\" AUTO REFRESH YES AS SELECT \"{by}\" FROM \"kinesis\".\"p-dev-e\";\n"
        )
    };
    let step = planned(SqlKind::Stream, Some(&view("shard_id")), &view("sequence_number"))
        .expect("it can")
        .expect("it changes");
    assert_eq!(
        step.losses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["replace=sql/core.e__stream"]
    );
}

#[test]
fn a_hand_written_file_is_applied_once_and_refused_when_it_changes() {
    let own = "CREATE TABLE core.mine (a INTEGER);\n";
    assert!(planned(SqlKind::Own, None, own).expect("it is new").is_some());
    let fault =
        planned(SqlKind::Own, Some(own), "CREATE TABLE core.mine (b INTEGER);\n").expect_err("it changed");
    assert_eq!(fault.code.text(), "GEN1007");
    assert!(fault.help.contains("new file with a higher number"));
}

#[test]
fn statements_outside_a_transaction_run_alone_and_resume_where_they_stopped() {
    let text = "CREATE TABLE t (a VARCHAR(8));\nALTER TABLE t ALTER COLUMN a TYPE VARCHAR(16);\n";
    let step_of = planned(SqlKind::Own, None, text).expect("it is new").expect("it runs");
    assert!(!step_of.transaction);
    let sum = sha256(text.as_bytes());
    let applied = Applied {
        path: "sql/080_t.sql".to_owned(),
        checksum: sum.clone(),
        part: 1,
        parts: 2,
        ..Applied::default()
    };
    let wanted = Wanted {
        path: "sql/080_t.sql",
        kind: SqlKind::Own,
        text,
        checksum: &sum,
        placeholders: &[],
        migrations: &[],
        contract: &Contract::default(),
    };
    let rest = step(wanted, Some(&applied), None, &Columns::new(), &mut Views::default());
    let rest = rest.expect("it can").expect("it resumes");
    assert_eq!((rest.work, rest.done), (SqlWork::Resume, 1));
}
