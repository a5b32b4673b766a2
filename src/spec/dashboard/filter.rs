//! Reads `[[dashboard.<name>.filter]]`: filters that apply to every reader.

use strataform_dashboard::formula::ValueType;
use toml::de::DeValue;

use super::super::draft::Shown;
use super::super::table::Table;
use super::super::value::{Text, Value};
use super::super::{code, grammar};
use super::field::Fields;
use super::{Drawn, Scope, control, parameter};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Bound, Condition, Field, FieldKind, Filter, Identifier};

/// Reads the filters of a dashboard.
pub(super) fn read(table: &Table<'_>, scope: &Scope<'_, '_>, drawn: &Drawn) -> Vec<Filter> {
    let Some(value) = table.get("filter") else { return Vec::new() };
    let items = value.list("a list of tables, `[[…filter]]`").unwrap_or_default();
    let most = value.most();
    if items.len() > most {
        let summary = format!("too many filters: {}", items.len());
        let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
        value.fault(fault.help(format!("keep at most {most}")));
    }
    let read = items.into_iter().filter_map(|mut item| {
        "filter".clone_into(&mut item.what);
        one(&item, scope, drawn)
    });
    read.collect()
}

fn one(item: &Value<'_>, scope: &Scope<'_, '_>, drawn: &Drawn) -> Option<Filter> {
    let table = item.table(grammar::FILTER)?;
    let data = table.required("data", "data = \"daily_sales\"").and_then(|value| value.text());
    let visuals = table.get("visuals").map_or(Some(Vec::new()), |value| visuals(&value, drawn));
    let data = data?;
    let (source, shown) = scope.source(&data)?;
    if !drawn.shown.iter().any(|(one, _)| *one == source) && !drawn.faulty {
        let summary = format!("no visual shows `{}`", data.text);
        let fault = Diagnostic::error(code::FILTER, data.span.clone(), summary);
        let known: Vec<_> = drawn.shown.iter().map(|(one, _)| one.name()).collect();
        data.report(fault.help(did_you_mean(data.text, known.iter().map(AsRef::as_ref))));
        return None;
    }
    let fields = Fields::plain(table.reader, data.text, &shown);
    let column = fields.one(&table, "column")?;
    let condition = condition(&table, &column, &fields, &shown, scope)?;
    Some(Filter { column, source, condition, visuals: visuals? })
}

fn visuals(value: &Value<'_>, drawn: &Drawn) -> Option<Vec<Identifier>> {
    let mut found = Vec::new();
    for text in value.texts()? {
        if drawn.names.contains_key(text.text) {
            found.push(Identifier::new(text.text).ok()?);
        } else if !drawn.faulty {
            let summary = format!("unknown visual `{}`", text.text.escape_debug());
            let fault = Diagnostic::error(code::FILTER, text.span.clone(), summary);
            text.report(fault.help(did_you_mean(text.text, drawn.names.keys().map(String::as_str))));
            return None;
        }
    }
    Some(found)
}

