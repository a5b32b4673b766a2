//! Whatever a text in the platform file contains, it stays a text in all generated files.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::Value;
use strataform::assembly::Draft;

use super::lexer::words;
use super::{BASE, drafts, folder, run, stderr};

/// Keys of the base file and their values.
const TEXTS: &[(&str, &str)] = &[
    ("title = ", "The shop"),
    ("description = ", "What customers order, and who they are."),
    ("description = ", "One row an order."),
    ("description = ", "Whom to write to."),
    ("description = ", "Not what it says."),
    ("description = ", "Sales a day and country."),
    ("title = ", "Sales"),
    ("description = ", "How the shop goes."),
    ("title = ", "Land"),
    ("title = ", "Turnover"),
    ("subtitle = ", "Before returns"),
];

/// Attempts to break out of a text.
const HOSTILE: &[&str] = &[
    "'",
    "''",
    "\"",
    "\"\"\"",
    "'''",
    "`",
    "\\",
    "\\'",
    "\\\"",
    "\\\\",
    "x'; DROP TABLE t; --",
    "*/ DROP TABLE t; /*",
    "-- ",
    "/* never closed",
    "$$",
    "$body$",
    "#",
    "{{x}}",
    "{{{x}}}",
    "{{> from}}",
    "{{#each x}}",
    "}}",
    "{% for x in y %}",
    "{% $states.input %}",
    "%}",
    "${AWS::AccountId}",
    "${x}",
    "${!x}",
    "$${x}",
    "%s %(x)s %n",
    "<script>alert(1)</script>",
    "&amp; <b>",
    "]]>",
    "\u{202e}txet\u{202c}",
    "مرحبا",
    "😀👩‍👩‍👧",
    "a\u{2028}b\u{2029}c",
    "\u{feff}x",
    "e\u{301}",
    "x\u{a0}y",
    "' or 1=1",
    "\"\"\"\nimport os\nos.abort()\n\"\"\"",
    "x\nDROP TABLE t;\n",
    "a\tb",
    "import os",
    "\\u0027; \\x27; \\N{QUOTATION MARK}",
    "{\"Fn::Sub\": \"${AWS::Region}\"}",
    "!Ref AWS::Region",
    "$.x",
    "States.Format('{}', $.x)",
    "line\r\nend",
];

/// The base with a text in every place; a place that rejects it keeps its own. Also returns how many places accept it.
fn with(hostile: &str) -> (String, usize) {
    let quoted = toml(hostile);
    let mut text = BASE.to_owned();
    let mut taken = 0;
    for (key, value) in TEXTS {
        let from = format!("{key}\"{value}\"");
        assert_eq!(BASE.matches(&from).count(), 1, "{from}");
        let next = text.replacen(&from, &format!("{key}{quoted}"), 1);
        if spec_takes(&next) {
            text = next;
            taken += 1;
        }
    }
    let paragraph = text.find("text = \"\"\"\n").expect("the base has a text");
    text.truncate(paragraph);
    text.extend(["text = ", &quoted, "\n"]);
    if let Some(literal) = sql_text(hostile) {
        let derived = toml(&format!("case when note_free = {literal} then {literal} else note_free end"));
        let next = text.replacen(
            "is_large = \"amount > 100\"",
            &format!("is_large = \"amount > 100\"\nhostile = {derived}"),
            1,
        );
        let next = next.replacen("payload = \"json\"", "payload = \"json\"\nnote_free = \"string(200)\"", 1);
        if spec_takes(&next) {
            text = next;
            taken += 1;
        }
    }
    (text, taken)
}

/// The same platform, with every hostile text replaced by a harmless one.
fn harmless(text: &str, hostile: &str) -> String {
    let mut tame = text.replace(&toml(hostile), "\"harmless\"");
    if let Some(literal) = sql_text(hostile) {
        let derived = |literal: &str| {
            toml(&format!("case when note_free = {literal} then {literal} else note_free end"))
        };
        tame = tame.replace(&derived(&literal), &derived("'harmless'"));
    }
    tame
}

fn toml(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON").replace('\u{7f}', "\\u007f")
}

/// The text as a literal in an expression, which cannot contain a backslash.
fn sql_text(text: &str) -> Option<String> {
    (!text.contains('\\') && !text.contains(char::is_control))
        .then(|| format!("'{}'", text.replace('\'', "''")))
}

