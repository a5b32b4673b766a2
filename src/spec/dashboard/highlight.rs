//! Reads `highlight`: values of a visual that are highlighted with a color.

use super::super::table::Table;
use super::super::value::Value;
use super::super::{code, grammar};
use super::theme;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Field, FieldKind, Highlight, HighlightTarget, Test};

/// What can be highlighted in a visual.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Highlighted {
    /// Nothing: the kind of visual has no key `highlight`.
    Nothing,
    /// Its one number, which has no background.
    Number(Field),
    /// The cells of columns.
    Cells(Vec<Field>),
}

/// Reads the highlights of a visual; `None` if one has faults.
pub(super) fn read(table: &Table<'_>, highlighted: &Highlighted) -> Option<Vec<Highlight>> {
    let (shown, figures) = match highlighted {
        Highlighted::Nothing => return Some(Vec::new()),
        Highlighted::Number(field) => (vec![field], Figures::One),
        Highlighted::Cells(fields) => (fields.iter().collect(), Figures::Many),
    };
    let Some(value) = table.get("highlight") else { return Some(Vec::new()) };
    let items = value.list("a list of tables")?;
    let most = value.most();
    if items.len() > most {
        let summary = format!("too many highlights: {}", items.len());
        let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
        value.fault(fault.help(format!("keep at most {most}")));
        return None;
    }
    let read: Vec<_> = items
        .into_iter()
        .map(|mut item| {
            "highlight".clone_into(&mut item.what);
            one(&item, &shown, figures)
        })
        .collect();
    read.into_iter().collect()
}

/// How many numbers a visual shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figures {
    /// One, which needs no column name and has no background.
    One,
    /// Columns of numbers.
    Many,
}

fn one(item: &Value<'_>, shown: &[&Field], figures: Figures) -> Option<Highlight> {
    let table = item.table(grammar::HIGHLIGHT)?;
    let color = table.required("color", "color = \"#C0392B\"").and_then(|value| theme::color(&value));
    let field = match table.get("column") {
        None if figures == Figures::One => shown.first().map(|field| (*field).clone()),
        None => {
            table.required("column", "column = \"…\"");
            None
        }
        Some(value) => {
            let text = value.text()?;
            let found = shown.iter().find(|field| field.column == text.text).map(|field| (*field).clone());
            if found.is_none() {
                let summary = format!("the visual does not show `{}`", text.text.escape_debug());
                let fault = Diagnostic::error(code::HIGHLIGHT, text.span.clone(), summary);
                text.report(
                    fault.help(did_you_mean(text.text, shown.iter().map(|field| field.column.as_str()))),
                );
            }
            found
        }
    };
    let painted = match table.get("on") {
        None => HighlightTarget::Text,
        Some(value) => {
            let painted = value.choice(&grammar::PAINTED)?;
            if figures == Figures::One && painted == HighlightTarget::Background {
                let summary = "the visual has no background to color";
                let fault = Diagnostic::error(code::HIGHLIGHT, value.span.clone(), summary);
                value.fault(fault.help("remove `on`"));
                return None;
            }
            painted
        }
    };
    let test = test(item, &table, field.as_ref());
    Some(Highlight { field: field?, test: test?, color: color?, painted })
}

fn test(item: &Value<'_>, table: &Table<'_>, field: Option<&Field>) -> Option<Test> {
    let given: Vec<&str> = ["below", "at_least", "is"].into_iter().filter(|key| table.has(key)).collect();
    let [key] = given.as_slice() else {
        let summary = "a highlight must have exactly one of `below`, `at_least` and `is`";
        item.fault(Diagnostic::error(code::HIGHLIGHT, table.span.clone(), summary).help("write `below = 0`"));
        return None;
    };
    let number = |value: Value<'_>| value.decimal();
    let (test, fits) = match *key {
        "below" => (table.get("below").and_then(number).map(Test::Below), is_number as fn(FieldKind) -> bool),
        "at_least" => (table.get("at_least").and_then(number).map(Test::AtLeast), is_number as _),
        _ => (table.get("is").and_then(|value| plain(&value)).map(Test::Is), is_text as _),
    };
    if let Some(field) = field.filter(|field| !fits(field.kind)) {
        let summary = format!("`{key}` does not fit `{}`", field.column);
        let fault = Diagnostic::error(code::HIGHLIGHT, table.key_span(key), summary);
        item.fault(fault.help("use `below` or `at_least` for a number, and `is` for a text"));
        return None;
    }
    test
}

fn is_number(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Integer | FieldKind::Decimal)
}

fn is_text(kind: FieldKind) -> bool {
    kind == FieldKind::Text
}

/// Reads a text that can be quoted in an expression without escapes.
fn plain(value: &Value<'_>) -> Option<String> {
    let text = value.line()?;
    if !text.contains(['\'', '"', '\\']) {
        return Some(text);
    }
    let summary = format!("`{}` has a quote or a backslash", text.escape_debug());
    let fault = Diagnostic::error(code::HIGHLIGHT, value.span.clone(), summary);
    value.fault(fault.help("derive a column without these characters, and compare that"));
    None
}
