//! Random edits of a platform file: columns, rules, aggregates and settings that come, go and change.

use strataform_rows::Random;

use super::platform::Project;

/// Types to which a column can change.
const TYPES: [&str; 8] =
    ["string(40)", "string(900)", "integer", "bigint", "decimal(12,2)", "decimal(18,4)", "double", "boolean"];

/// Settings of a platform that have other values.
const PLATFORM: [(&str, &[&str]); 5] = [
    ("cidr", &["\"10.50.0.0/20\"", "\"10.60.0.0/20\""]),
    ("volume", &["\"1 GB/day\"", "\"40 GB/day\"", "\"300 GB/day\""]),
    ("retention", &["\"6 months\"", "\"2 years\"", "\"5 years\""]),
    ("schedule", &["\"hourly\"", "\"every 15 minutes\"", "\"daily at 03:15\""]),
    ("description", &["\"Another text.\"", "\"A text.\""]),
];

/// The lines of a table: the numbers of those that declare something.
fn lines(text: &str, is_table: impl Fn(&str) -> bool) -> Vec<usize> {
    let mut inside = false;
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = is_table(line);
        } else if inside && line.contains(" = ") && !line.starts_with('#') {
            found.push(at);
        }
    }
    found
}

fn with_line(text: &str, at: usize, line: &str) -> String {
    let all = text.lines().enumerate().map(|(number, old)| if number == at { line } else { old });
    let kept: Vec<&str> = all.filter(|one| *one != "\u{0}").collect();
    kept.join("\n") + "\n"
}

/// An edit, with what it is; `None` if it does not fit.
pub(super) fn edited(project: &Project, random: &mut Random) -> Option<(Project, String)> {
    let text = &project.text;
    let (text, said) = match random.below(10) {
        0 => added(text, random, ".column]", "extra"),
        1 => changed_column(text, random),
        2 | 3 => removed(text, random),
        4 => renamed(text, random),
        5 => setting(text, random),
        6 => added(text, random, ".expect]", "rule"),
        7 => added(text, random, ".derive]", "more"),
        8 => measure(text, random),
        _ => dataset(text, random),
    }?;
    Some((Project { text, ..project.clone() }, said))
}

/// A column, a rule or a derived column more.
fn added(text: &str, random: &mut Random, table: &str, name: &str) -> Option<(String, String)> {
    let tables: Vec<&str> =
        text.lines().filter(|line| line.starts_with('[') && line.ends_with(table)).collect();
    if tables.is_empty() {
        return None;
    }
    let table = random.pick(&tables);
    let name = format!("{name}_{}", random.below(1000));
    let value = match table.rsplit('.').next() {
        Some("column]") => format!("\"{}\"", random.pick(&TYPES)),
        Some("expect]") => format!("\"1 < {}\"", random.below(9)),
        _ => format!("\"{} + 1\"", random.below(9)),
    };
    let new = text.replacen(&format!("{table}\n"), &format!("{table}\n{name} = {value}\n"), 1);
    Some((new, format!("{name} = {value} in {table}")))
}

/// A column of another type.
fn changed_column(text: &str, random: &mut Random) -> Option<(String, String)> {
    let all = lines(text, |table| table.ends_with(".column]"));
    let at = random.pick(&all);
    let (name, _) = text.lines().nth(at)?.split_once(" = ")?;
    let line = format!("{} = \"{}{}\"", name.trim(), random.pick(&TYPES), random.pick(&["", " not null"]));
    Some((with_line(text, at, &line), line))
}

/// A column, a rule or a derived column less.
fn removed(text: &str, random: &mut Random) -> Option<(String, String)> {
    let table = random.pick(&[".column]", ".expect]", ".derive]"]);
    let all = lines(text, |line| line.ends_with(table));
    let at = random.pick(&all);
    let line = text.lines().nth(at)?.to_owned();
    Some((with_line(text, at, "\u{0}"), format!("without {line}")))
}

/// A column of another name.
fn renamed(text: &str, random: &mut Random) -> Option<(String, String)> {
    let all = lines(text, |table| table.ends_with(".column]"));
    let at = random.pick(&all);
    let (name, value) = text.lines().nth(at)?.split_once(" = \"")?;
    let (name, kind) = (name.trim(), value.split('"').next()?);
    let line = format!("{name}_new = {{ type = \"{kind}\", renamed_from = \"{name}\" }}");
    Some((with_line(text, at, &line), line))
}

/// A setting of the platform.
fn setting(text: &str, random: &mut Random) -> Option<(String, String)> {
    let (key, values) = random.pick(&PLATFORM);
    let at = text.lines().position(|line| line.starts_with(key))?;
    let line = format!("{key} = {}", random.pick(values));
    Some((with_line(text, at, &line), line))
}

/// A measure of an aggregate that is another one.
fn measure(text: &str, random: &mut Random) -> Option<(String, String)> {
    let all: Vec<usize> =
        text.lines().enumerate().filter(|(_, line)| line.starts_with("measure ")).map(|(at, _)| at).collect();
    let at = random.pick(&all);
    let line = text.lines().nth(at)?;
    let (was, is) = random.pick(&[
        ("count(*)", "count(*) * 2"),
        ("sum(", "max("),
        (" }", ", extra = \"count(*)\" }"),
        ("measure     = { ", "measure     = { first_one = \"count(*)\", "),
    ]);
    line.contains(was).then(|| (with_line(text, at, &line.replacen(was, is, 1)), format!("{was} → {is}")))
}

/// A dataset more, or another one less.
fn dataset(text: &str, random: &mut Random) -> Option<(String, String)> {
    const START: &str = "[dataset.supplier]\n";
    if let Some(at) = text.find(START) {
        let (before, after) = text.split_at(at);
        let end = after.find("\n\n").map_or(after.len(), |end| end + 2);
        return Some((format!("{before}{}", after.get(end..)?), "without dataset supplier".to_owned()));
    }
    let source = random.pick(&["source = \"stream\"", "source = \"files\"\nformat = \"csv\""]);
    let more = format!(
        "{START}{source}\nkey = [\"id\"]\nevent_time = \"happened_at\"\n[dataset.supplier.column]\nid = \"bigint not null\"\nhappened_at = \"timestamp not null\"\nname = \"{}\"\n\n",
        random.pick(&TYPES)
    );
    let at = text.find("[aggregate.")?;
    let (before, after) = text.split_at(at);
    Some((format!("{before}{more}{after}"), format!("dataset supplier, {source}")))
}