fn spec_takes(text: &str) -> bool {
    let file = strataform::diagnostic::SourceFile { path: "platform.toml".into(), text: text.to_owned() };
    strataform::spec::read(&file).0.is_some()
}

fn files<'a>(drafts: &'a [Draft], ending: &str) -> BTreeMap<String, &'a str> {
    let files = drafts.iter().flat_map(|draft| draft.files.iter().map(move |file| (draft, file)));
    files
        .filter(|(_, file)| file.path.ends_with(ending))
        .map(|(draft, file)| {
            let text = std::str::from_utf8(&file.bytes).expect("files are UTF-8");
            (format!("{}/{}", draft.environment, file.path), text)
        })
        .collect()
}

#[test]
fn a_hostile_text_stays_a_text() {
    let place = folder("injection");
    let mut scripts = 0;
    // Most texts are accepted in the same places, and leave the same harmless platform.
    let mut known: BTreeMap<String, Vec<Draft>> = BTreeMap::new();
    for (number, hostile) in HOSTILE.iter().enumerate() {
        let (text, taken) = with(hostile);
        assert!(taken >= 3, "{hostile:?} is accepted {taken} times");
        let wild = drafts(&text).unwrap_or_else(|faults| panic!("{hostile:?}: {faults}"));
        let tame = harmless(&text, hostile);
        let tame = known
            .entry(tame)
            .or_insert_with_key(|tame| drafts(tame).unwrap_or_else(|faults| panic!("{hostile:?}: {faults}")));
        same_sql(&wild, tame, hostile);
        same_templates(&wild, tame, hostile);
        for (side, drafts) in [("wild", &wild), ("tame", &*tame)] {
            for (path, script) in files(drafts, ".py") {
                let name = format!("{number}-{}", path.replace('/', "-"));
                let folder = place.join(side);
                fs::create_dir_all(&folder).expect("the folder can be made");
                fs::write(folder.join(name), script).expect("it can be written");
                scripts += 1;
            }
        }
    }
    assert!(scripts >= HOSTILE.len() * 4);
    let mut python = Command::new("python3");
    let output = run(python.arg("-c").arg(SHAPES).current_dir(&place));
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
}

/// Compares the syntax trees of all scripts, with every text in them replaced by the same text.
const SHAPES: &str = "
import ast, pathlib, sys

def shape(path):
    tree = ast.parse(path.read_bytes(), str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ''
    return ast.dump(tree)

wrong = [path.name for path in sorted(pathlib.Path('wild').iterdir())
         if shape(path) != shape(pathlib.Path('tame') / path.name)]
sys.exit('another shape: ' + ', '.join(wrong) if wrong else 0)
";

fn same_sql(wild: &[Draft], tame: &[Draft], hostile: &str) {
    let (wild, tame) = (files(wild, ".sql"), files(tame, ".sql"));
    assert!(wild.len() > 10 && wild.keys().eq(tame.keys()), "{hostile:?}");
    for (path, sql) in wild {
        assert_eq!(words(sql), words(tame[&path]), "{hostile:?}: {path}\n{sql}");
    }
}

fn same_templates(wild: &[Draft], tame: &[Draft], hostile: &str) {
    let (wild, tame) = (files(wild, ".json"), files(tame, ".json"));
    assert!(wild.keys().eq(tame.keys()), "{hostile:?}");
    for (path, text) in wild {
        assert!(!text.contains("{{resolve:") || !hostile.contains("resolve"), "{hostile:?}: {path}");
        let read = |text: &str| -> Value { serde_json::from_str(text).expect("it is JSON") };
        same_shape(&read(text), &read(tame[&path]), &format!("{hostile:?}: {path}"), false);
    }
}

/// Asserts the same keys and types everywhere, and the same variables in substitutions.
fn same_shape(one: &Value, other: &Value, place: &str, substituted: bool) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            assert!(one.keys().eq(other.keys()), "{place}: {one:?}\n{other:?}");
            for (key, value) in one {
                let substituted = key == "Fn::Sub" || key == "DefinitionString";
                same_shape(value, &other[key], &format!("{place}/{key}"), substituted);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len(), "{place}");
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                same_shape(one, other, &format!("{place}/{at}"), substituted && at == 0);
            }
        }
        (Value::String(one), Value::String(other)) if substituted => {
            let names = |text: &str| {
                let names = text.split("${").skip(1).filter(|name| !name.starts_with('!'));
                names.map(|name| name.split('}').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(names(one), names(other), "{place}: {one}");
        }
        (one, other) => {
            assert_eq!(std::mem::discriminant(one), std::mem::discriminant(other), "{place}: {one} {other}");
        }
    }
}

