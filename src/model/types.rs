//! [`Type`]: the type of a column, and its name in each engine.

use std::fmt;

/// The type of a column: every type that passes through Firehose, Spark, Parquet, Redshift and QuickSight without
/// loss.
///
/// | platform file | Hive, Glue | Spark | Parquet | Redshift | QuickSight |
/// |---|---|---|---|---|---|
/// | `string(n)` | `string` | `STRING` | `BYTE_ARRAY` UTF-8 | `VARCHAR(4n, rounded up)` | `STRING` |
/// | `boolean` | `boolean` | `BOOLEAN` | `BOOLEAN` | `BOOLEAN` | `BIT`, shown as `STRING` by the view |
/// | `integer` | `int` | `INT` | `INT32` | `INTEGER` | `INTEGER` |
/// | `bigint` | `bigint` | `BIGINT` | `INT64` | `BIGINT` | `INTEGER` |
/// | `decimal(p,s)` | `decimal(p,s)` | `DECIMAL(p,s)` | `FIXED_LEN_BYTE_ARRAY` or `INT` | `DECIMAL(p,s)` | `DECIMAL` |
/// | `double` | `double` | `DOUBLE` | `DOUBLE` | `DOUBLE PRECISION` | `DECIMAL` |
/// | `date` | `date` | `DATE` | `INT32` DATE | `DATE` | `DATETIME` |
/// | `timestamp` | `timestamp` | `TIMESTAMP` | `INT96` | `TIMESTAMP` | `DATETIME` |
/// | `json` | `string` | `STRING` | `BYTE_ARRAY` UTF-8 | `SUPER` | none |
///
/// Timestamps are always in UTC. The length of a string is in characters; Redshift counts bytes, of which UTF-8 needs
/// at most four per character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Text with a maximum length.
    String {
        /// Characters, 1 to [`Type::LONGEST_STRING`].
        length: u32,
    },
    /// True or false.
    Boolean,
    /// A signed 32-bit integer.
    Integer,
    /// A signed 64-bit integer.
    Bigint,
    /// An exact number.
    Decimal {
        /// The total number of digits, 1 to 38.
        precision: u8,
        /// Digits after the decimal point, at most `precision` and 37.
        scale: u8,
    },
    /// A 64-bit IEEE 754 number.
    Double,
    /// A date.
    Date,
    /// A timestamp in UTC, with microseconds.
    Timestamp,
    /// A JSON document, stored unchanged.
    Json,
}

impl Type {
    /// The maximum length of a string: Redshift's 65,535 bytes, with four bytes per character.
    pub const LONGEST_STRING: u32 = 16_383;

    /// The name in the Glue Data Catalog, which is Hive's.
    #[must_use]
    pub fn hive(self) -> String {
        match self {
            Type::String { .. } | Type::Json => "string".to_owned(),
            Type::Boolean => "boolean".to_owned(),
            Type::Integer => "int".to_owned(),
            Type::Bigint => "bigint".to_owned(),
            Type::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            Type::Double => "double".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Timestamp => "timestamp".to_owned(),
        }
    }

    /// The name in Spark SQL.
    #[must_use]
    pub fn spark(self) -> String {
        self.hive().to_ascii_uppercase()
    }

    /// The name in Redshift.
    #[must_use]
    pub fn redshift(self) -> String {
        match self {
            Type::String { length } => format!("VARCHAR({})", varchar_bytes(length)),
            Type::Boolean => "BOOLEAN".to_owned(),
            Type::Integer => "INTEGER".to_owned(),
            Type::Bigint => "BIGINT".to_owned(),
            Type::Decimal { precision, scale } => format!("DECIMAL({precision},{scale})"),
            Type::Double => "DOUBLE PRECISION".to_owned(),
            Type::Date => "DATE".to_owned(),
            Type::Timestamp => "TIMESTAMP".to_owned(),
            Type::Json => "SUPER".to_owned(),
        }
    }

    /// The type of the field in QuickSight; `None` if it has none.
    #[must_use]
    pub fn quicksight(self) -> Option<FieldKind> {
        match self {
            Type::String { .. } | Type::Boolean => Some(FieldKind::Text),
            Type::Integer | Type::Bigint => Some(FieldKind::Integer),
            Type::Decimal { .. } | Type::Double => Some(FieldKind::Decimal),
            Type::Date | Type::Timestamp => Some(FieldKind::Date),
            Type::Json => None,
        }
    }

    /// Whether sums and averages make sense.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self, Type::Integer | Type::Bigint | Type::Decimal { .. } | Type::Double)
    }

    /// Whether it is a date or a timestamp.
    #[must_use]
    pub fn is_temporal(self) -> bool {
        matches!(self, Type::Date | Type::Timestamp)
    }
}

/// The type as in the platform file.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::String { length } => write!(f, "string({length})"),
            Type::Boolean => f.write_str("boolean"),
            Type::Integer => f.write_str("integer"),
            Type::Bigint => f.write_str("bigint"),
            Type::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Type::Double => f.write_str("double"),
            Type::Date => f.write_str("date"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Json => f.write_str("json"),
        }
    }
}

/// The type of a field in QuickSight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldKind {
    /// `STRING`
    Text,
    /// `INTEGER`
    Integer,
    /// `DECIMAL`
    Decimal,
    /// `DATETIME`
    Date,
}

/// The bytes of the `VARCHAR` that holds this many characters: four per character, rounded up to a power of two so
/// that a slightly longer text does not require a table change.
#[must_use]
pub fn varchar_bytes(characters: u32) -> u32 {
    characters.saturating_mul(4).next_power_of_two().clamp(16, 65_535)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_a_varchar_hold_every_character_and_stay_within_the_limit() {
        assert_eq!(varchar_bytes(1), 16);
        assert_eq!(varchar_bytes(36), 256);
        assert_eq!(varchar_bytes(Type::LONGEST_STRING), 65_535);
        for characters in 1..=Type::LONGEST_STRING {
            assert!(varchar_bytes(characters) >= characters * 4);
        }
    }
}