/// Reads the condition of a filter, which must fit its column.
fn condition(
    table: &Table<'_>,
    column: &Field,
    fields: &Fields<'_>,
    shown: &Shown,
    scope: &Scope<'_, '_>,
) -> Option<Condition> {
    let kinds = ["in", "not_in", "at_least", "at_most", "last", "top"];
    let mut given: Vec<&str> = kinds.into_iter().filter(|key| table.has(key)).collect();
    if given == ["at_least", "at_most"] {
        given.pop();
    }
    let wrong = |key: &str, summary: String, help: &str| {
        let fault = Diagnostic::error(code::FILTER, table.key_span(key), summary);
        table.reader.report(fault.help(help.to_owned()));
        None
    };
    let [key] = given.as_slice() else {
        let summary = format!("the filter of `{}` must have exactly one condition", column.column);
        let help = "write one of `in`, `not_in`, `last`, `top`, or `at_least` and `at_most`";
        return wrong("column", summary, help);
    };
    if let Some(by) = table.get("by").filter(|_| *key != "top") {
        let fault = Diagnostic::error(code::KEY_CONFLICT, by.span.clone(), "`by` requires `top`");
        by.fault(fault.help("remove it"));
    }
    let is_computed = shown.calculated.contains_key(column.column.as_str());
    match (*key, column.kind) {
        ("in", FieldKind::Text) => within(&table.get("in")?, scope),
        ("not_in", FieldKind::Text) => texts(&table.get("not_in")?).map(Condition::NotIn),
        ("at_least" | "at_most", FieldKind::Integer | FieldKind::Decimal) => {
            let end = |key| ends(table.get(key), |value| number(value, scope));
            Some(Condition::Numbers { least: end("at_least")?, most: end("at_most")? })
        }
        ("at_least" | "at_most", FieldKind::Date) => {
            let end = |key| ends(table.get(key), |value| day(value, scope));
            Some(Condition::Dates { least: end("at_least")?, most: end("at_most")? })
        }
        ("last", FieldKind::Date) => control::days(&table.get("last")?).map(|days| Condition::Last { days }),
        ("top", FieldKind::Text) if !is_computed => {
            let count = table.get("top")?.number("write 1 to 1,000")?;
            let mut by = fields.one(table, "by")?;
            by.aggregation = fields.aggregation(&by, std::slice::from_ref(&column.column))?;
            Some(Condition::Top { count: u16::try_from(count).ok()?, by })
        }
        (key, _) => {
            let help = "use `in`, `not_in` or `top` for a text; `at_least` and `at_most` for a number; \
                        `at_least` and `at_most`, or `last`, for a date";
            wrong(key, format!("`{key}` does not fit `{}`", column.column), help)
        }
    }
}

/// Reads a list of texts, or a text parameter.
fn within(value: &Value<'_>, scope: &Scope<'_, '_>) -> Option<Condition> {
    if matches!(value.raw, DeValue::String(_)) {
        let text = value.text()?;
        return scope.parameters.named(&text, &[ValueType::Text], "a text").map(Condition::Chosen);
    }
    texts(value).map(Condition::In)
}

fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    let texts: Vec<Text<'_>> = value.texts()?;
    let most = value.most();
    if texts.is_empty() || texts.len() > most {
        let summary = format!("expected 1 to {most} texts, found {}", texts.len());
        let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
        value.fault(fault.help(format!("name 1 to {most}")));
        return None;
    }
    Some(texts.iter().map(|text| text.text.to_owned()).collect())
}

/// Reads an optional bound; `None` if it has faults.
#[expect(clippy::option_option, reason = "outside: a fault; inside: no such key")]
fn ends<'a, T>(
    value: Option<Value<'a>>,
    read: impl Fn(&Value<'a>) -> Option<Bound<T>>,
) -> Option<Option<Bound<T>>> {
    match value {
        Some(value) => read(&value).map(Some),
        None => Some(None),
    }
}

fn number(value: &Value<'_>, scope: &Scope<'_, '_>) -> Option<Bound<f64>> {
    if matches!(value.raw, DeValue::String(_)) {
        let named =
            scope.parameters.named(&value.text()?, &[ValueType::Integer, ValueType::Decimal], "a number");
        return named.map(Bound::Parameter);
    }
    value.decimal().map(Bound::Fixed)
}

fn day(value: &Value<'_>, scope: &Scope<'_, '_>) -> Option<Bound<String>> {
    if let DeValue::Datetime(date) = value.raw
        && date.time.is_none()
    {
        return Some(Bound::Fixed(date.to_string()));
    }
    let text = value.text()?;
    if parameter::is_day(text.text) {
        return Some(Bound::Fixed(text.text.to_owned()));
    }
    scope.parameters.named(&text, &[ValueType::Date], "a date").map(Bound::Parameter)
}
