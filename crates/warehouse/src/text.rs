//! The text format of `COPY`, for rows in both directions.

use strataform_rows::{Kind, Value};

/// Appends an escaped string.
pub(crate) fn escape(data: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\\' => data.push_str("\\\\"),
            '\t' => data.push_str("\\t"),
            '\n' => data.push_str("\\n"),
            '\r' => data.push_str("\\r"),
            other => data.push(other),
        }
    }
}

pub(crate) fn unescape(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let escaped = if character == '\\' { characters.next() } else { None };
        found.push(match escaped {
            Some('t') => '\t',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('v') => '\u{b}',
            Some(other) => other,
            None => character,
        });
    }
    found
}

/// Parses a cell of the server's output; `None` if it is not a value of that kind.
pub(crate) fn value(text: &str, kind: Kind) -> Option<Value> {
    if text == "\\N" {
        return Some(Value::Null);
    }
    Some(match kind {
        Kind::Boolean => Value::Boolean(text == "t"),
        Kind::Integer | Kind::Bigint => Value::Integer(text.parse().ok()?),
        Kind::Decimal { scale, .. } => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let digits = format!("{whole}{fraction:0<width$}", width = usize::from(scale));
            Value::Decimal(digits.parse().ok()?, scale)
        }
        Kind::Real | Kind::Double => Value::Double(text.parse().ok()?),
        Kind::Text => Value::Text(unescape(text)),
        Kind::Date => Value::Date(strataform_rows::days(text)?),
        Kind::Timestamp => Value::Timestamp(strataform_rows::micros(text)?),
        Kind::Bytes => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_out_as_they_went_in() {
        let cases = [
            (Value::Text("a\tb\\n\nc".to_owned()), Kind::Text),
            (Value::Decimal(-5, 2), Kind::Decimal { precision: 9, scale: 2 }),
            (Value::Double(f64::INFINITY), Kind::Double),
            (Value::Date(-1), Kind::Date),
            (Value::Timestamp(-1), Kind::Timestamp),
            (Value::Integer(-3), Kind::Bigint),
        ];
        for (cell, kind) in cases {
            let mut written = String::new();
            match &cell {
                Value::Text(text) => escape(&mut written, text),
                other => written = other.to_string(),
            }
            assert_eq!(value(&written, kind), Some(cell), "{written}");
        }
        assert_eq!(value("\\N", Kind::Text), Some(Value::Null));
        assert_eq!(value("x", Kind::Integer), None);
    }
}
