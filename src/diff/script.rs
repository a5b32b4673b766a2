//! The script of a job: what it does differently, not which lines differ.
//!
//! In: two scripts. Out: the entries of the data that the platform file rendered into them (a column, a rule, a setting)
//! that differ, and how much of the program does. Comments and blank lines are nothing.

use std::collections::BTreeMap;

/// What differs between two scripts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Script {
    /// The entries: `COLUMNS order_id`, with the old and the new text; `None` where there is none.
    pub(super) entries: Vec<(String, Option<String>, Option<String>)>,
    /// How many lines of the program differ.
    pub(super) lines: usize,
}

/// The entries of the data, by name, in order, and the lines of the program.
fn read(text: &str) -> (Vec<(String, String)>, Vec<&str>) {
    let (mut entries, mut program): (Vec<(String, String)>, Vec<&str>) = (Vec::new(), Vec::new());
    // The name of the assignment that is open, and its items.
    let mut open: Option<(String, Vec<Vec<&str>>)> = None;
    for line in text.lines().filter(|line| !is_silent(line)) {
        if let Some((name, items)) = &mut open {
            let inner = line.strip_prefix("    ");
            match inner {
                Some(item) if !item.starts_with(' ') && !item.starts_with([')', ']', '}']) => {
                    items.push(vec![item]);
                }
                Some(rest) => match items.last_mut() {
                    Some(last) => last.push(rest.trim_start()),
                    None => items.push(vec![rest]),
                },
                None => {
                    close(name, items, &mut entries);
                    open = None;
                }
            }
            continue;
        }
        match assignment(line) {
            Some((name, value)) if value.ends_with(['[', '{', '(']) => {
                open = Some((name.to_owned(), Vec::new()));
            }
            Some((name, value)) => entries.push((name.to_owned(), value.to_owned())),
            None => program.push(line),
        }
    }
    (entries, program)
}

/// Whether a line says nothing: it is blank, or a comment.
fn is_silent(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The name and the value of a constant.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (left, value) = line.split_once(" = ")?;
    let name = left.split(':').next()?;
    let is_constant = !name.is_empty()
        && name.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_');
    is_constant.then_some((name, value))
}

/// Adds the items of an assignment.
fn close(name: &str, items: &[Vec<&str>], entries: &mut Vec<(String, String)>) {
    if items.is_empty() {
        entries.push((name.to_owned(), "empty".to_owned()));
    }
    for item in items {
        let text = item.join(" ");
        entries.push((format!("{name} {}", label(&text)), text));
    }
}

/// What identifies an item: its first text.
fn label(item: &str) -> String {
    let mut parts = item.split('"');
    parts.next();
    parts.next().unwrap_or(item).chars().take(60).collect()
}

/// What differs between two scripts.
pub(super) fn compare(old: &str, new: &str) -> Script {
    let ((before, was), (after, is)) = (read(old), read(new));
    let by_name = |all: &[(String, String)]| -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, text) in all {
            found.entry(name.clone()).or_default().push(text.clone());
        }
        found
    };
    let (old_entries, new_entries) = (by_name(&before), by_name(&after));
    let mut found = Script::default();
    let joined = |texts: Option<&Vec<String>>| texts.map(|all| all.join(" "));
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in after.iter().chain(&before) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let (one, other) = (old_entries.get(name), new_entries.get(name));
        if one != other {
            found.entries.push((name.clone(), joined(one), joined(other)));
        }
    }
    if was != is {
        let count =
            |these: &[&str], those: &[&str]| these.iter().filter(|line| !those.contains(line)).count();
        // Lines in another order are a difference, too.
        found.lines = count(&was, &is).max(count(&is, &was)).max(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\"\"\"Doc.\"\"\"\n\n# A comment.\nNAME = \"a\"\nCOLUMNS: list[Column] = [\n    Column(\n        name=\"id\",\n        value=\"x\",\n    ),\n    Column(\n        name=\"amount\",\n        value=\"y\",\n    ),\n]\n\n\ndef run() -> None:\n    pass\n";

    #[test]
    fn only_what_the_script_does_is_compared() {
        assert_eq!(compare(SCRIPT, SCRIPT), Script::default());
        let commented = SCRIPT.replace("# A comment.\n", "\n# Another comment.\n\n");
        assert_eq!(compare(SCRIPT, &commented), Script::default());
        let retyped = SCRIPT.replace("value=\"y\"", "value=\"z\"");
        let found = compare(SCRIPT, &retyped);
        assert_eq!(found.entries.len(), 1, "{found:?}");
        assert_eq!(found.entries[0].0, "COLUMNS amount");
        assert_eq!(found.lines, 0);
        let renamed = SCRIPT.replace("NAME = \"a\"", "NAME = \"b\"");
        assert_eq!(
            compare(SCRIPT, &renamed).entries,
            [("NAME".to_owned(), Some("\"a\"".to_owned()), Some("\"b\"".to_owned()))]
        );
        assert_eq!(compare(SCRIPT, &SCRIPT.replace("pass", "return")).lines, 1);
    }

    #[test]
    fn items_that_come_and_go_are_named() {
        let without =
            SCRIPT.replace("    Column(\n        name=\"amount\",\n        value=\"y\",\n    ),\n", "");
        let found = compare(SCRIPT, &without);
        assert_eq!(found.entries.len(), 1, "{found:?}");
        assert!(found.entries[0].2.is_none());
        assert!(compare(&without, SCRIPT).entries[0].1.is_none());
    }
}
