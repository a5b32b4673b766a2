//! sqlfluff's Redshift dialect as a second parser: it reads every SQL statement that is shipped.
//!
//! What it cannot parse or misreads is listed here with the reason. A listed exception that does not occur is an
//! error, too.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use strataform::artifact::load::plan;
use strataform::check::sql::load_text;
use strataform::diagnostic::SourceFile;
use strataform::platform::aggregation::load::load;
use strataform::{spec, synth};
use strataform_redshift::parse;

use crate::tool::tool;

/// How statements begin that sqlfluff 4.5 does not parse, and why they are valid nevertheless.
const GAPS: [(&str, &str, &str); 2] = [
    ("REVOKE ASSUMEROLE", "", "its grammar lacks ASSUMEROLE, which Redshift's documentation of GRANT has"),
    (
        "ALTER DEFAULT PRIVILEGES",
        " TO ROLE ",
        "its grammar accepts only users and groups here; Redshift also accepts roles",
    ),
];

/// Findings that are wrong: the rule, how they begin, and why.
const MISTAKEN: [(&str, &str, &str); 1] = [(
    "RF01",
    "Reference '\"record\".\"payload\".",
    "it takes a field of a SUPER column for a column of a table",
)];

/// The output of sqlfluff: for each finding, the index of the text, the rule and the message; and the excluded rules
/// that found nothing.
#[derive(Deserialize)]
struct Verdict {
    found: Vec<(usize, String, String)>,
    idle: Vec<String>,
}

/// Where a statement comes from, and its text.
type Shipped = (String, String);

/// The statements of all blueprints: from files and from loads.
fn shipped() -> Vec<Shipped> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for name in ["clickstream", "iot-telemetry", "retail-orders"] {
        let path = root.join("blueprints").join(name).join("platform.toml");
        let text = fs::read_to_string(&path).expect("the blueprint exists");
        let (platform, faults) = spec::read(&SourceFile { path, text });
        let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
        for environment in &platform.environments {
            let draft = synth::synth(&platform, environment, &[]).expect("blueprints are valid");
            for planned in &draft.sql {
                let file = draft.files.iter().find(|file| file.path == planned.path).expect("it is rendered");
                let place = format!("{name}/{}/{}", environment.name, file.path);
                statements(&place, &String::from_utf8_lossy(&file.bytes), &mut found);
            }
        }
        for dataset in &platform.datasets {
            let text = load_text(&plan(&load(&platform, dataset)).expect("every load is rendered"));
            statements(&format!("{name}, the load of {}", dataset.name), &text, &mut found);
        }
    }
    found
}

fn statements(place: &str, text: &str, found: &mut Vec<Shipped>) {
    let script = parse(text);
    assert!(script.findings.is_empty(), "{place}: {:?}", script.findings);
    for statement in script.statements {
        found.push((place.to_owned(), format!("{};\n", &text[statement.span.range()])));
    }
}

/// The findings of sqlfluff; `None` if it is not installed.
fn sqlfluff(name: &str, texts: &[&str]) -> Option<Verdict> {
    let python = tool("STRATAFORM_SQL_PYTHON")?;
    let input = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sqlfluff-{name}.json"));
    fs::write(&input, serde_json::to_string(texts).expect("texts are JSON")).expect("it can be written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/validators/redshift.py");
    let run = Command::new(python).arg(script).arg(&input).output().expect("the Python runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(serde_json::from_slice(&run.stdout).expect("the script prints JSON"))
}

fn gap(statement: &str) -> Option<usize> {
    GAPS.iter().position(|(start, part, _)| {
        // GRANT and REVOKE of it are one gap.
        let statement = statement.replacen("GRANT ASSUMEROLE", "REVOKE ASSUMEROLE", 1);
        statement.starts_with(start) && statement.contains(part)
    })
}

fn mistaken(rule: &str, message: &str) -> Option<usize> {
    MISTAKEN.iter().position(|(of, start, _)| *of == rule && message.starts_with(start))
}

#[test]
fn sqlfluff_finds_nothing_in_shipped_sql() {
    let shipped = shipped();
    assert!(shipped.len() > 300, "{}", shipped.len());
    let texts: Vec<&str> = shipped.iter().map(|(_, text)| text.as_str()).collect();
    let Some(Verdict { found, idle }) = sqlfluff("shipped", &texts) else { return };
    let unread: BTreeSet<usize> =
        found.iter().filter(|(_, rule, _)| rule == "PRS").map(|(number, _, _)| *number).collect();
    let mut wrong = Vec::new();
    let mut excused = BTreeSet::new();
    for (number, rule, message) in &found {
        let (place, text) = &shipped[*number];
        match mistaken(rule, message) {
            // No other rule checks what cannot be parsed.
            _ if gap(text).is_some() => {}
            Some(at) => _ = excused.insert(at),
            None => wrong.push(format!("{place}: {rule}: {message}\n{text}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (number, (place, text)) in shipped.iter().enumerate() {
        assert!(gap(text).is_none() || unread.contains(&number), "sqlfluff now parses this: {place}: {text}");
    }
    for (at, (start, _, reason)) in GAPS.iter().enumerate() {
        let count = shipped.iter().filter(|(_, text)| gap(text) == Some(at)).count();
        assert!(count > 0, "`{start}` is no longer shipped");
        println!("{start}: {count} statements, {reason}");
    }
    for (at, (rule, start, _)) in MISTAKEN.iter().enumerate() {
        assert!(excused.contains(&at), "sqlfluff no longer reports this: {rule}: {start}");
    }
    assert!(idle.is_empty(), "excluded in redshift.py, but would find nothing: {idle:?}");
}

#[test]
fn sqlfluff_detects_errors() {
    let wrong = [
        ("PRS", "CREATE TABEL t (a INT);\n"),
        ("CV05", "SELECT x FROM t WHERE y = NULL;\n"),
        ("AL08", "SELECT x AS a, y AS a FROM t;\n"),
        ("AM04", "INSERT INTO t SELECT * FROM u;\n"),
        ("AM07", "SELECT a, b FROM t UNION ALL SELECT c FROM u;\n"),
        ("RF01", "SELECT u.a FROM t;\n"),
        ("RF02", "SELECT a FROM t INNER JOIN u ON t.b = u.b;\n"),
        ("RF03", "SELECT t.a, b FROM t;\n"),
        (
            "RF07",
            "SELECT t.a AS b, ROW_NUMBER() OVER (PARTITION BY b) AS d FROM t INNER JOIN u ON t.a = u.c;\n",
        ),
        ("ST03", "WITH u AS (SELECT a FROM t) SELECT b FROM v;\n"),
    ];
    let Some(Verdict { found, .. }) = sqlfluff("wrong", &wrong.map(|(_, text)| text)) else { return };
    for (number, (rule, text)) in wrong.iter().enumerate() {
        assert!(found.iter().any(|(at, code, _)| *at == number && code == rule), "{rule}: {text}{found:?}");
    }
}
