//! Reads `[dashboard.<name>.parameter]`: values that readers set.

use std::collections::BTreeMap;

use strataform_dashboard::formula::ValueType;
use toml::de::DeValue;

use super::super::draft;
use super::super::table::Table;
use super::super::value::{Text, Value};
use super::super::{code, grammar, scalar, title};
use super::Catalog;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{FieldKind, Identifier, Parameter, ParameterValue, Start, VisualSource};

/// The most days before today for the initial value of a date.
const MOST_DAYS: u32 = 3_650;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum ParameterKind {
    /// One or more texts.
    Text,
    /// An integer.
    Integer,
    /// A number.
    Decimal,
    /// A day.
    Date,
}

/// Whether a number can have decimal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digits {
    /// No decimal places.
    Whole,
    /// Any number of decimal places.
    Any,
}

/// The parameters of a dashboard.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) parameters: Vec<Parameter>,
    /// Names whose faults are already reported.
    broken: Vec<String>,
}

impl Read {
    /// The type of a parameter in an expression; unknown if it has faults.
    pub(super) fn sort(&self, name: &str) -> Option<ValueType> {
        if self.broken.iter().any(|one| one == name) {
            return Some(ValueType::Unknown);
        }
        let parameter = self.parameters.iter().find(|one| one.name == name)?;
        Some(match parameter.value {
            ParameterValue::Text { .. } => ValueType::Text,
            ParameterValue::Number { whole: true, .. } => ValueType::Integer,
            ParameterValue::Number { whole: false, .. } => ValueType::Decimal,
            ParameterValue::Date { .. } => ValueType::Date,
        })
    }

    /// Returns help for an unknown name.
    pub(super) fn suggest_column(&self, name: &str) -> String {
        if self.parameters.is_empty() {
            return "declare it in `[dashboard.….parameter]`".to_owned();
        }
        did_you_mean(name, self.parameters.iter().map(|one| one.name.as_str()))
    }

    /// Returns the parameter that `${name}` names, if it has one of the wanted types; otherwise reports it.
    pub(super) fn named(&self, text: &Text<'_>, wanted: &[ValueType], what: &str) -> Option<Identifier> {
        let inner = text.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let Some(name) = inner else {
            let summary = format!("expected a parameter, found `{}`", text.text.escape_debug());
            let fault = Diagnostic::error(code::PARAMETER, text.span.clone(), summary);
            text.report(fault.help("write a parameter as `${name}`"));
            return None;
        };
        let Some(sort) = self.sort(name) else {
            let summary = format!("unknown parameter `{}`", name.escape_debug());
            let fault = Diagnostic::error(code::PARAMETER, text.span.clone(), summary);
            text.report(fault.help(self.suggest_column(name)));
            return None;
        };
        if sort != ValueType::Unknown && !wanted.contains(&sort) {
            let summary = format!("the parameter `{name}` is not {what}");
            let fault = Diagnostic::error(code::PARAMETER, text.span.clone(), summary);
            text.report(fault.help(format!("use a parameter that is {what}")));
            return None;
        }
        self.parameters.iter().find(|one| one.name == name).map(|one| one.name.clone())
    }
}

/// Reads the parameters of a dashboard.
pub(super) fn read(table: &Table<'_>, catalog: &Catalog<'_, '_>) -> Read {
    let mut read = Read::default();
    let mut ids = BTreeMap::new();
    let entries = table.get("parameter").and_then(|value| value.names());
    for (name, value) in entries.iter().flat_map(Table::entries) {
        let parameter = one(&name, &value, catalog);
        // `a_1` and `a1` are the same name in QuickSight.
        if let Some(first) = ids.insert(Parameter::id_of(name.text), name.span.clone()) {
            draft::duplicate(name.reader, name.text, name.span.clone(), Some(&first), "parameters");
        }
        match parameter {
            Some(parameter) => read.parameters.push(parameter),
            None => read.broken.push(name.text.to_owned()),
        }
    }
    read
}

