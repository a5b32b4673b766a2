//! The catalog of expressions, evaluated on Spark and on PostgreSQL.
//!
//! PostgreSQL stands for Redshift, with the functions of `expression/compat.sql`. Spark runs in the Python that
//! `STRATAFORM_SPARK_PYTHON` names; [`strataform_postgres::Programs::find`] finds PostgreSQL.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use strataform::model::expression::{Engine, Expression, Place, Reference, Scope, catalogue};
use strataform::model::{Identifier, Type};
use strataform_postgres::testing::programs;

use crate::tool::spark;

/// The columns of the table in `engines.py`.
fn scope() -> Scope {
    let decimal = |precision, scale| Type::Decimal { precision, scale };
    let columns = [
        ("i", Type::Integer),
        ("b", Type::Bigint),
        ("d", decimal(12, 2)),
        ("e", decimal(18, 6)),
        ("w", decimal(38, 2)),
        ("x", Type::Double),
        ("s", Type::String { length: 100 }),
        ("u", Type::String { length: 100 }),
        ("f", Type::Boolean),
        ("g", Type::Boolean),
        ("day", Type::Date),
        ("at", Type::Timestamp),
        ("til", Type::Timestamp),
    ];
    let column = |name| Reference { alias: None, column: Identifier::new(name).unwrap() };
    Scope {
        columns: columns.into_iter().map(|(name, kind)| (column(name), kind, true)).collect(),
        dropped: Vec::new(),
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

struct Case {
    text: &'static str,
    expression: Expression,
    place: &'static str,
}

fn cases() -> Vec<Case> {
    let scope = scope();
    let mut cases = Vec::new();
    let mut add = |text, place, name| {
        let expression =
            Expression::parse(text, &scope, place).unwrap_or_else(|faults| panic!("{text}: {faults:#?}"));
        cases.push(Case { text, expression, place: name });
    };
    for text in lines(include_str!("expression/rows.txt")) {
        add(text, Place::Row, "row");
    }
    for text in lines(include_str!("expression/groups.txt")) {
        add(text, Place::Group, "group");
        add(text, Place::Group, "empty");
    }
    cases
}

fn file(case: &Case) -> Value {
    let spark = case.expression.render(Engine::Spark, &|column| format!("`{}`", column.column));
    let redshift = case.expression.render(Engine::Redshift, &|column| format!("\"{}\"", column.column));
    json!({"spark": spark, "redshift": redshift, "type": case.expression.data_type().to_string(), "place": case.place})
}

fn agree(spark: &Value, redshift: &Value) -> bool {
    match (spark.as_f64(), redshift.as_f64()) {
        // Libraries differ in the last digits of roots and powers.
        (Some(a), Some(b)) if spark.is_f64() || redshift.is_f64() => {
            (a - b).abs() <= 1e-13 * a.abs().max(b.abs())
        }
        _ => spark == redshift,
    }
}

fn postgres_type(data_type: Type) -> &'static str {
    match data_type {
        Type::String { .. } | Type::Json => "text",
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::Bigint => "bigint",
        Type::Decimal { .. } => "numeric",
        Type::Double => "double precision",
        Type::Date => "date",
        Type::Timestamp => "timestamp without time zone",
    }
}

/// What is wrong with the results of a case; `None` if both engines agree.
fn disagreement(case: &Case, result: &Value) -> Option<String> {
    let (spark, redshift) = (&result["spark"], &result["redshift"]);
    let data_type = case.expression.data_type();
    let (Some(left), Some(right)) = (spark["values"].as_array(), redshift["values"].as_array()) else {
        return Some(format!("one engine fails: {result}"));
    };
    if left.len() != right.len() || left.is_empty() || !left.iter().zip(right).all(|(a, b)| agree(a, b)) {
        return Some(format!("{left:?}\n     {right:?}"));
    }
    if spark["type"].as_str() != Some(data_type.hive().as_str()) {
        return Some(format!("Spark gives {}, not {}", spark["type"], data_type.hive()));
    }
    let kind = redshift["type"].as_str().unwrap_or_default().replace("character varying", "text");
    // A bare literal takes the type of its target.
    let kind = if kind == "unknown" { "text".to_owned() } else { kind };
    if kind != postgres_type(data_type) {
        return Some(format!("PostgreSQL gives {kind}, not {}", postgres_type(data_type)));
    }
    if !case.expression.is_nullable() && left.iter().any(Value::is_null) {
        return Some("the result is null, but cannot be".to_owned());
    }
    if let Type::String { length } = data_type {
        let longest = left.iter().filter_map(Value::as_str).map(|text| text.chars().count()).max();
        if longest.is_some_and(|longest| longest > length as usize) {
            return Some(format!("a text of {longest:?} characters does not fit in {length}"));
        }
    }
    None
}

#[test]
fn spark_and_postgresql_agree_on_every_expression() {
    let cases = cases();
    let Some(programs) = programs() else { return };
    let Some(spark) = spark() else { return };
    let input = Path::new(env!("CARGO_TARGET_TMPDIR")).join("expressions.json");
    std::fs::write(&input, Value::from(cases.iter().map(file).collect::<Vec<_>>()).to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expression/engines.py");
    let run = Command::new(&spark.python).arg(script).arg(&input).arg(programs.folder()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let results: Vec<Value> = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(results.len(), cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .zip(&results)
        .filter_map(|(case, result)| {
            disagreement(case, result)
                .map(|why| format!("{} ({})\n     {why}\n     {}", case.text, case.place, file(case)))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} disagree:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    println!("{} expressions agree", cases.len());
}

#[test]
fn every_function_of_the_catalog_is_evaluated_and_documented() {
    let page = include_str!("../docs/expressions.md");
    let evaluated = [include_str!("expression/rows.txt"), include_str!("expression/groups.txt")].concat();
    let names: BTreeSet<&str> = catalogue().map(|entry| entry.name).collect();
    for name in names {
        assert!(evaluated.contains(&format!("{name}(")), "{name} is not evaluated");
    }
    for entry in catalogue() {
        assert!(page.contains(&row(&entry)), "docs/expressions.md has no row:\n{}", row(&entry));
        if !entry.word.is_empty() && entry.name != "sum" && entry.name != "avg" {
            assert!(
                evaluated.contains(&format!("{}('{}'", entry.name, entry.word))
                    || evaluated.contains(&format!("{}({} from", entry.name, entry.word)),
                "{} of {} is not evaluated",
                entry.name,
                entry.word
            );
        }
    }
}

/// The row of the table in the documentation.
fn row(entry: &strataform::model::expression::Entry) -> String {
    let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
    let word = if entry.word.is_empty() { String::new() } else { format!(" {}", code(entry.word)) };
    format!(
        "| {}{word} | {} | {} | {} |",
        code(entry.signature),
        entry.meaning,
        code(entry.spark),
        code(entry.redshift)
    )
}
