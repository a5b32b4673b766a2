//! [`Value`] and [`Kind`]: the value of a cell, and the type of a column.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// [`Value::Boolean`]
    Boolean,
    /// [`Value::Integer`] with 32 bits.
    Integer,
    /// [`Value::Integer`] with 64 bits.
    Bigint,
    /// [`Value::Decimal`]
    Decimal {
        /// Total number of digits.
        precision: u8,
        /// Digits after the decimal point.
        scale: u8,
    },
    /// [`Value::Double`] with 32 bits.
    Real,
    /// [`Value::Double`]
    Double,
    /// [`Value::Text`]
    Text,
    /// [`Value::Bytes`]
    Bytes,
    /// [`Value::Date`]
    Date,
    /// [`Value::Timestamp`]
    Timestamp,
}

/// The name in SQL.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::Integer => f.write_str("integer"),
            Self::Bigint => f.write_str("bigint"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Real => f.write_str("real"),
            Self::Double => f.write_str("double"),
            Self::Text => f.write_str("text"),
            Self::Bytes => f.write_str("bytes"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
        }
    }
}

/// The value of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact number: its digits as a whole number, and how many of them are after the decimal point.
    Decimal(i128, u8),
    /// An IEEE 754 number.
    Double(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01, in UTC.
    Timestamp(i64),
}

/// As SQL writes it, without quotes; empty for null. Bytes are in hexadecimal.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Decimal(digits, scale) => decimal(f, *digits, usize::from(*scale)),
            // The shortest text that parses to the same number.
            Self::Double(value) if value.is_infinite() => {
                f.write_str(if *value > 0.0 { "Infinity" } else { "-Infinity" })
            }
            Self::Double(value) => write!(f, "{value:?}"),
            Self::Text(value) => f.write_str(value),
            Self::Bytes(value) => f.write_str(&hex::encode(value)),
            Self::Date(days) => match DateTime::from_timestamp(i64::from(*days) * 86_400, 0) {
                Some(moment) => write!(f, "{}", moment.date_naive()),
                None => f.write_str("out of range"),
            },
            Self::Timestamp(micros) => match DateTime::from_timestamp_micros(*micros) {
                Some(moment) => write!(f, "{}", moment.naive_utc()),
                None => f.write_str("out of range"),
            },
        }
    }
}

fn decimal(f: &mut fmt::Formatter<'_>, digits: i128, scale: usize) -> fmt::Result {
    let sign = if digits < 0 { "-" } else { "" };
    let all = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = all.split_at(all.len() - scale);
    write!(f, "{sign}{whole}")?;
    if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
}

/// The days since 1970-01-01 of a date such as `2026-11-23`; `None` if the text is not a date.
#[must_use]
pub fn days(text: &str) -> Option<i32> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    i32::try_from(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() / 86_400).ok()
}

/// The microseconds since 1970-01-01 of a timestamp such as `2026-11-23 08:00:00.5`; `None` if the text is not a
/// timestamp.
#[must_use]
pub fn micros(text: &str) -> Option<i64> {
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    Some(moment.and_utc().timestamp_micros())
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type of its values.
    pub kind: Kind,
    /// Whether it may be null.
    pub nullable: bool,
}

/// Columns, and the same number of values in each.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The values of each column, in the columns' order.
    pub values: Vec<Vec<Value>>,
}

impl Table {
    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// The cells of a row.
    pub fn row(&self, at: usize) -> impl Iterator<Item = &Value> {
        self.values.iter().filter_map(move |values| values.get(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_formatted_as_sql() {
        let cases = [
            (Value::Null, ""),
            (Value::Boolean(true), "true"),
            (Value::Decimal(-5, 2), "-0.05"),
            (Value::Decimal(12_345, 2), "123.45"),
            (Value::Decimal(7, 0), "7"),
            (Value::Double(0.1), "0.1"),
            (Value::Double(1e300), "1e300"),
            (Value::Double(f64::NAN), "NaN"),
            (Value::Double(f64::NEG_INFINITY), "-Infinity"),
            (Value::Bytes(vec![0, 255]), "00ff"),
            (Value::Date(-1), "1969-12-31"),
            (Value::Timestamp(-1), "1969-12-31 23:59:59.999999"),
            (Value::Timestamp(1_774_000_000_000_000), "2026-03-20 09:46:40"),
        ];
        for (value, text) in cases {
            assert_eq!(value.to_string(), text, "{value:?}");
        }
        assert_eq!(days("1969-12-31"), Some(-1));
        assert_eq!(micros("1969-12-31 23:59:59.999999"), Some(-1));
        assert_eq!((days("1969-13-01"), micros("now")), (None, None));
    }
}
