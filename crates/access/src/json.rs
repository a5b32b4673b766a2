//! Reading the JSON of templates.
//!
//! In: a value of a template. Out: its texts, its entries, its members. An intrinsic that the caller could not resolve is
//! one text: its JSON with sorted keys.
//!
//! It refuses to resolve intrinsics.

use serde_json::Value;

/// How deep values are read.
pub(crate) const DEPTH: usize = 128;

/// Whether the value is an intrinsic, whose value is not known.
pub(crate) fn is_intrinsic(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    let mut keys = object.keys();
    match (keys.next(), keys.next()) {
        (Some(key), None) => key.starts_with("Fn::") || key == "Ref" || key == "Condition",
        _ => false,
    }
}

/// The text of a scalar or of an intrinsic.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(_) if is_intrinsic(value) => Some(placeholder(value)),
        Value::Object(_) | Value::Array(_) | Value::Null => None,
    }
}

/// An intrinsic as one placeholder, so with other braces inside.
fn placeholder(value: &Value) -> String {
    format!("${{{}}}", sorted(value, 0).replace('{', "❴").replace('}', "❵"))
}

/// The texts of a scalar or of a list of scalars; `None` if it is anything else.
pub(crate) fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        other => text(other).map(|text| vec![text]),
    }
}

/// The entries of a list, or the one value.
pub(crate) fn entries(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(other) => vec![other],
    }
}

/// The text of a member.
pub(crate) fn member(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(text)
}

/// The texts of a member; entries of another shape are their JSON.
pub(crate) fn members(value: &Value, key: &str) -> Vec<String> {
    let all = entries(value.get(key)).into_iter();
    all.map(|entry| text(entry).unwrap_or_else(|| sorted(entry, 0))).collect()
}

/// Whether a member is true: `true` or `"true"`.
pub(crate) fn flag(value: &Value, key: &str) -> Option<String> {
    member(value, key).map(|text| text.to_lowercase())
}

/// The JSON with sorted keys, the same for equal values.
pub(crate) fn sorted(value: &Value, depth: usize) -> String {
    match value {
        _ if depth > DEPTH => "…".to_owned(),
        Value::Object(object) => {
            let mut parts: Vec<String> =
                object.iter().map(|(key, value)| format!("{key:?}:{}", sorted(value, depth + 1))).collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            let parts: Vec<String> = items.iter().map(|item| sorted(item, depth + 1)).collect();
            format!("[{}]", parts.join(","))
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => value.to_string(),
    }
}