#[test]
fn one_line_texts_reject_line_breaks_and_all_texts_reject_nul() {
    for (text, everywhere) in
        [("a\nb", false), ("a\rb", false), ("a\u{0}b", true), ("a\u{1b}[31mb", true), ("a\u{85}b", true)]
    {
        let quoted = toml(text).replace('\u{85}', "\\u0085");
        for (key, value) in TEXTS {
            let next = BASE.replacen(&format!("{key}\"{value}\""), &format!("{key}{quoted}"), 1);
            if everywhere || *key != "description = " {
                let faults = drafts(&next).expect_err(&format!("{key}{quoted}"));
                assert!(faults.contains("GEN0127"), "{faults}");
            }
        }
    }
}

#[test]
fn a_dynamic_reference_is_rejected_in_every_text() {
    for (key, value) in TEXTS {
        let next =
            BASE.replacen(&format!("{key}\"{value}\""), &format!("{key}\"a {{{{resolve:ssm:x}}}}\""), 1);
        let faults = drafts(&next).expect_err(value);
        assert!(faults.contains("GEN0130"), "{faults}");
    }
    for (from, to) in [
        ("\"amount > 100\"", "\"note = '{{resolve:ssm:x}}'\""),
        ("\"count(*)\"", "\"max('{{resolve:ssm:x}}')\""),
        ("\"Orders come", "\"{{resolve:ssm:x}} come"),
    ] {
        if BASE.contains(from) {
            let faults = drafts(&BASE.replacen(from, to, 1)).expect_err(to);
            assert!(faults.contains("GEN0130"), "{faults}");
        }
    }
}

#[test]
fn addresses_tags_and_delimiters_are_data_or_rejected() {
    let refused = [
        ("data@example.com", "a b@example.com"),
        ("data@example.com", "\\\"x\\\"@example.com"),
        ("data@example.com", "x@example.com\\n"),
        ("\"sales-data\"", "\"it's ours\""),
        ("\"sales-data\"", "\"{{x}}\""),
        ("\"sales-data\"", "\"${AWS::AccountId}\""),
        ("\"sales-data\"", "\"a\\u0903\""),
        ("\"4711\"", "\"{{x}}\""),
        ("\"4711\"", "\"${AWS::AccountId}\""),
        ("\"4711\"", "\"a'b\""),
        ("delimiter = \";\"", "delimiter = \"'\""),
        ("delimiter = \";\"", "delimiter = \"\\\"\""),
        ("delimiter = \";\"", "delimiter = \"\\n\""),
        ("\"shop-readers\"", "\"${x}\""),
        ("[dataset.orders]", "[dataset.\"orders'; --\"]"),
        ("name = \"revenue\"", "name = \"a\\\"b\""),
        ("database = \"shop\"", "database = \"a\\\"; --\""),
    ];
    for (from, to) in refused {
        assert_eq!(BASE.matches(from).count(), 1, "{from}");
        let faults = drafts(&BASE.replacen(from, to, 1)).expect_err(to);
        assert!(faults.starts_with("error[GEN"), "{faults}");
    }
    let taken = ["${AWS.AccountId}@example.com", "{{x}}@example.com", "o'neil@example.com", "$$@example.com"];
    let tame = drafts(BASE).unwrap_or_else(|faults| panic!("{faults}"));
    for address in taken {
        let wild = drafts(&BASE.replacen("data@example.com", address, 1));
        let wild = wild.unwrap_or_else(|faults| panic!("{address}: {faults}"));
        same_templates(&wild, &tame, address);
    }
    let tab = drafts(&BASE.replacen("delimiter = \";\"", "delimiter = \"\\t\"", 1));
    same_sql(&tab.unwrap_or_else(|faults| panic!("{faults}")), &tame, "tab");
}
