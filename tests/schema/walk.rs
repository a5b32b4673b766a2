//! Walks a file along the grammar: its tables with the keys that each can have, and changes to it.

use strataform::spec::{self, GRAMMAR, Key, Section, Shape};
use toml::{Table, Value};

/// A step of a path into a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    Item(usize),
}

/// A table of a file that has fixed keys.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The path of the table.
    pub path: Vec<Step>,
    /// The ID of its section, or its kind of visual.
    pub section: &'static str,
    /// The keys that it may have.
    pub keys: Vec<&'static Key>,
}

/// The section of that id.
pub(crate) fn section(id: &str) -> &'static Section {
    GRAMMAR.iter().find(|section| section.id == id).expect("the grammar has it")
}

/// Every table of a file that has fixed keys.
pub(crate) fn tables(file: &Table) -> Vec<Known> {
    let mut found = Vec::new();
    table(file, section("file"), &[], &[], &mut found);
    found
}

fn table(
    table: &Table,
    section: &'static Section,
    more: &'static [Key],
    path: &[Step],
    found: &mut Vec<Known>,
) {
    let keys: Vec<&Key> = section.keys.iter().chain(more).collect();
    let name = if more.is_empty() { section.id } else { table.get("kind").map_or("", kind_name) };
    found.push(Known { path: path.to_vec(), section: name, keys: keys.clone() });
    for key in keys {
        if let Some(value) = table.get(key.name) {
            walk(value, &key.shape, &into(path, Step::Key(key.name.to_owned())), found);
        }
    }
}

fn kind_name(kind: &Value) -> &'static str {
    spec::visuals().find(|one| kind.as_str() == Some(one.name)).map_or("", |kind| kind.name)
}

fn into(path: &[Step], step: Step) -> Vec<Step> {
    path.iter().cloned().chain([step]).collect()
}

fn walk(value: &Value, shape: &'static Shape, path: &[Step], found: &mut Vec<Known>) {
    match (shape, value) {
        (Shape::Either(shapes), _) => shapes.iter().for_each(|shape| walk(value, shape, path, found)),
        (Shape::Table(section), Value::Table(entries)) => table(entries, section, &[], path, found),
        (Shape::Visual, Value::Table(entries)) => {
            let kind = spec::visuals().find(|one| entries["kind"].as_str() == Some(one.name));
            table(entries, section("visual"), kind.expect("a valid kind").keys, path, found);
        }
        (Shape::Names { of, .. }, Value::Table(entries)) => {
            entries
                .iter()
                .for_each(|(name, value)| walk(value, of, &into(path, Step::Key(name.clone())), found));
        }
        (Shape::List { of, .. }, Value::Array(items)) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, value)| walk(value, of, &into(path, Step::Item(at)), found));
        }
        _ => {}
    }
}

/// The file with a key of a table set, or taken away.
pub(crate) fn with(file: &Table, path: &[Step], key: &str, value: Option<Value>) -> Table {
    let mut whole = Value::Table(file.clone());
    let mut at = &mut whole;
    for step in path {
        at = match step {
            Step::Key(key) => &mut at[key.as_str()],
            Step::Item(item) => &mut at[*item],
        };
    }
    let table = at.as_table_mut().expect("a table");
    match value {
        Some(value) => drop(table.insert(key.to_owned(), value)),
        None => drop(table.remove(key)),
    }
    whole.as_table().expect("a table").clone()
}

/// The text of a file: one line a key.
pub(crate) fn text(file: &Table) -> String {
    let lines: Vec<String> =
        file.iter().map(|(key, value)| format!("{} = {}", quoted(key), written(value))).collect();
    lines.join("\n")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn written(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match value {
        Value::String(text) => quoted(text),
        Value::Float(number) => format!("{number:?}"),
        Value::Array(items) => format!("[{}]", list(items.iter().map(written).collect())),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{} = {}", quoted(key), written(value)));
            format!("{{ {} }}", list(entries.collect()))
        }
        Value::Integer(number) => number.to_string(),
        Value::Boolean(is) => is.to_string(),
        Value::Datetime(date) => date.to_string(),
    }
}

/// The file as editors see it: JSON, with dates as texts.
pub(crate) fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Float(number) => (*number).into(),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Table(entries) => entries.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
        Value::Integer(number) => (*number).into(),
        Value::Boolean(is) => (*is).into(),
        Value::Datetime(date) => date.to_string().into(),
    }
}
