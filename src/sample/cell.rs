//! Values of a type.

use strataform_rows::{Random, Value};

use super::{MINUTE, START, WEEK};
use crate::model::Type;

/// A value that is unique to its number, as far as the type has enough values.
pub(super) fn numbered(data_type: Type, name: &str, number: usize) -> Value {
    let whole = i64::try_from(number).unwrap_or(i64::MAX);
    match data_type {
        Type::String { length } => Value::Text(label(name, number + 1, usize::try_from(length).unwrap_or(1))),
        Type::Boolean => Value::Boolean(number % 2 == 1),
        Type::Integer => Value::Integer(whole & i64::from(i32::MAX)),
        Type::Bigint => Value::Integer(whole),
        Type::Decimal { precision, scale } => Value::Decimal(i128::from(whole) % digits(precision), scale),
        #[expect(clippy::cast_precision_loss, reason = "a sample has few rows")]
        Type::Double => Value::Double(whole as f64),
        Type::Date => {
            Value::Date(i32::try_from(START / MINUTE / 1_440 + whole % 100_000).unwrap_or_default())
        }
        Type::Timestamp => Value::Timestamp(START.saturating_add(whole.saturating_mul(MINUTE / 60))),
        Type::Json => Value::Text(format!("{{\"number\": {number}}}")),
    }
}

/// Any value; text is one of a few.
pub(super) fn any(data_type: Type, name: &str, random: &mut Random) -> Value {
    let below = |random: &mut Random, end: u64| i64::try_from(random.below(end)).unwrap_or_default();
    match data_type {
        Type::Boolean => Value::Boolean(random.permille(500)),
        Type::Integer | Type::Bigint => Value::Integer(below(random, 1_000)),
        Type::Decimal { precision, scale } => {
            Value::Decimal(i128::from(below(random, 100_000)) % digits(precision), scale)
        }
        #[expect(clippy::cast_precision_loss, reason = "the number is small")]
        Type::Double => Value::Double(below(random, 100_000) as f64 / 1_000.0),
        Type::Date | Type::Timestamp => moment(data_type, random),
        Type::String { .. } | Type::Json => {
            numbered(data_type, name, usize::try_from(random.below(12)).unwrap_or_default())
        }
    }
}

/// A timestamp within the week.
pub(super) fn moment(data_type: Type, random: &mut Random) -> Value {
    let minutes = i64::try_from(random.below(WEEK)).unwrap_or_default();
    let at = START + minutes * MINUTE + i64::try_from(random.below(60_000_000)).unwrap_or_default();
    match data_type {
        Type::Date => Value::Date(i32::try_from(at / MINUTE / 1_440).unwrap_or_default()),
        _ => Value::Timestamp(at),
    }
}

/// The first number with more digits than a decimal can have; the largest number if that overflows.
fn digits(precision: u8) -> i128 {
    10_i128.checked_pow(u32::from(precision)).unwrap_or(i128::MAX)
}

/// `country 7`; only letters if that is too long.
fn label(name: &str, number: usize, length: usize) -> String {
    let words = name.replace('_', " ");
    let label = format!("{words} {number}");
    if label.chars().count() <= length {
        return label;
    }
    let (mut letters, mut rest) = (Vec::new(), number);
    while rest > 0 && letters.len() < length {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_fit_and_differ() {
        assert_eq!(label("page_path", 7, 20), "page path 7");
        let short: Vec<String> = (1..=700).map(|number| label("country", number, 2)).collect();
        assert_eq!((short[0].as_str(), short[26].as_str()), ("A", "AA"));
        assert!(short.iter().all(|label| label.len() <= 2));
        let mut all = short.clone();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), short.len());
    }
}
