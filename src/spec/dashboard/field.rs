//! Reads the columns that a visual shows: they must exist and have the required type.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use strataform_dashboard::formula::{Typed, ValueType};

use super::super::code;
use super::super::draft::Shown;
use super::super::grammar::Want;
use super::super::reader::Reader;
use super::super::table::Table;
use super::super::value::{Text, Value};
use super::aggregation;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Aggregation, Field, FieldKind, Identifier, NumberFormat, Type, VisualSource};

/// The data of a visual, and the formats of its numbers.
#[derive(Debug)]
pub(super) struct Fields<'s> {
    pub(super) reader: &'s Reader<'s>,
    pub(super) shown: &'s Shown,
    data: &'s str,
    formats: BTreeMap<String, NumberFormat>,
    /// The aggregations that the visual chooses.
    pub(super) chosen: BTreeMap<String, Aggregation>,
    /// The columns that it shows, and where each is named first.
    pub(super) used: RefCell<BTreeMap<String, Range<usize>>>,
}

impl<'s> Fields<'s> {
    /// Returns the data, with the formats of the visual.
    pub(super) fn new(table: &Table<'s>, data: &'s str, shown: &'s Shown) -> Self {
        let mut fields = Self::plain(table.reader, data, shown);
        let formats = table.get("format").and_then(|value| value.names());
        for (name, value) in formats.iter().flat_map(Table::entries) {
            let numeric = fields.column(&name, Want::Number).is_some();
            if let Some(format) = format(&value).filter(|_| numeric) {
                fields.formats.insert(name.text.to_owned(), format);
            }
        }
        fields
    }

    /// Adds the aggregations that the visual chooses.
    pub(super) fn choosing(self, table: &Table<'_>) -> Self {
        Self { chosen: aggregation::chosen(table), ..self }
    }

    /// Returns the data, without formats and aggregations.
    pub(super) fn plain(reader: &'s Reader<'s>, data: &'s str, shown: &'s Shown) -> Self {
        Self {
            reader,
            shown,
            data,
            formats: BTreeMap::new(),
            chosen: BTreeMap::new(),
            used: RefCell::default(),
        }
    }

    /// Reports columns in the table of a key, `format` or `aggregate`, that the visual does not show.
    pub(super) fn refuse_unused(&self, table: &Table<'_>, key: &'static str) {
        let used = self.used.borrow();
        let named = table.get(key).and_then(|value| value.names());
        for (name, _) in named.iter().flat_map(Table::entries) {
            let is_read = self.formats.contains_key(name.text) || self.chosen.contains_key(name.text);
            if is_read && !used.contains_key(name.text) {
                let summary = format!("the visual does not show `{}`", name.text);
                let fault = Diagnostic::error(code::UNKNOWN_FIELD, name.span.clone(), summary);
                name.report(fault.help(did_you_mean(name.text, used.keys().map(String::as_str))));
            }
        }
    }

    /// The kind of a column, and whether it is an aggregation.
    fn column(&self, text: &Text<'_>, want: Want) -> Option<(FieldKind, bool)> {
        if self.shown.broken.contains(text.text) {
            return None;
        }
        let calculated = self.shown.calculated.get(text.text).copied();
        let known = self.shown.columns.get(text.text).copied();
        let (kind, aggregated, found) = match (known, calculated) {
            (Some(data_type), _) => (data_type.quicksight(), false, format!("of type `{data_type}`")),
            (None, Some(typed)) => (kind_of(typed), typed.aggregated, "a calculation".to_owned()),
            (None, None) => {
                let summary = format!("unknown column `{}` of `{}`", text.text.escape_debug(), self.data);
                let names = self.shown.columns.keys().chain(self.shown.calculated.keys()).map(String::as_str);
                let fault = Diagnostic::error(code::UNKNOWN_FIELD, text.span.clone(), summary);
                let fault = if self.data.ends_with(VisualSource::LIVE) {
                    fault.because(
                        "live rows have the columns of the record, except JSON; others come with the load",
                    )
                } else {
                    fault
                };
                text.report(fault.help(did_you_mean(text.text, names)));
                return None;
            }
        };
        if aggregated && want != Want::Number {
            let summary = format!("`{}` is an aggregation, expected a value per row", text.text);
            let fault = Diagnostic::error(code::FIELD_KIND, text.span.clone(), summary);
            text.report(fault.help("show it as an aggregated number: in a KPI, a chart or a pivot"));
            return None;
        }
        let is_counted = self.chosen.get(text.text).is_some_and(|chosen| chosen.counts());
        let (right, needed) = match want {
            Want::Number if is_counted => (kind.is_some() && !aggregated, "a column that can be counted"),
            Want::Any => (kind.is_some(), "a column that can be shown"),
            Want::Number | Want::RowNumber => {
                (matches!(kind, Some(FieldKind::Integer | FieldKind::Decimal)), "a number")
            }
            Want::Date => (kind == Some(FieldKind::Date), "a date or timestamp"),
        };
        if let Some(kind) = kind.filter(|_| right) {
            return Some((kind, aggregated));
        }
        let summary = format!("`{}` is {found}, expected {needed}", text.text);
        let help = match (known, want) {
            (Some(Type::Json), _) => "derive a column from it, and show that column".to_owned(),
            (None, Want::Any) => "convert it to a text, as in `ifelse(…, 'yes', 'no')`".to_owned(),
            (Some(_), Want::Number) => "count it in an aggregate, or choose a number".to_owned(),
            _ => format!("choose {needed}"),
        };
        text.report(Diagnostic::error(code::FIELD_KIND, text.span.clone(), summary).help(help));
        None
    }