fn one(name: &Text<'_>, value: &Value<'_>, catalog: &Catalog<'_, '_>) -> Option<Parameter> {
    let identifier = scalar::identifier(name);
    let mut table = value.table(grammar::PARAMETER)?;
    table.span = name.span.clone();
    let heading = table.get("title").and_then(|value| value.line());
    let kind = table
        .required("type", "type = \"text\"")
        .and_then(|value| value.choice(&grammar::PARAMETER_KINDS))?;
    let keys: &[&str] = match kind {
        ParameterKind::Text => &["type", "title", "default", "many", "choices"],
        ParameterKind::Integer | ParameterKind::Decimal => &["type", "title", "default", "range", "step"],
        ParameterKind::Date => &["type", "title", "default"],
    };
    let known = grammar::PARAMETER.keys.iter().map(|key| key.name);
    for key in known.filter(|key| !keys.contains(key) && table.has(key)) {
        let summary = format!("a parameter of this type has no `{key}`");
        table
            .reader
            .report(Diagnostic::error(code::KEY_CONFLICT, table.key_span(key), summary).help("remove it"));
    }
    let value = match kind {
        ParameterKind::Text => text(&table, catalog),
        ParameterKind::Integer => number(&table, Digits::Whole),
        ParameterKind::Decimal => number(&table, Digits::Any),
        ParameterKind::Date => date(&table),
    };
    let title = heading.unwrap_or_else(|| title(&name.text.replace('_', " ")));
    Some(Parameter { name: identifier?, title, value: value? })
}

fn text(table: &Table<'_>, catalog: &Catalog<'_, '_>) -> Option<ParameterValue> {
    let many = table.get("many").map_or(Some(false), |value| value.boolean())?;
    let (mut choices, mut column) = (Vec::new(), None);
    if let Some(value) = table.get("choices") {
        if matches!(value.raw, DeValue::Table(_)) {
            column = Some(choices_of(&value, catalog)?);
        } else {
            choices = value.texts()?.iter().map(|text| text.text.to_owned()).collect();
            let most = value.most();
            if choices.is_empty() || choices.len() > most {
                let summary = format!("expected 1 to {most} choices, found {}", choices.len());
                let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
                value.fault(fault.help(format!("name 1 to {most} choices, or the column that holds them")));
                return None;
            }
        }
    }
    let default = match table.get("default") {
        None if many => Vec::new(),
        None => {
            table.required("default", "default = \"…\"");
            return None;
        }
        Some(value) if value.raw.is_array() => {
            let texts = value.texts()?;
            if !many && texts.len() != 1 {
                let fault = Diagnostic::error(code::RANGE, value.span.clone(), "expected one text");
                value.fault(fault.help("write one text, or add `many = true`"));
                return None;
            }
            texts
        }
        Some(value) => vec![value.text()?],
    };
    if let Some(other) =
        default.iter().find(|one| !choices.is_empty() && !choices.iter().any(|text| text == one.text))
    {
        let summary = format!("`{}` is not among the choices", other.text.escape_debug());
        let fault = Diagnostic::error(code::CHOICE, other.span.clone(), summary);
        other.report(fault.help(did_you_mean(other.text, choices.iter().map(String::as_str))));
    }
    let default = default.iter().map(|text| text.text.to_owned()).collect();
    Some(ParameterValue::Text { default, many, choices, column })
}

/// Reads the column that holds the choices.
fn choices_of(value: &Value<'_>, catalog: &Catalog<'_, '_>) -> Option<(VisualSource, Identifier)> {
    let table = value.table(grammar::CHOICES)?;
    let data = table.required("data", "data = \"daily_sales\"").and_then(|value| value.text());
    let column = table.required("column", "column = \"country\"").and_then(|value| value.text());
    let (data, column) = (data?, column?);
    let (source, shown) = catalog.source(&data)?;
    if shown.broken.contains(column.text) {
        return None;
    }
    let Some(data_type) = shown.columns.get(column.text) else {
        let summary = format!("unknown column `{}` of `{}`", column.text.escape_debug(), data.text);
        let fault = Diagnostic::error(code::UNKNOWN_FIELD, column.span.clone(), summary);
        column.report(fault.help(did_you_mean(column.text, shown.columns.keys().map(String::as_str))));
        return None;
    };
    if data_type.quicksight() != Some(FieldKind::Text) {
        let summary = format!("`{}` has type `{data_type}`, expected a text", column.text);
        let fault = Diagnostic::error(code::FIELD_KIND, column.span.clone(), summary);
        column.report(fault.help("choose a `string` column"));
        return None;
    }
    Some((source, Identifier::of_shown(column.text).ok()?))
}

