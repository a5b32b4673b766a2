//! Reads `controls`: what readers can filter by.

use toml::de::DeValue;

use super::super::draft::Shown;
use super::super::table::Table;
use super::super::value::{Text, Value};
use super::super::{code, grammar, scalar, title};
use super::parameter;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Control, ControlStyle, FieldKind, Identifier, VisualSource};

/// Days that a dashboard shows initially.
const DAYS: u16 = 90;
/// The ends of a slider whose numbers are known only at query time: the filter passes all rows until the slider is
/// moved.
const SLIDER: (i64, i64) = (0, 1_000_000);

/// Reads a list of controls.
pub(super) fn read(value: &Value<'_>, shown: &[(VisualSource, Shown)]) -> Vec<Control> {
    let mut controls: Vec<Control> = Vec::new();
    for mut item in value.list("a list of columns").unwrap_or_default() {
        "control".clone_into(&mut item.what);
        let Some((text, table)) = parts(&item) else { continue };
        let Some(control) = control(&text, table.as_ref(), shown) else { continue };
        if controls.iter().any(|one| one.column == control.column) {
            let summary = format!("duplicate control of `{}`", text.text);
            let fault = Diagnostic::error(code::DUPLICATE_VALUE, text.span.clone(), summary);
            text.report(fault.help("remove one of them"));
            continue;
        }
        controls.push(control);
    }
    controls
}

fn parts<'a>(item: &Value<'a>) -> Option<(Text<'a>, Option<Table<'a>>)> {
    match item.raw {
        DeValue::String(_) => Some((item.text()?, None)),
        DeValue::Table(_) => {
            let table = item.table(grammar::CONTROL)?;
            let text = table.required("column", "column = \"country\"")?.text()?;
            Some((text, Some(table)))
        }
        _ => item.wrong("a column, or a table with `column` and `title`"),
    }
}

fn control(text: &Text<'_>, table: Option<&Table<'_>>, shown: &[(VisualSource, Shown)]) -> Option<Control> {
    let get = |key| table.and_then(|table| table.get(key));
    let heading = get("title").and_then(|value| value.line());
    if shown.iter().any(|(_, one)| one.broken.contains(text.text)) {
        return None;
    }
    let kind = shown.iter().find_map(|(_, one)| one.columns.get(text.text)?.quicksight());
    let Some(kind) = kind else {
        let known = shown.iter().flat_map(|(_, one)| one.columns.keys().map(String::as_str));
        let computed = shown.iter().any(|(_, one)| one.calculated.contains_key(text.text));
        let summary = if computed {
            format!("`{}` is a calculation, which cannot have a control", text.text)
        } else {
            format!("no visual has a column `{}`", text.text.escape_debug())
        };
        let fault = Diagnostic::error(code::NO_SUCH_CONTROL, text.span.clone(), summary);
        text.report(fault.help(did_you_mean(text.text, known)));
        return None;
    };
    let style = style(table, kind);
    let column = Identifier::of_shown(text.text).ok()?;
    let title = heading.unwrap_or_else(|| title(&column.words()));
    Some(Control { column, title, kind, style: style? })
}

/// How the filter is set: as in the file, or the default.
fn style(table: Option<&Table<'_>>, kind: FieldKind) -> Option<ControlStyle> {
    let get = |key| table.and_then(|table| table.get(key));
    let words: &[(&'static str, u8)] = match kind {
        FieldKind::Date => &[("relative", 0), ("range", 1)],
        FieldKind::Text => &[("dropdown", 0), ("list", 1)],
        FieldKind::Integer | FieldKind::Decimal => &[("slider", 0)],
    };
    let word = match get("as") {
        Some(value) => value.choice_of(words)?,
        None => 0,
    };
    let refuse = |key: &'static str, only: &str| {
        let Some(value) = get(key) else { return Some(()) };
        let summary = format!("`{key}` requires {only}");
        value.fault(Diagnostic::error(code::KEY_CONFLICT, value.span.clone(), summary).help("remove it"));
        None
    };
    if kind == FieldKind::Date {
        refuse("range", "a number")?;
        let days = match get("last") {
            Some(value) => days(&value)?,
            None => DAYS,
        };
        return Some(if word == 0 { ControlStyle::Relative { days } } else { ControlStyle::Range { days } });
    }
    refuse("last", "a date")?;
    if kind == FieldKind::Text {
        refuse("range", "a number")?;
        return Some(if word == 0 { ControlStyle::Dropdown } else { ControlStyle::List });
    }
    let (least, most) = match get("range") {
        Some(value) => {
            let (least, most) = parameter::range(&value)?;
            #[expect(clippy::cast_possible_truncation, reason = "the reader takes numbers up to 1e15")]
            let ends = (least.floor() as i64, most.ceil() as i64);
            ends
        }
        None => SLIDER,
    };
    Some(ControlStyle::Slider { least, most })
}

/// Reads a number of days: `90 days`, `13 months`.
pub(super) fn days(value: &Value<'_>) -> Option<u16> {
    let period = scalar::period(value)?;
    u16::try_from(period.as_days()).ok()
}
