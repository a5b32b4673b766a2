//! [`PropertyChange`]: the old and the new value of a property, as the plan shows them.
//!
//! In: the old and the new definition of a resource. Out: JSON texts, abbreviated to what differs. A property that only
//! refers to something that changes has the same text before and after, and so no entry.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest text that is not abbreviated, in characters.
const MOST: usize = 40;

/// How many equal characters an abbreviated text keeps on either side of the difference.
const CONTEXT: usize = 8;

/// What stands for a property that the template does not set.
const UNSET: &str = "unset";

/// The attributes of a resource whose change is a change of the resource.
pub(super) const ATTRIBUTES: [&str; 8] = [
    "Type",
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// What begins the path of an attribute: a property may have the same name.
const ATTRIBUTE: char = '@';

/// The path of an attribute of a resource.
pub(super) fn attribute_path(name: &str) -> String {
    format!("{ATTRIBUTE}{name}")
}

/// A path as it is shown: dotted.
pub(super) fn shown(path: &str) -> String {
    path.trim_start_matches(ATTRIBUTE).replace('/', ".")
}

/// A property or an attribute that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyChange {
    /// The property, as a dotted path.
    pub property: String,
    /// Its old value as JSON, abbreviated; `unset` if it had none.
    pub old: String,
    /// Its new value as JSON, abbreviated; `unset` if it has none.
    pub new: String,
}

impl PropertyChange {
    /// The change of a setting from one text to another, abbreviated.
    pub(super) fn of_text(property: &str, old: Option<&str>, new: Option<&str>) -> Self {
        let (old, new) = abbreviated(old.unwrap_or(UNSET), new.unwrap_or(UNSET));
        Self { property: property.to_owned(), old, new }
    }
}

/// The values of the properties at these paths, where they differ.
pub(crate) fn property_changes(was: &Value, is: &Value, paths: &[String]) -> Vec<PropertyChange> {
    let mut found: Vec<PropertyChange> = Vec::new();
    for path in paths {
        let (old, new) = (at(was, path), at(is, path));
        let property = shown(path);
        if old == new || found.iter().any(|one| one.property == property) {
            continue;
        }
        let (old, new) = abbreviated(&text(old), &text(new));
        found.push(PropertyChange { property, old, new });
    }
    found
}

/// The value at a path: of a property, or of an attribute next to the properties.
pub(super) fn at<'a>(resource: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(name) = path.strip_prefix(ATTRIBUTE) {
        return resource.get(name);
    }
    let mut found = resource.get("Properties")?;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        found = found.get(part)?;
    }
    Some(found)
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| UNSET.to_owned(), Value::to_string)
}

/// Both texts; if one is long, both begin and end near the difference.
fn abbreviated(old: &str, new: &str) -> (String, String) {
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    if old.len() <= MOST && new.len() <= MOST {
        return (old.iter().collect(), new.iter().collect());
    }
    let same = |(one, other): &(&char, &char)| one == other;
    let head = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();
    let start = head.saturating_sub(CONTEXT);
    (excerpt(&old, start, tail), excerpt(&new, start, tail))
}

/// The characters from `start` up to a few of the last `tail` ones.
fn excerpt(all: &[char], start: usize, tail: usize) -> String {
    let end = (all.len() - tail + CONTEXT).min(all.len()).min(start + MOST);
    let shown: String = all.iter().skip(start).take(end.saturating_sub(start)).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if end < all.len() { "…" } else { "" };
    format!("{before}{shown}{after}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(old: &Value, new: &Value) -> (String, String) {
        let resource = |value: &Value| json!({"Type": "T", "Properties": {"A": {"B": value}}});
        let paths = ["A/B".to_owned(), "A/C".to_owned()];
        let mut found = property_changes(&resource(old), &resource(new), &paths);
        assert_eq!(found.len(), 1, "{found:?}");
        let one = found.remove(0);
        assert_eq!(one.property, "A.B");
        (one.old, one.new)
    }

    #[test]
    fn short_values_are_shown_whole() {
        assert_eq!(shown(&json!(60), &json!(77)), ("60".to_owned(), "77".to_owned()));
        assert_eq!(shown(&json!("a"), &json!("ä")), ("\"a\"".to_owned(), "\"ä\"".to_owned()));
        let there = json!({"Properties": {"A": 1}});
        let gone = property_changes(&there, &json!({"Properties": {}}), &["A".to_owned()]);
        assert_eq!((gone[0].old.as_str(), gone[0].new.as_str()), ("1", "unset"));
    }

    #[test]
    fn long_values_are_shown_where_they_differ() {
        let text = |middle: &str| json!(format!("{}{middle}{}", "ü".repeat(100), "-".repeat(100)));
        let (old, new) = shown(&text("before"), &text("after"));
        assert_eq!(old, format!("…{}before{}…", "ü".repeat(8), "-".repeat(8)));
        assert_eq!(new, format!("…{}after{}…", "ü".repeat(8), "-".repeat(8)));
        let (old, new) = shown(&json!("x".repeat(500)), &json!("y".repeat(500)));
        assert_eq!((old.chars().count(), new.chars().count()), (MOST + 1, MOST + 1), "{old} {new}");
        let (old, new) = shown(&json!("x".repeat(50)), &json!("x".repeat(60)));
        assert!(old.starts_with('…') && new.len() > old.len(), "{old} {new}");
    }

    #[test]
    fn a_type_that_changes_is_shown_and_equal_values_are_not() {
        let of = |kind: &str| json!({"Type": kind, "Properties": {"A": {"Ref": "P"}}});
        let paths = ["@Type".to_owned(), "A".to_owned()];
        let found = property_changes(&of("One"), &of("Two"), &paths);
        assert_eq!(found.len(), 1, "the text of a reference does not change: {found:?}");
        assert_eq!((found[0].old.as_str(), found[0].new.as_str()), ("\"One\"", "\"Two\""));
    }
}
