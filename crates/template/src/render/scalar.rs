//! YAML scalars: plain if every reader takes them for the same text, quoted otherwise.

use std::fmt::Write;

use serde_json::Number;

use crate::parse::is_text;

/// A number in a form that is a number in YAML 1.1 and 1.2: a float has a dot, and its exponent a sign.
pub(super) fn number(number: &Number) -> String {
    let text = number.to_string();
    if !number.is_f64() {
        return text;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (&*text, None),
    };
    let dot = if mantissa.contains('.') { "" } else { ".0" };
    match exponent {
        Some(exponent) if exponent.starts_with(['+', '-']) => format!("{mantissa}{dot}e{exponent}"),
        Some(exponent) => format!("{mantissa}{dot}e+{exponent}"),
        None => format!("{mantissa}{dot}"),
    }
}

/// The header of a literal block with exactly this multi-line text; `None` if no literal block can represent it, or
/// if an editor could strip blanks at the ends of lines.
pub(super) fn literal(text: &str) -> Option<&'static str> {
    let plain = |line: &str| !line.ends_with([' ', '\t']) && !line.chars().any(|c| c != '\t' && hidden(c));
    if !text.contains('\n') || text.starts_with([' ', '\t', '\n']) || !text.split('\n').all(plain) {
        return None;
    }
    Some(match text.strip_suffix('\n') {
        None => "|-",
        Some(rest) if rest.ends_with('\n') => "|+",
        Some(_) => "|",
    })
}

/// Writes a text on one line.
pub(super) fn inline(out: &mut String, text: &str) {
    if is_text(text) && !needs_quotes(text) {
        out.push_str(text);
    } else if text.contains(['"', '\\']) && !text.contains('\'') && !text.chars().any(hidden) {
        out.push('\'');
        out.push_str(text);
        out.push('\'');
    } else {
        quoted(out, text);
    }
}

/// Whether a text that begins like a word contains something that ends a plain scalar.
fn needs_quotes(text: &str) -> bool {
    text.ends_with([' ', ':'])
        || text.contains(": ")
        || text.contains(" #")
        || text.contains(['[', ']', '{', '}', '"', '`'])
        || text.chars().any(hidden)
}

/// Characters that are invisible in the file or that YAML does not allow: controls, all blanks but the space, line
/// breaks, and marks that change the direction of text.
fn hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if hidden(c) => escape(out, u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn escape(out: &mut String, code: u32) {
    let written = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}
