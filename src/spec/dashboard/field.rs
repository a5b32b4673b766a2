//! The columns that a visual shows: they exist, and are of the kind that is needed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use strataform_dashboard::formula::{Sort, Typed};

use super::super::code;
use super::super::draft::Shown;
use super::super::grammar::Want;
use super::super::table::Table;
use super::super::value::{Text, Value};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Field, FieldKind, Identifier, NumberFormat, Type};

/// The data of a visual, and how its numbers are written.
#[derive(Debug)]
pub(super) struct Fields<'s> {
    shown: &'s Shown,
    data: &'s str,
    formats: BTreeMap<String, NumberFormat>,
    used: RefCell<Vec<String>>,
}

impl<'s> Fields<'s> {
    /// The data, with the formats that the visual's table says.
    pub(super) fn new(table: &Table<'_>, data: &'s str, shown: &'s Shown) -> Self {
        let mut fields = Self::plain(data, shown);
        let formats = table.get("format").and_then(|value| value.names());
        for (name, value) in formats.iter().flat_map(Table::entries) {
            let numeric = fields.column(&name, Want::Number).is_some();
            if let Some(format) = format(&value).filter(|_| numeric) {
                fields.formats.insert(name.text.to_owned(), format);
            }
        }
        fields
    }

    /// The data, whose numbers nobody writes.
    pub(super) fn plain(data: &'s str, shown: &'s Shown) -> Self {
        Self { shown, data, formats: BTreeMap::new(), used: RefCell::default() }
    }

    /// Reports formats of columns that the visual does not show.
    pub(super) fn unused_formats(&self, table: &Table<'_>) {
        let formats = table.get("format").and_then(|value| value.names());
        for (name, _) in formats.iter().flat_map(Table::entries) {
            let used = self.used.borrow();
            if self.formats.contains_key(name.text) && !used.iter().any(|one| one == name.text) {
                let summary = format!("the visual does not show `{}`", name.text);
                let fault = Diagnostic::error(code::UNKNOWN_FIELD, name.span.clone(), summary);
                name.report(fault.help(did_you_mean(name.text, used.iter().map(String::as_str))));
            }
        }
    }

    /// What a column is: its kind, and whether it puts rows together itself.
    fn column(&self, text: &Text<'_>, want: Want) -> Option<(FieldKind, bool)> {
        if self.shown.broken.contains(text.text) {
            return None;
        }
        let calculated = self.shown.calculated.get(text.text).copied();
        let known = self.shown.columns.get(text.text).copied();
        let (kind, aggregated, said) = match (known, calculated) {
            (Some(data_type), _) => (data_type.quicksight(), false, data_type.to_string()),
            (None, Some(typed)) => (kind_of(typed), typed.aggregated, "computed".to_owned()),
            (None, None) => {
                let summary = format!("`{}` has no column `{}`", self.data, text.text.escape_debug());
                let names = self.shown.columns.keys().chain(self.shown.calculated.keys()).map(String::as_str);
                let fault = Diagnostic::error(code::UNKNOWN_FIELD, text.span.clone(), summary);
                text.report(fault.help(did_you_mean(text.text, names)));
                return None;
            }
        };
        if aggregated && want != Want::Number {
            let summary = format!("`{}` puts rows together, and this takes a value of each row", text.text);
            let fault = Diagnostic::error(code::FIELD_KIND, text.span.clone(), summary);
            text.report(fault.help("show it as a number of several rows: in a KPI, a chart or a pivot"));
            return None;
        }
        let (right, needed) = match want {
            Want::Any => (kind.is_some(), "a column that can be shown"),
            Want::Number | Want::RowNumber => {
                (matches!(kind, Some(FieldKind::Integer | FieldKind::Decimal)), "a number")
            }
            Want::Date => (kind == Some(FieldKind::Date), "a date or timestamp"),
        };
        if let Some(kind) = kind.filter(|_| right) {
            return Some((kind, aggregated));
        }
        let summary = format!("`{}` is {said}, and this takes {needed}", text.text);
        let help = match (known, want) {
            (Some(Type::Json), _) => "derive a column from it, and show that".to_owned(),
            (None, Want::Any) => "make a text of it: `ifelse(…, 'yes', 'no')`".to_owned(),
            (Some(_), Want::Number) => "count it in an aggregate, or choose a number".to_owned(),
            _ => format!("choose {needed}"),
        };
        text.report(Diagnostic::error(code::FIELD_KIND, text.span.clone(), summary).help(help));
        None
    }

    /// The column that a text names, of a kind.
    pub(super) fn field(&self, text: &Text<'_>, want: Want) -> Option<Field> {
        let (kind, aggregated) = self.column(text, want)?;
        self.used.borrow_mut().push(text.text.to_owned());
        if let Some(data_type) = self.shown.columns.get(text.text) {
            warn_inexact(text, *data_type);
        }
        let format = self.formats.get(text.text).cloned();
        Some(Field { column: Identifier::new(text.text).ok()?, kind, format, aggregated })
    }

    /// One column that must be there, of the kind that the grammar says.
    pub(super) fn one(&self, table: &Table<'_>, key: &'static str) -> Option<Field> {
        self.one_as(table, key, table.want(key))
    }

    /// One column that must be there, of a kind that other keys decide.
    pub(super) fn one_as(&self, table: &Table<'_>, key: &'static str, want: Want) -> Option<Field> {
        let value = table.required(key, &format!("{key} = \"…\""))?;
        let texts = texts(&value)?;
        if let [text] = texts.as_slice() {
            return self.field(text, want);
        }
        one_only(&value, "it takes one column");
        None
    }

    /// One column, where the key is there.
    #[expect(clippy::option_option, reason = "outside: a fault; inside: no such key")]
    pub(super) fn maybe(&self, table: &Table<'_>, key: &'static str) -> Option<Option<Field>> {
        if table.has(key) { self.one(table, key).map(Some) } else { Some(None) }
    }

    /// At least one column; `None` where one has faults.
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

/// What visuals take a calculation for; nothing where they cannot show it.
fn kind_of(typed: Typed) -> Option<FieldKind> {
    match typed.sort {
        Sort::Text => Some(FieldKind::Text),
        Sort::Integer => Some(FieldKind::Integer),
        Sort::Decimal | Sort::Unknown => Some(FieldKind::Decimal),
        Sort::Date => Some(FieldKind::Date),
        Sort::Boolean => None,
    }
}

/// Reports a list where one column is due.
pub(super) fn one_only(value: &Value<'_>, cause: &str) {
    let summary = format!("`{}` names not just one column", value.what);
    let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
    value.fault(fault.because(cause).help("name one column"));
}

/// A text, or a list of them.
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
    // Sums widen to 38 digits without having so many; a scale is what somebody chose.
    if scale > 4 {
        let summary = format!("`{}` is decimal({precision},{scale})", text.text);
        let fault = Diagnostic::warning(code::INEXACT, text.span.clone(), summary);
        text.report(
            fault
                .because("QuickSight keeps four digits behind the point exactly")
                .help("cast it to at most four digits behind the point in the aggregate"),
        );
    }
}

/// `currency EUR 2`, `percent 1`, `number 0`.
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
        let summary = format!("`{}` is no number format", text.text.escape_debug());
        let fault = Diagnostic::error(code::FORMAT, text.span.clone(), summary);
        text.report(fault.help("write `number 0`, `percent 1` or `currency EUR 2`, with 0 to 9 digits"));
    }
    format
}
