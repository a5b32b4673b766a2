//! Literals: numbers and dates as the platform file writes them, text as each engine expects it.

use super::Engine;
use crate::model::Type;

/// Text as a literal of an engine.
///
/// Both engines read a backslash as an escape. Spark concatenates adjacent string literals, so `''` within a text is
/// not a quote there.
#[must_use]
pub fn quoted(text: &str, engine: Engine) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match (c, engine) {
            ('\\', _) => out.push_str("\\\\"),
            ('\'', Engine::Spark) => out.push_str("\\'"),
            ('\'', Engine::Redshift) => out.push_str("''"),
            ('\n', _) => out.push_str("\\n"),
            ('\r', _) => out.push_str("\\r"),
            ('\t', _) => out.push_str("\\t"),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// The type of a number as it is written; `None` if no type can hold it.
pub(super) fn number_type(digits: &str) -> Option<Type> {
    if digits.contains(['e', 'E']) {
        return digits.parse::<f64>().ok().filter(|value| value.is_finite()).map(|_| Type::Double);
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    if !digits.contains('.') {
        if digits.parse::<i32>().is_ok() {
            return Some(Type::Integer);
        }
        if digits.parse::<i64>().is_ok() {
            return Some(Type::Bigint);
        }
    }
    let precision = u8::try_from((whole.len() + fraction.len()).max(1)).ok().filter(|p| *p <= 38)?;
    let scale = u8::try_from(fraction.len()).ok().filter(|s| *s <= 37)?;
    Some(Type::Decimal { precision, scale })
}

/// Whether a text is a valid calendar date, `2026-03-01`, from the year 1 to 9999.
pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (whole(text, 0, 4), whole(text, 5, 7), whole(text, 8, 10))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    year >= 1 && (1..=longest).contains(&day)
}

/// Whether a text is a valid timestamp, `2026-03-01 05:00:00` with at most six fractional digits.
pub(super) fn is_timestamp(text: &str) -> bool {
    let (Some(date), Some(time)) = (text.get(..10), text.get(10..)) else { return false };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let bytes = clock.as_bytes();
    if bytes.len() != 9 || bytes[0] != b' ' || bytes[3] != b':' || bytes[6] != b':' {
        return false;
    }
    let within = |from, to, limit| whole(clock, from, to).is_some_and(|value| value < limit);
    let digits = (1..=6).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    is_date(date) && digits && within(1, 3, 24) && within(4, 6, 60) && within(7, 9, 60)
}

fn whole(text: &str, from: usize, to: usize) -> Option<u32> {
    let digits = text.get(from..to)?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}