    /// Returns the column that a text names, if it has the required kind.
    pub(super) fn field(&self, text: &Text<'_>, want: Want) -> Option<Field> {
        let (kind, aggregated) = self.column(text, want)?;
        self.used.borrow_mut().entry(text.text.to_owned()).or_insert_with(|| text.span.clone());
        if let Some(data_type) = self.shown.columns.get(text.text) {
            warn_inexact(text, *data_type);
        }
        let format = self.formats.get(text.text).cloned();
        let aggregation = if aggregated { Aggregation::Calculated } else { Aggregation::Sum };
        Some(Field { column: Identifier::of_shown(text.text).ok()?, kind, format, aggregation })
    }

    /// Reads a required column, of the kind in the grammar.
    pub(super) fn one(&self, table: &Table<'_>, key: &'static str) -> Option<Field> {
        self.one_as(table, key, table.want(key))
    }

    /// Reads a required column, of a kind that other keys determine.
    pub(super) fn one_as(&self, table: &Table<'_>, key: &'static str, want: Want) -> Option<Field> {
        let value = table.required(key, &format!("{key} = \"…\""))?;
        let texts = texts(&value)?;
        if let [text] = texts.as_slice() {
            return self.field(text, want);
        }
        one_only(&value, "the key takes one column");
        None
    }

    /// Reads an optional column.
    #[expect(clippy::option_option, reason = "outside: a fault; inside: no such key")]
    pub(super) fn maybe(&self, table: &Table<'_>, key: &'static str) -> Option<Option<Field>> {
        if table.has(key) { self.one(table, key).map(Some) } else { Some(None) }
    }

    /// Reads at least one column; `None` if one has faults.
    pub(super) fn many(&self, table: &Table<'_>, key: &'static str) -> Option<Vec<Field>> {
        let want = table.want(key);
        let value = table.required(key, &format!("{key} = [\"…\"]"))?;
        let texts = texts(&value)?;
        if texts.is_empty() {
            let fault = Diagnostic::error(code::EMPTY, value.span.clone(), format!("`{key}` is empty"));
            value.fault(fault.help("name at least one column"));
        }
        let read: Vec<_> = texts.iter().map(|text| self.field(text, want)).collect();
        read.into_iter().collect::<Option<Vec<_>>>().filter(|fields| !fields.is_empty())
    }
}

/// The kind of a calculation in a visual; `None` if visuals cannot show it.
fn kind_of(typed: Typed) -> Option<FieldKind> {
    match typed.sort {
        ValueType::Text => Some(FieldKind::Text),
        ValueType::Integer => Some(FieldKind::Integer),
        ValueType::Decimal | ValueType::Unknown => Some(FieldKind::Decimal),
        ValueType::Date => Some(FieldKind::Date),
        ValueType::Boolean => None,
    }
}

/// Reports a list where one column is expected.
pub(super) fn one_only(value: &Value<'_>, cause: &str) {
    let summary = format!("`{}` must name exactly one column", value.what);
    let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
    value.fault(fault.because(cause).help("name one column"));
}

/// Reads a string, or a list of strings.
fn texts<'a>(value: &Value<'a>) -> Option<Vec<Text<'a>>> {
    if value.raw.is_str() {
        return Some(vec![value.text()?]);
    }
    if value.raw.is_array() {
        return value.texts();
    }
    value.wrong("a column or a list of columns")
}

fn warn_inexact(text: &Text<'_>, data_type: Type) {
    let Type::Decimal { precision, scale } = data_type else { return };
    // Sums have a precision of 38 without so many digits; the scale is chosen by the user.
    if scale > 4 {
        let summary = format!("`{}` is decimal({precision},{scale})", text.text);
        let fault = Diagnostic::warning(code::INEXACT, text.span.clone(), summary);
        text.report(
            fault
                .because("QuickSight is exact to four decimal places")
                .help("cast it to at most four decimal places in the aggregate"),
        );
    }
}

/// Reads a number format: `currency EUR 2`, `percent 1`, `number 0`.
fn format(value: &Value<'_>) -> Option<NumberFormat> {
    let text = value.text()?;
    let words: Vec<&str> = text.text.split_whitespace().collect();
    let decimals = |word: &str| word.parse().ok().filter(|digits: &u8| *digits <= 9 && word.len() == 1);
    let code_of = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let format = match words.as_slice() {
        ["number", digits] => decimals(digits).map(|decimals| NumberFormat::Number { decimals }),
        ["percent", digits] => decimals(digits).map(|decimals| NumberFormat::Percent { decimals }),
        ["currency", code, digits] if code_of(code) => {
            decimals(digits).map(|decimals| NumberFormat::Currency { code: (*code).to_owned(), decimals })
        }
        _ => None,
    };
    if format.is_none() {
        let summary = format!("invalid number format `{}`", text.text.escape_debug());
        let fault = Diagnostic::error(code::FORMAT, text.span.clone(), summary);
        text.report(fault.help("write `number 0`, `percent 1` or `currency EUR 2`, with 0 to 9 decimals"));
    }
    format
}