fn number(table: &Table<'_>, digits: Digits) -> Option<ParameterValue> {
    let whole = digits == Digits::Whole;
    let default = table.required("default", "default = 0")?;
    let check = |value: &Value<'_>, number: f64| {
        if whole && number.fract() != 0.0 {
            let fault =
                Diagnostic::error(code::RANGE, value.span.clone(), format!("{number} is not an integer"));
            value.fault(fault.help("write an integer, or set `type = \"decimal\"`"));
            return None;
        }
        Some(number)
    };
    let first = default.decimal().and_then(|number| check(&default, number))?;
    let slider = match table.get("range") {
        None => None,
        Some(value) => {
            let (least, most) = range(&value)?;
            let step = match table.get("step") {
                Some(value) => value.decimal().and_then(|number| check(&value, number))?,
                None if whole => 1.0,
                None => (most - least) / 100.0,
            };
            if step <= 0.0 || step > most - least || first < least || first > most {
                let summary = format!("default {first} and step {step} do not fit {least} to {most}");
                let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
                value.fault(fault.help("choose a default within the range, and a step above 0"));
                return None;
            }
            Some([check(&value, least)?, check(&value, most)?, step])
        }
    };
    if let Some(value) = table.get("step").filter(|_| slider.is_none()) {
        let fault = Diagnostic::error(code::KEY_CONFLICT, value.span.clone(), "`step` requires `range`");
        value.fault(fault.help("add `range = [0, 100]`"));
    }
    Some(ParameterValue::Number { whole, default: first, slider })
}

/// Reads a range: `[0, 100]`.
pub(super) fn range(value: &Value<'_>) -> Option<(f64, f64)> {
    let items = value.list("a list of two numbers")?;
    let numbers: Option<Vec<f64>> = items.iter().map(Value::decimal).collect();
    match numbers?.as_slice() {
        [least, most] if least < most => Some((*least, *most)),
        _ => {
            let fault =
                Diagnostic::error(code::RANGE, value.span.clone(), "expected a number and a greater number");
            value.fault(fault.help("write a range such as `[0, 100]`"));
            None
        }
    }
}

fn date(table: &Table<'_>) -> Option<ParameterValue> {
    let value = table.required("default", "default = \"30 days ago\"")?;
    start(&value).map(|default| ParameterValue::Date { default })
}

/// Reads the initial value of a date: `2026-01-31`, `today`, `30 days ago`.
fn start(value: &Value<'_>) -> Option<Start> {
    if let DeValue::Datetime(date) = value.raw
        && date.time.is_none()
    {
        return Some(Start::Day(date.to_string()));
    }
    let text = value.text()?;
    let ago = text.text.strip_suffix(" days ago").or_else(|| text.text.strip_suffix(" day ago"));
    let days = ago.and_then(|days| days.parse().ok()).filter(|days| u32::from(*days) <= MOST_DAYS);
    if text.text == "today" {
        return Some(Start::DaysAgo(0));
    }
    if let Some(days) = days {
        return Some(Start::DaysAgo(days));
    }
    if is_day(text.text) {
        return Some(Start::Day(text.text.to_owned()));
    }
    let summary = format!("invalid day `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::PERIOD, text.span.clone(), summary);
    text.report(fault.help("write `2026-01-31`, `today` or `30 days ago`"));
    None
}

/// Whether a text is a calendar date.
pub(super) fn is_day(text: &str) -> bool {
    text.parse::<toml::value::Datetime>()
        .is_ok_and(|date| date.time.is_none() && date.offset.is_none() && date.date.is_some())
}
