//! The tables of keys in `docs/platform-file.md`, generated from the grammar, between `<!-- keys: … -->` and
//! `<!-- end -->`.

use std::fmt::Write;
use std::fs;

use strataform::spec::{self, GRAMMAR, Key, Presence, Section, Shape, Want};

use super::walk::section;

/// A longer list of words is cut.
const MOST_WORDS: usize = 12;

/// A description of a value.
fn phrase(shape: &Shape) -> String {
    match *shape {
        Shape::Text(form) => form.about.to_owned(),
        Shape::Line(longest) => format!("text in one line, at most {longest} characters"),
        Shape::Paragraph(longest) => format!("text, at most {longest} characters"),
        Shape::Period { least, most } => format!("period, {least} to {most} days"),
        Shape::ColumnType => "column type".to_owned(),
        Shape::Boolean => "`true` or `false`".to_owned(),
        Shape::Integer { least, most } => format!("integer, {least} to {most}"),
        Shape::Integers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| format!("`{number}`")).collect();
            numbers.join(", ")
        }
        Shape::Number => "number".to_owned(),
        Shape::Words(all) => words(all),
        Shape::Column(want) => column(want).to_owned(),
        Shape::Columns(want) => format!("{}, or a list", column(want)),
        Shape::Pair(first, second) if first == second => format!("list of two: {}", phrase(first)),
        Shape::Pair(first, second) => format!("list of two: {}; {}", phrase(first), phrase(second)),
        Shape::List { of, least, most } => {
            let most = most.map(|most| format!(", at most {most}")).unwrap_or_default();
            let least = if least > 1 { format!(", at least {least}") } else { String::new() };
            format!("list: {}{least}{most}", phrase(of))
        }
        Shape::Table(_) | Shape::Visual => "table".to_owned(),
        Shape::Names { of: Shape::Names { .. }, .. } => "table of tables".to_owned(),
        Shape::Names { of, .. } => format!("table, each value: {}", phrase(of)),
        Shape::Either(shapes) => shapes.iter().map(phrase).collect::<Vec<_>>().join(", or "),
        Shape::Any => "any value".to_owned(),
    }
}

fn words(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word:?}`")).collect();
    match words.as_slice() {
        [first, .., last] if words.len() > MOST_WORDS => format!("{first} … {last}"),
        all => all.join(", "),
    }
}

fn column(want: Want) -> &'static str {
    match want {
        Want::Any => "column",
        Want::Number => "number",
        Want::RowNumber => "number of each row",
        Want::Date => "date",
    }
}

fn absent(presence: Presence) -> String {
    match presence {
        Presence::Required => "required".to_owned(),
        Presence::Default(value) => format!("`{value}`"),
        Presence::Optional(words) => words.to_owned(),
    }
}

/// A row of a table, with column separators escaped.
fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

const HEAD: &str = "| Key | Value | Default | What it is |\n|---|---|---|---|\n";

fn key(name: String, key: &Key) -> String {
    row(&[name, phrase(&key.shape), absent(key.presence), key.about.to_owned()])
}

fn keys(section: &Section) -> String {
    let rows: String = section.keys.iter().map(|one| key(format!("`{}`", one.name), one)).collect();
    format!("{HEAD}{rows}")
}

fn table_of(shape: &Shape) -> Option<&'static Section> {
    match *shape {
        Shape::Table(table) => Some(table),
        Shape::Either(shapes) => shapes.iter().find_map(table_of),
        _ => None,
    }
}

/// The settings that the platform sets and an environment can override.
fn settings() -> String {
    let environment = section("environment");
    let mut rows = String::new();
    for one in section("file").keys.iter().filter(|one| environment.key(one.name).is_some()) {
        match table_of(&one.shape) {
            Some(table) => {
                let name = |inner: &Key| format!("`[{}] {}`", one.name, inner.name);
                rows.extend(table.keys.iter().map(|inner| key(name(inner), inner)));
            }
            None => rows.push_str(&key(format!("`[{}]`", one.name), one)),
        }
    }
    format!("{HEAD}{rows}")
}

/// The kinds of visuals, with their keys.
fn kinds() -> String {
    let mut text =
        "| `kind` | What it shows | Required keys | Optional keys |\n|---|---|---|---|\n".to_owned();
    for kind in spec::visuals() {
        let keys = |required: bool| {
            let keys = kind.keys.iter().filter(|key| (key.presence == Presence::Required) == required);
            keys.map(|key| format!("`{}`", key.name)).collect::<Vec<_>>().join(", ")
        };
        text.push_str(&row(&[format!("`{}`", kind.name), kind.about.to_owned(), keys(true), keys(false)]));
    }
    text
}

/// The keys of all kinds of visuals: one row for all kinds in which a key means the same.
fn kind_keys() -> String {
    let mut rows: Vec<(&Key, Vec<&str>)> = Vec::new();
    for kind in spec::visuals() {
        for key in kind.keys {
            match rows.iter_mut().find(|(known, _)| *known == key) {
                Some((_, kinds)) => kinds.push(kind.name),
                None => rows.push((key, vec![kind.name])),
            }
        }
    }
    rows.sort_by_key(|(key, _)| {
        spec::visuals().flat_map(|kind| kind.keys).position(|one| one.name == key.name)
    });
    let mut text = "| Key | Of | Value | Default | What it is |\n|---|---|---|---|---|\n".to_owned();
    let all = spec::visuals().count();
    for (key, kinds) in rows {
        let of = match kinds.len() {
            many if many + 1 == all => "all but `text`".to_owned(),
            _ => kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", "),
        };
        let name = format!("`{}`", key.name);
        text.push_str(&row(&[name, of, phrase(&key.shape), absent(key.presence), key.about.to_owned()]));
    }
    text
}

fn block(name: &str) -> String {
    match name {
        "settings" => settings(),
        "kinds" => kinds(),
        "keys of kinds" => kind_keys(),
        id => keys(section(id)),
    }
}

/// A page with its blocks regenerated, and the names of its blocks.
fn rewritten(page: &str) -> (String, Vec<String>) {
    let (mut text, mut names) = (String::new(), Vec::new());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!-- keys: ") {
        let (name, after) = after.split_once(" -->\n").expect("a block has a name");
        let (_, after) = after.split_once("<!-- end -->").expect("a block ends");
        write!(text, "{before}<!-- keys: {name} -->\n{}<!-- end -->", block(name))
            .expect("writing to a string succeeds");
        names.push(name.to_owned());
        rest = after;
    }
    text.push_str(rest);
    (text, names)
}

#[test]
fn the_documentation_lists_the_keys_of_the_grammar() {
    let path = super::root().join("docs/platform-file.md");
    let page = fs::read_to_string(&path).expect("the page exists");
    let (text, names) = rewritten(&page);
    super::same_as_committed(&path, &text);
    // Sections that are part of the settings, or are the file itself, have no block of their own.
    let within = ["file", "retention", "alarms", "network", "warehouse", "principals"];
    for section in GRAMMAR.iter().filter(|section| !within.contains(&section.id)) {
        assert!(names.iter().any(|name| name == section.id), "{} is not documented", section.name);
    }
    for name in ["settings", "kinds", "keys of kinds"] {
        assert!(names.iter().any(|one| one == name), "{name} is not documented");
    }
}
