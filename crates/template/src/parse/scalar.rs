//! The value of a plain YAML scalar: the rules of YAML 1.1 as `PyYAML`'s safe loader implements them.
//!
//! Timestamps remain text, because JSON does not have them, and so do numbers that JSON cannot represent.

use serde_json::Number;

use crate::node::Node;

/// The value of the plain scalar; `None` if it is text.
pub(super) fn resolve(text: &str) -> Option<Node> {
    null(text).or_else(|| boolean(text)).or_else(|| integer(text)).or_else(|| float(text))
}

/// Whether every reader of YAML 1.1 and 1.2 takes a plain scalar for text.
///
/// It is stricter than [`resolve`]: only text that begins like a word and is not a word that some reader takes for a
/// boolean.
pub(crate) fn is_text(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let word = |c: char| c.is_alphabetic() || matches!(c, '/' | '_' | '$' | '(');
    text.starts_with(word) && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

pub(super) fn null(text: &str) -> Option<Node> {
    matches!(text, "" | "~" | "null" | "Null" | "NULL").then_some(Node::Null)
}

pub(super) fn boolean(text: &str) -> Option<Node> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Node::Bool(true)),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(Node::Bool(false)),
        _ => None,
    }
}

pub(super) fn integer(text: &str) -> Option<Node> {
    let (negative, digits) = sign(text);
    let first = digits.bytes().next()?;
    let read = match digits.get(..2) {
        Some("0b") => radix(&digits[2..], 2),
        Some("0x") => radix(&digits[2..], 16),
        _ if digits == "0" => Some(Whole::Exact(0)),
        _ if first == b'0' => radix(&digits[1..], 8),
        _ if first.is_ascii_digit() && digits.contains(':') => sexagesimal_integer(digits),
        _ if first.is_ascii_digit() => radix(digits, 10),
        _ => None,
    }?;
    read.node(negative)
}

/// An unsigned whole number; beyond 64 bits, the nearest float.
enum Whole {
    Exact(u64),
    Great(f64),
}

impl Whole {
    fn node(&self, negative: bool) -> Option<Node> {
        let number = match *self {
            Whole::Exact(value) if !negative => Some(Number::from(value)),
            Whole::Exact(value) => match 0_i64.checked_sub_unsigned(value) {
                Some(value) => Some(Number::from(value)),
                None => Number::from_f64(-(Whole::float(value))),
            },
            Whole::Great(value) => Number::from_f64(if negative { -value } else { value }),
        };
        number.map(Node::Number)
    }

    #[expect(clippy::cast_precision_loss, reason = "the nearest float is intended")]
    const fn float(value: u64) -> f64 {
        value as f64
    }
}

/// Digits in a base, with underscores anywhere.
fn radix(text: &str, base: u32) -> Option<Whole> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    if digits.is_empty() {
        // `0_` is zero; `0x_` is not valid in Python.
        return (base == 8 && !text.is_empty()).then_some(Whole::Exact(0));
    }
    if !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    match u64::from_str_radix(&digits, base) {
        Ok(value) => Some(Whole::Exact(value)),
        Err(_) if base == 10 => digits.parse().ok().map(Whole::Great),
        Err(_) => {
            let digit = |sum: f64, c: char| sum * f64::from(base) + f64::from(c.to_digit(base).unwrap_or(0));
            Some(Whole::Great(digits.chars().fold(0.0, digit)))
        }
    }
}

/// `1:30`: digits in base 60, as in hours and minutes.
fn sexagesimal_integer(text: &str) -> Option<Whole> {
    let mut parts = text.split(':');
    let first = digits_of(parts.next()?)?;
    let mut sum: u64 = first.parse().ok()?;
    for part in parts {
        sum = sum.checked_mul(60)?.checked_add(sixty(part)?)?;
    }
    Some(Whole::Exact(sum))
}

/// One or two digits below 60.
fn sixty(part: &str) -> Option<u64> {
    match part.as_bytes() {
        [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'] => part.parse().ok(),
        _ => None,
    }
}

/// A run of digits and underscores that begins with a digit, returned without the underscores.
fn digits_of(text: &str) -> Option<String> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    (all && text.starts_with(|c: char| c.is_ascii_digit())).then(|| text.replace('_', ""))
}

pub(super) fn float(text: &str) -> Option<Node> {
    let (negative, rest) = sign(text);
    let value = if let Some((first, sixties)) = rest.split_once(':') {
        sexagesimal_float(first, sixties)?
    } else if rest.starts_with('.') && rest.len() < text.len() {
        // `-.5` is text: the rule does not allow a sign there.
        return None;
    } else {
        decimal(rest)?
    };
    let value = if negative { -value } else { value };
    Number::from_f64(value).map(Node::Number)
}

/// `1.5`, `1.`, `.5` and `1.5e+3`, where the exponent must have a sign.
fn decimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.')?;
    let whole_fits = digits_of(whole).is_some() || (whole.is_empty() && digits_of(fraction).is_some());
    let fraction_fits = fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !(whole_fits && fraction_fits && exponent_fits) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// `1:30.5`, computed in the same order as Python, so that even the last bit is the same.
fn sexagesimal_float(first: &str, sixties: &str) -> Option<f64> {
    let (sixties, fraction) = sixties.split_once('.')?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
        return None;
    }
    let mut parts = vec![digits_of(first)?];
    for part in sixties.split(':') {
        sixty(part)?;
        parts.push(part.to_owned());
    }
    if let Some(last) = parts.last_mut() {
        *last = format!("{last}.{}", fraction.replace('_', ""));
    }
    let (mut sum, mut base) = (0.0, 1.0);
    for part in parts.iter().rev() {
        sum += part.parse::<f64>().ok()? * base;
        base *= 60.0;
    }
    Some(sum)
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}
