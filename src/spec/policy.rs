//! Reads `[policy]` and `[[suppress]]`: the team's rules, and what it accepts of what rules find.
//!
//! Whether rules and resources of these names exist is known only with the rule files and the templates: `check` reports it.

use chrono::NaiveDate;
use toml::de::DeValue;

use super::table::Table;
use super::value::Value;
use super::{code, grammar};
use crate::diagnostic::Diagnostic;
use crate::model::{Placed, Policy, Suppression, SuppressionSpans, parse_day};

/// Reads the policies of a file.
pub(super) fn read(root: &Table<'_>) -> Policy {
    let Some(table) = root.get("policy").and_then(|value| value.table(grammar::POLICY)) else {
        return Policy::default();
    };
    let texts = |key| {
        let items = table.get(key).and_then(|value: Value<'_>| value.list("a list of strings"));
        let read = |item: Value<'_>| Some(Placed { text: item.line()?, span: item.span });
        items.into_iter().flatten().filter_map(read).collect()
    };
    Policy { folders: texts("rules"), errors: texts("errors"), files: Vec::new() }
}

/// Reads the suppressions of a table, which are in its optional key `suppress`.
pub(super) fn suppressions(table: &Table<'_>) -> Vec<Suppression> {
    let items = table.get("suppress").and_then(|value| value.list("a list of tables"));
    let one = |mut item: Value<'_>| {
        "suppress".clone_into(&mut item.what);
        suppression(&item.table(grammar::SUPPRESS)?)
    };
    items.into_iter().flatten().filter_map(one).collect()
}

fn suppression(table: &Table<'_>) -> Option<Suppression> {
    let rule = table.required("rule", "rule = \"bucket_access_logging\"");
    let resource = table.required("resource", "resource = \"RawBucket\"");
    let reason = table.required("reason", "reason = \"…\"").and_then(|value| value.line());
    let until = table.required("until", "until = 2027-03-01");
    let stack = table.get("stack").map(|value| value.line());
    let text = |value: &Option<Value<'_>>| value.as_ref().and_then(Value::line);
    let (rule_text, resource_text) = (text(&rule), text(&resource));
    let day = until.as_ref().and_then(day);
    let span = |value: Option<Value<'_>>| value.map(|value| value.span).unwrap_or_default();
    Some(Suppression {
        rule: rule_text?,
        resource: resource_text?,
        stack: stack.map_or(Some(None), |stack| stack.map(Some))?,
        reason: reason?.trim().to_owned(),
        until: day?,
        spans: SuppressionSpans { rule: span(rule), resource: span(resource), until: span(until) },
    })
}

/// Reads a date, with or without quotes.
fn day(value: &Value<'_>) -> Option<NaiveDate> {
    let text = match value.raw {
        DeValue::Datetime(time) => time.to_string(),
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => return value.wrong("a date"),
    };
    let day = parse_day(&text);
    if day.is_none() {
        let summary = format!("invalid date `{}`", text.escape_debug());
        let fault = Diagnostic::error(code::DATE, value.span.clone(), summary);
        value.fault(fault.help("write year, month and day, as in `2027-03-01`"));
    }
    day
}
