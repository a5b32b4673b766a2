//! The definition of a dashboard: which of its visuals, fields, filters and sheets differ.
//!
//! In: two definitions. Out: the elements that differ, by their titles; elements are the same if their titles or IDs are,
//! in whatever order they are declared.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// An element of a definition: what it is called, and its JSON.
type Elements = BTreeMap<String, (String, Value)>;

/// An element that differs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// ``visual `Orders by day` ``
    pub(super) element: String,
    /// The JSON before; `None` if it is new.
    pub(super) old: Option<Value>,
    /// The JSON after; `None` if it is removed.
    pub(super) new: Option<Value>,
}

/// The member of a list of elements, its ID and what it is called.
const LISTS: [(&str, &str, &str); 4] = [
    ("CalculatedFields", "Name", "calculated field"),
    ("DataSetIdentifierDeclarations", "Identifier", "data set"),
    ("FilterGroups", "FilterGroupId", "filter"),
    ("ColumnConfigurations", "Column", "format of"),
];

/// The elements of a definition.
fn elements(definition: &Value) -> Elements {
    let mut found = Elements::new();
    let mut rest = definition.as_object().cloned().unwrap_or_default();
    for (list, id, word) in LISTS {
        for (at, one) in taken(&mut rest, list).into_iter().enumerate() {
            let id = one.get(id).map_or_else(
                || at.to_string(),
                |id| id.as_str().map_or_else(|| id.to_string(), str::to_owned),
            );
            found.insert(format!("{list} {id}"), (format!("{word} `{id}`"), one));
        }
    }
    for (at, one) in taken(&mut rest, "ParameterDeclarations").into_iter().enumerate() {
        let id =
            inner(&one).get("Name").and_then(Value::as_str).map_or_else(|| at.to_string(), str::to_owned);
        found.insert(format!("Parameter {id}"), (format!("parameter `{id}`"), one));
    }
    for (at, sheet) in taken(&mut rest, "Sheets").into_iter().enumerate() {
        let mut sheet = sheet.as_object().cloned().unwrap_or_default();
        let id = sheet.get("SheetId").and_then(Value::as_str).map_or_else(|| at.to_string(), str::to_owned);
        for (key, name, visual) in visuals(taken(&mut sheet, "Visuals")) {
            found.insert(format!("Visual {id} {key}"), (format!("visual `{name}`"), visual));
        }
        let name = sheet.get("Name").and_then(Value::as_str).unwrap_or(&id).to_owned();
        found.insert(format!("Sheet {id}"), (format!("sheet `{name}`"), Value::Object(sheet)));
    }
    if !rest.is_empty() {
        found.insert("Options".to_owned(), ("options".to_owned(), Value::Object(rest)));
    }
    found
}

/// The visuals of a sheet: what identifies each, its name, and its JSON. IDs may be numbers in a row, which shift if one is
/// removed; so a title that only one visual has identifies it, and its ID is nothing.
fn visuals(all: Vec<Value>) -> Vec<(String, String, Value)> {
    let titles: Vec<Option<String>> = all.iter().map(title).collect();
    let named = all.into_iter().enumerate().map(|(at, mut visual)| {
        let id = inner(&visual).get("VisualId").and_then(Value::as_str);
        let id = id.map_or_else(|| at.to_string(), str::to_owned);
        match titles.get(at).cloned().flatten() {
            Some(title) if titles.iter().flatten().filter(|other| **other == title).count() == 1 => {
                if let Some(body) = visual.as_object_mut().and_then(|all| all.values_mut().next()) {
                    body.as_object_mut().map(|body| body.shift_remove("VisualId"));
                }
                (format!("titled {title}"), title, visual)
            }
            title => (id.clone(), title.unwrap_or(id), visual),
        }
    });
    named.collect()
}

/// Takes a list out of an object.
fn taken(object: &mut Map<String, Value>, list: &str) -> Vec<Value> {
    match object.shift_remove(list) {
        Some(Value::Array(items)) => items,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_))
        | None => Vec::new(),
    }
}

/// The only member of an object, such as the visual in `{"KPIVisual": …}`.
fn inner(value: &Value) -> &Value {
    value.as_object().and_then(|object| object.values().next()).unwrap_or(value)
}

/// The title of a visual, without its markup.
fn title(visual: &Value) -> Option<String> {
    let title = inner(visual).pointer("/Title/FormatText")?;
    let text = title.get("PlainText").or_else(|| title.get("RichText"))?.as_str()?;
    let mut found = String::new();
    let mut depth = 0_u32;
    for character in text.chars() {
        match character {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            other if depth == 0 => found.push(other),
            _ => {}
        }
    }
    Some(found.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The elements that differ between two definitions.
pub(super) fn compare(old: &Value, new: &Value) -> Vec<Difference> {
    let (before, after) = (elements(old), elements(new));
    let mut found = Vec::new();
    for (key, (element, is)) in &after {
        let was = before.get(key).map(|(_, was)| was);
        if was != Some(is) {
            found.push(Difference { element: element.clone(), old: was.cloned(), new: Some(is.clone()) });
        }
    }
    for (key, (element, was)) in before {
        if !after.contains_key(&key) {
            found.push(Difference { element, old: Some(was), new: None });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_found_by_their_ids() {
        let visual = |id: &str, text: &str| json!({"KPIVisual": {"VisualId": id, "Title": {"FormatText": {"RichText": format!("<b>{text}</b>")}}}});
        let of = |visuals: Value, fields: Value| json!({"Sheets": [{"SheetId": "s", "Name": "Sales", "Visuals": visuals}], "CalculatedFields": fields});
        let field = |name: &str, text: &str| json!({"Name": name, "Expression": text});
        let old = of(json!([visual("a", "A"), visual("b", "B")]), json!([field("x", "1"), field("y", "2")]));
        assert_eq!(compare(&old, &old), []);
        let moved =
            of(json!([visual("b", "B"), visual("a", "A")]), json!([field("y", "2"), field("x", "1")]));
        assert_eq!(compare(&old, &moved), [], "the order of declarations is nothing");
        let new = of(json!([visual("a", "A"), visual("c", "C")]), json!([field("x", "1"), field("y", "3")]));
        let found = compare(&old, &new);
        let names: Vec<&str> = found.iter().map(|one| one.element.as_str()).collect();
        assert_eq!(names, ["calculated field `y`", "visual `C`", "visual `B`"]);
        assert!(found[1].old.is_none() && found[2].new.is_none());
    }
}
