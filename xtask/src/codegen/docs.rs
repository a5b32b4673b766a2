//! The documentation of a property: its name, type, limits, and the effect of an update.

use std::fmt::Write as _;

use serde_json::Value;
use strataform_schema::facts::{Bounds, ResourceFacts, Shape};

use super::model::{Property, Type};

/// Longer patterns are useful to a validator, not to a reader.
const LONGEST_PATTERN: usize = 120;

/// The longest list of allowed values that is readable.
const MOST_VALUES: usize = 24;

/// The lines of a property's documentation. `effect` is the sentence about updates.
pub(super) fn property(property: &Property, effect: &str) -> Vec<String> {
    let limits = limits(&property.shape, matches!(property.kind, Type::Enum(_)));
    let mut line = format!("`{}`: {}", property.name, kind(&property.kind));
    if !limits.is_empty() {
        let _ = write!(line, "; {}", limits.join("; "));
    }
    line.push('.');
    if !effect.is_empty() {
        let _ = write!(line, " {effect}");
    }
    vec![line]
}

/// The type in CloudFormation's terms.
fn kind(kind: &Type) -> String {
    match kind {
        Type::Text | Type::AnyArn => "text".into(),
        Type::Secret => "secret text".into(),
        Type::Integer => "integer".into(),
        Type::Double => "number".into(),
        Type::Boolean => "boolean".into(),
        Type::Json => "JSON".into(),
        Type::Scalar => "text, number or boolean".into(),
        Type::Relation(relations) => {
            let one = |(at, relation): (usize, &strataform_schema::facts::Relation)| {
                let what = format!("{:?}", relation.1).to_ascii_lowercase();
                format!("{}{what} of `{}`", if at == 0 { "" } else { " or " }, relation.0)
            };
            relations.iter().enumerate().map(one).collect()
        }
        Type::List(item) => format!("list of {}", self::kind(item)),
        Type::Map(item) => format!("map of {}", self::kind(item)),
        Type::Struct(_) => "object".into(),
        Type::Enum(_) => "one of its words".into(),
    }
}

fn limits(shape: &Shape, words: bool) -> Vec<String> {
    let mut out = Vec::new();
    if !shape.allowed.is_empty() && !words && shape.allowed.len() <= MOST_VALUES {
        out.push(format!("one of {}", shape.allowed.iter().map(value).collect::<Vec<_>>().join(", ")));
    }
    out.extend(between(&shape.length, "characters"));
    out.extend(between(&shape.range, ""));
    out.extend(between(&shape.exclusive_range, "(exclusive)"));
    out.extend(between(&shape.item_count, "items"));
    if shape.unique {
        out.push("no two equal".into());
    }
    let readable = |pattern: &&String| {
        pattern.len() <= LONGEST_PATTERN
            && !pattern.contains(['`', '\n', '\r', '\t'])
            && pattern.trim() == *pattern
    };
    if let Some(pattern) = shape.pattern.as_ref().filter(readable) {
        out.push(format!("pattern `{pattern}`"));
    }
    out
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) if !text.contains('`') && !text.is_empty() => format!("`{text}`"),
        other => format!("`{}`", other.to_string().replace('`', "'")),
    }
}

fn between<T: ToString>(bounds: &Bounds<T>, unit: &str) -> Option<String> {
    let text = |bound: &Option<T>| bound.as_ref().map(ToString::to_string);
    let range = match (text(&bounds.0), text(&bounds.1)) {
        (None, None) => return None,
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (Some(least), Some(most)) if least == most => least,
        (Some(least), Some(most)) => format!("{least} to {most}"),
    };
    Some(format!("{range} {unit}").trim_end().to_owned())
}

/// The effect of an update of a property of the resource itself.
pub(super) fn effect(facts: &ResourceFacts, property: &str) -> String {
    let has = |list: &[String]| list.iter().any(|path| path == property);
    let below = |list: &[String]| list.iter().any(|path| path.starts_with(&format!("{property}/")));
    let mut out = if has(&facts.create_only) {
        "**An update replaces the resource.**"
    } else if has(&facts.conditional_create_only)
        || below(&facts.create_only)
        || below(&facts.conditional_create_only)
    {
        "An update replaces the resource in some cases."
    } else {
        "An update leaves the resource in place."
    }
    .to_owned();
    if has(&facts.write_only) {
        out.push_str(" It cannot be read back.");
    }
    if has(&facts.deprecated) {
        out.push_str(" Deprecated.");
    }
    out
}
