//! Valid files with one change each: the reader and the schema both enforce what the grammar says of a key.

use std::collections::{BTreeMap, BTreeSet};

use strataform::diagnostic::SourceFile;
use strataform::model::Platform;
use strataform::spec::{self, GRAMMAR, Key, Presence, Shape};
use toml::{Table, Value};

use super::validator::Validator;
use super::walk::{self, Known};

/// Values of a key that are always invalid, each with a name.
fn wrong(shape: &Shape) -> Vec<(&'static str, Value)> {
    let type_of = |is_boolean: bool| if is_boolean { Value::from(7) } else { Value::from(true) };
    let mut wrong = vec![("type", type_of(takes_boolean(shape)))];
    match *shape {
        Shape::Any => wrong.clear(),
        // Any text, including an empty one.
        Shape::Text(form) if form.pattern.is_empty() => {}
        Shape::Text(_) | Shape::Line(_) | Shape::Paragraph(_) | Shape::ColumnType | Shape::Column(_) => {
            wrong.push(("empty", "".into()));
        }
        Shape::Words(_) => wrong.push(("word", "nothing of it".into())),
        Shape::Period { .. } => wrong.push(("unit", "3 lightyears".into())),
        Shape::Integer { least, most } => {
            wrong.push(("more", (i64::from(most) + 1).into()));
            wrong.push(("less", (i64::from(least) - 1).into()));
        }
        Shape::Integers(_) => wrong.push(("between", 3.into())),
        Shape::Number => wrong.push(("more", 1e16.into())),
        Shape::Pair(..) => wrong.push(("one", vec![Value::from(1)].into())),
        Shape::List { least, .. } if least > 0 => wrong.push(("none", Value::Array(Vec::new()))),
        Shape::Columns(_) => wrong.push(("none", Value::Array(Vec::new()))),
        Shape::Names { least, .. } if least > 0 => wrong.push(("none", Value::Table(Table::new()))),
        Shape::Boolean
        | Shape::List { .. }
        | Shape::Names { .. }
        | Shape::Table(_)
        | Shape::Either(_)
        | Shape::Visual => {}
    }
    if let Shape::Line(longest) | Shape::Paragraph(longest) = *shape {
        wrong.push(("long", "x".repeat(longest + 1).into()));
    }
    if let Shape::Line(_) = *shape {
        wrong.push(("lines", "one\ntwo".into()));
    }
    wrong
}

fn takes_boolean(shape: &Shape) -> bool {
    match shape {
        Shape::Boolean => true,
        Shape::Either(shapes) => shapes.iter().any(takes_boolean),
        _ => false,
    }
}

/// Changes to one table that make a file invalid: a name, a key and its new value.
fn changes(table: &Known, entries: &Table) -> Vec<(String, &'static str, Option<Value>)> {
    let mut changes = vec![("unknown".to_owned(), "surely_unknown", Some(Value::from(1)))];
    for key in &table.keys {
        if key.presence == Presence::Required {
            changes.push((format!("{} missing", key.name), key.name, None));
        }
        if entries.contains_key(key.name) {
            let wrong = wrong(&key.shape).into_iter();
            changes
                .extend(wrong.map(|(name, value)| (format!("{} {name}", key.name), key.name, Some(value))));
        }
    }
    changes
}

fn entries<'f>(file: &'f Table, table: &Known) -> &'f Table {
    let mut at = None;
    for step in &table.path {
        at = Some(match (step, at) {
            (walk::Step::Key(key), None) => &file[key.as_str()],
            (walk::Step::Key(key), Some(value)) => &Value::as_table(value).expect("a table")[key.as_str()],
            (walk::Step::Item(item), Some(value)) => &value.as_array().expect("a list")[*item],
            (walk::Step::Item(_), None) => panic!("a file is a table"),
        });
    }
    at.map_or(file, |value| value.as_table().expect("a table"))
}

#[test]
fn the_reader_and_the_schema_reject_what_the_grammar_rejects() {
    let mut mutants: BTreeMap<String, Table> = BTreeMap::new();
    for (_, file) in super::valid() {
        for table in walk::tables(&file) {
            for (name, key, value) in changes(&table, entries(&file, &table)) {
                let name = format!("{}: {name}", table.section);
                mutants.entry(name).or_insert_with(|| walk::with(&file, &table.path, key, value));
            }
        }
    }
    assert!(mutants.len() >= 400, "{}", mutants.len());
    let passed = mutants.iter().filter(|(_, file)| super::faults(&walk::text(file)).is_empty());
    assert_eq!(
        passed.map(|(name, _)| name).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "the reader accepts them"
    );
    let Some(validator) = Validator::new() else { return };
    let files: Vec<_> = mutants.into_iter().map(|(name, file)| (name, file.into())).collect();
    let refused = validator.refused(&files);
    let passed: Vec<_> = files.iter().map(|(name, _)| name).filter(|name| !refused.contains(*name)).collect();
    assert_eq!(passed, Vec::<&String>::new(), "the schema accepts them");
}

fn platform(file: &Table) -> Option<Platform> {
    spec::read(&SourceFile { path: "platform.toml".into(), text: walk::text(file) }).0
}

/// A model as text, without its places in the file.
fn model(platform: &Platform) -> String {
    // What the file declares is another with and without a key.
    let mut platform = platform.clone();
    platform.environments.iter_mut().for_each(|one| one.declared.clear());
    let text = format!("{platform:?}");
    let parts: Vec<&str> = text.split("..").collect();
    let trimmed = parts.iter().map(|part| part.trim_matches(|c: char| c.is_ascii_digit()));
    trimmed.collect::<Vec<_>>().join("..")
}

/// Whether the table applies to the whole platform: an environment's table overrides it.
fn is_of_the_platform(table: &Known) -> bool {
    !matches!(table.path.as_slice(), [walk::Step::Key(key), _, _, ..] if key == "environment")
}

#[test]
fn a_default_equals_its_absence() {
    let sections = GRAMMAR.iter().copied().chain(spec::visuals());
    let has_default = |key: &Key| matches!(key.presence, Presence::Default(_));
    let mut unseen: BTreeSet<(&str, &str)> = sections
        .flat_map(|section| {
            section.keys.iter().filter(|key| has_default(key)).map(|key| (section.id, key.name))
        })
        .collect();
    assert!(unseen.len() >= 20, "{unseen:?}");
    for (name, file) in super::valid() {
        for table in walk::tables(&file).iter().filter(|table| is_of_the_platform(table)) {
            for key in &table.keys {
                let Presence::Default(default) = key.presence else { continue };
                let default: Value = format!("v = {default}").parse::<Table>().expect("TOML")["v"].clone();
                let without = platform(&walk::with(&file, &table.path, key.name, None));
                let with = platform(&walk::with(&file, &table.path, key.name, Some(default)));
                // A key may depend on the other keys of its table.
                let (Some(without), Some(with)) = (without, with) else { continue };
                assert_eq!(model(&without), model(&with), "`{}` of {} in {name}", key.name, table.section);
                unseen.remove(&(table.section, key.name));
            }
        }
    }
    assert_eq!(unseen, BTreeSet::new(), "no file shows these defaults");
}
