//! [`conversion`]: how a value of one type becomes a value of another one, without a change of what it says.

use strataform_redshift::ast::DataType;

/// How values are converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conversion {
    /// The expression of the new value.
    pub(super) value: String,
    /// The old value, from the new one: if they differ for a row, the value does not fit. `None` if every value fits, or the
    /// warehouse rejects those that do not.
    pub(super) back: Option<String>,
}

/// What kind of values a type has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// Whole numbers, with their size in bytes.
    Whole(u8),
    Decimal {
        precision: u8,
        scale: u8,
    },
    /// Binary fractions, with their size in bytes.
    Float(u8),
    Boolean,
    /// Text, with its length in bytes.
    Text(u32),
    Date,
    Timestamp,
}

/// The family of a type; `None` if its values are never converted.
fn family(of: DataType) -> Option<Family> {
    Some(match of {
        DataType::SmallInt => Family::Whole(2),
        DataType::Integer => Family::Whole(4),
        DataType::BigInt => Family::Whole(8),
        DataType::Decimal { precision, scale } => Family::Decimal { precision, scale },
        DataType::Real => Family::Float(4),
        DataType::Double => Family::Float(8),
        DataType::Boolean => Family::Boolean,
        DataType::Char(length) | DataType::Varchar(length) => Family::Text(length),
        DataType::Date => Family::Date,
        DataType::Timestamp => Family::Timestamp,
        DataType::Time
        | DataType::TimeTz
        | DataType::TimestampTz
        | DataType::IntervalYearToMonth
        | DataType::IntervalDayToSecond
        | DataType::Super
        | DataType::Varbyte(_)
        | DataType::Geometry
        | DataType::Geography
        | DataType::HllSketch => return None,
    })
}

impl Family {
    fn is_number(self) -> bool {
        matches!(self, Self::Whole(_) | Self::Decimal { .. } | Self::Float(_))
    }

    fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp)
    }

    /// Whether each value of this family is one of another, too, or the warehouse rejects it.
    fn is_within(self, other: Self) -> bool {
        match (self, other) {
            (Self::Text(has), Self::Text(wants)) => has <= wants,
            (Self::Decimal { scale: has, .. }, Self::Decimal { scale: wants, .. })
            | (Self::Float(has), Self::Float(wants)) => has <= wants,
            (Self::Whole(_), Self::Whole(_) | Self::Decimal { .. }) | (Self::Date, Self::Timestamp) => true,
            (
                Self::Whole(_)
                | Self::Decimal { .. }
                | Self::Float(_)
                | Self::Boolean
                | Self::Text(_)
                | Self::Date
                | Self::Timestamp,
                _,
            ) => self == other,
        }
    }
}

/// How the values of a column, an expression, become values of another type; `None` if there is no way that is sure to keep
/// what they say: the zone of a time, the text of JSON.
pub(super) fn conversion(column: &str, from: DataType, to: DataType) -> Option<Conversion> {
    let cast = |value: &str, to: DataType| format!("CAST({value} AS {to})");
    if from == to {
        return Some(Conversion { value: column.to_owned(), back: None });
    }
    let (has, wants) = (family(from)?, family(to)?);
    let value = cast(column, to);
    if has == Family::Boolean || wants == Family::Boolean {
        return truth(column, has, wants);
    }
    if (has.is_number() && wants.is_time()) || (has.is_time() && wants.is_number()) {
        return None;
    }
    // CHAR has only characters of one byte, and the spaces at its end do not count.
    let is_char = matches!(from, DataType::Char(_)) || matches!(to, DataType::Char(_));
    let back = (is_char || !has.is_within(wants)).then(|| cast(&value, from));
    Some(Conversion { value, back })
}

/// A truth value as text or a number, or the other way round: text and numbers must be one of two.
fn truth(column: &str, from: Family, to: Family) -> Option<Conversion> {
    let words = |family: Family| match family {
        Family::Text(_) => Some(("'true'", "'false'")),
        Family::Whole(_) => Some(("1", "0")),
        Family::Decimal { .. } | Family::Float(_) | Family::Boolean | Family::Date | Family::Timestamp => {
            None
        }
    };
    if let Some((yes, no)) = words(to) {
        let value = format!("CASE WHEN {column} THEN {yes} WHEN NOT {column} THEN {no} END");
        return Some(Conversion { value, back: None });
    }
    let (yes, no) = words(from)?;
    let value = format!("CASE {column} WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END");
    let back = format!("CASE {column} WHEN {yes} THEN {yes} WHEN {no} THEN {no} END");
    Some(Conversion { value, back: Some(back) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(from: DataType, to: DataType) -> Option<(String, Option<String>)> {
        conversion("c", from, to).map(|one| (one.value, one.back))
    }

    #[test]
    fn a_value_that_might_not_fit_is_compared_with_what_it_was() {
        let decimal = |precision, scale| DataType::Decimal { precision, scale };
        let wider = found(DataType::Integer, DataType::BigInt).expect("it can");
        assert_eq!(wider, ("CAST(c AS BIGINT)".to_owned(), None));
        assert_eq!(found(decimal(12, 2), decimal(18, 4)).expect("it can").1, None);
        let finer = found(decimal(18, 4), decimal(12, 2)).expect("it can");
        assert_eq!(finer.1.as_deref(), Some("CAST(CAST(c AS DECIMAL(12,2)) AS DECIMAL(18,4))"));
        assert!(found(DataType::Varchar(20), DataType::Varchar(8)).expect("it can").1.is_some());
        assert!(found(DataType::Char(8), DataType::Varchar(8)).expect("it can").1.is_some());
        assert!(found(DataType::Varchar(20), DataType::Boolean).expect("it can").1.is_some());
    }

    #[test]
    fn what_has_no_sure_conversion_has_none() {
        for (from, to) in [
            (DataType::Timestamp, DataType::TimestampTz),
            (DataType::Varchar(20), DataType::Super),
            (DataType::Integer, DataType::Date),
            (DataType::Date, DataType::Boolean),
            (DataType::Boolean, DataType::Double),
        ] {
            assert_eq!(found(from, to), None, "{from} {to}");
        }
    }
}
