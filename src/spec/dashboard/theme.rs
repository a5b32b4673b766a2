//! Reads `[theme]`: the colors and the font of the dashboards.

use super::super::table::Table;
use super::super::value::Value;
use super::super::{code, grammar};
use crate::diagnostic::Diagnostic;
use crate::model::{Color, Theme};

/// Reads the theme of a file; the default theme if it has none.
pub(in super::super) fn read(root: &Table<'_>) -> Theme {
    let Some(table) = root.get("theme").and_then(|value| value.table(grammar::THEME)) else {
        return Theme::default();
    };
    let palette = table.get("palette").map(|value| palette(&value)).unwrap_or_default();
    Theme {
        dark: table.get("dark").and_then(|value| value.boolean()).unwrap_or(false),
        accent: table.get("accent").and_then(|value| color(&value)),
        palette,
        font: table.get("font").and_then(|value| font(&value)),
    }
}

fn palette(value: &Value<'_>) -> Vec<Color> {
    let items = value.list("a list of colors").unwrap_or_default();
    let most = value.most();
    if items.is_empty() || items.len() > most {
        let summary = format!("expected 1 to {most} colors, found {}", items.len());
        let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
        value.fault(fault.help(format!("name 1 to {most} colors, or remove `palette`")));
    }
    items.iter().filter_map(color).collect()
}

/// Reads a color: `#1F6FB2`.
pub(super) fn color(value: &Value<'_>) -> Option<Color> {
    let text = value.text()?;
    let digits = text.text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
    let part = |at: usize| u8::from_str_radix(digits?.get(at..at + 2)?, 16).ok();
    let is_hex = digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if let (true, Some(red), Some(green), Some(blue)) = (is_hex, part(0), part(2), part(4)) {
        return Some(Color([red, green, blue]));
    }
    let summary = format!("invalid color `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::COLOR, text.span.clone(), summary);
    text.report(fault.help("write `#` and six hexadecimal digits, as in `#1F6FB2`"));
    None
}

fn font(value: &Value<'_>) -> Option<String> {
    let font = value.line()?;
    if font.chars().all(|one| one.is_ascii_alphanumeric() || one == ' ' || one == '-') {
        return Some(font);
    }
    let summary = format!("invalid font name `{}`", font.escape_debug());
    let fault = Diagnostic::error(code::NAME, value.span.clone(), summary);
    value.fault(fault.help("use letters, digits, spaces and `-`, as in `Open Sans`"));
    None
}
