//! Reads `[override.<stage>.<LogicalId>]`: properties that the file sets on resources directly.

use strataform_template::{Node, Object};
use toml::de::DeValue;

use super::code;
use super::table::Table;
use super::value::{Text, Value};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Override, Stage};

/// Reads the overrides of a table, which are in its optional key `override`.
pub(super) fn read(table: &Table<'_>) -> Vec<Override> {
    let mut overrides = Vec::new();
    let stages = table.get("override").and_then(|value| value.names());
    for (name, value) in stages.iter().flat_map(Table::entries) {
        let Some(stage) = Stage::ALL.into_iter().find(|stage| stage.name() == name.text) else {
            let summary = format!("unknown stage `{}`", name.text.escape_debug());
            let help = did_you_mean(name.text, Stage::ALL.into_iter().map(Stage::name));
            name.report(Diagnostic::error(code::CHOICE, name.span.clone(), summary).help(help));
            continue;
        };
        let resources = value.names();
        for (id, value) in resources.iter().flat_map(Table::entries) {
            if is_logical_id(&id) {
                overrides.extend(properties(stage, id.text, &value));
            }
        }
    }
    overrides
}

fn is_logical_id(id: &Text<'_>) -> bool {
    let right =
        !id.text.is_empty() && id.text.len() <= 255 && id.text.bytes().all(|b| b.is_ascii_alphanumeric());
    if !right {
        let summary = format!("invalid logical ID `{}`", id.text.escape_debug());
        let fault = Diagnostic::error(code::OVERRIDE, id.span.clone(), summary);
        id.report(fault.help("copy the ID from the template: letters and digits only, at most 255"));
    }
    right
}

fn properties(stage: Stage, resource: &str, value: &Value<'_>) -> Vec<Override> {
    let Some(table) = value.names() else { return Vec::new() };
    let mut overrides = Vec::new();
    for (path, value) in table.entries() {
        if path.text.split('.').any(|step| step.is_empty() || step.chars().any(char::is_control)) {
            let summary = format!("invalid property path `{}`", path.text.escape_debug());
            let fault = Diagnostic::error(code::OVERRIDE, path.span.clone(), summary);
            path.report(fault.help("write a path such as `\"VersioningConfiguration.Status\"`"));
            continue;
        }
        if let Some(value) = node(value.raw, &value) {
            let (resource, property) = (resource.to_owned(), path.text.to_owned());
            overrides.push(Override { stage, resource, property, value, span: path.span.clone() });
        }
    }
    overrides
}

fn node(raw: &DeValue<'_>, value: &Value<'_>) -> Option<Node> {
    let refuse = |summary: &str, help: &str| {
        value.fault(Diagnostic::error(code::OVERRIDE, value.span.clone(), summary).help(help));
        None
    };
    match raw {
        DeValue::String(text) => Some(Node::from(text.to_string())),
        DeValue::Boolean(flag) => Some(Node::from(*flag)),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Some(Node::from(number)),
            Err(_) => refuse("the number is too large", "write it as a string, in quotes"),
        },
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Node::from(number)),
            _ => refuse("JSON has no such number", "write a finite number"),
        },
        DeValue::Datetime(_) => refuse("JSON has no date type", "write it as a string, in quotes"),
        DeValue::Array(items) => {
            let items: Option<Vec<Node>> = items.iter().map(|item| node(item.get_ref(), value)).collect();
            items.map(Node::from)
        }
        DeValue::Table(table) => {
            let entry = |(key, item): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                Some((key.to_string(), node(item.get_ref(), value)?))
            };
            let entries: Option<Vec<(String, Node)>> = table.iter().map(entry).collect();
            entries.map(|entries| Node::from(entries.into_iter().collect::<Object>()))
        }
    }
}
