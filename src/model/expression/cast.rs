//! Casts: the pairs of types that the engines convert alike.

use sqlparser::ast::{CharacterLength, DataType, ExactNumberInfo};

use super::unify::{exact, text};
use crate::model::Type;

/// The target type of a cast; a string without a length gets the length that it needs.
pub(super) enum Named {
    Exactly(Type),
    Text,
}

/// The type of the platform that a parser type stands for, if there is one.
pub(super) fn named(data_type: &DataType) -> Option<Named> {
    let found = match data_type {
        DataType::Boolean | DataType::Bool => Type::Boolean,
        DataType::Integer(None) | DataType::Int(None) => Type::Integer,
        DataType::BigInt(None) => Type::Bigint,
        DataType::Double(ExactNumberInfo::None) | DataType::DoublePrecision => Type::Double,
        DataType::Date => Type::Date,
        DataType::Timestamp(None, sqlparser::ast::TimezoneInfo::None) => Type::Timestamp,
        DataType::Decimal(info) | DataType::Numeric(info) => decimal(*info)?,
        DataType::String(None) | DataType::Varchar(None) | DataType::Text => return Some(Named::Text),
        DataType::String(Some(length))
        | DataType::Varchar(Some(CharacterLength::IntegerLength { length, unit: None })) => string(*length)?,
        _ => return None,
    };
    Some(Named::Exactly(found))
}

fn string(length: u64) -> Option<Type> {
    let length = u32::try_from(length).ok()?;
    (1..=Type::LONGEST_STRING).contains(&length).then_some(Type::String { length })
}

fn decimal(info: ExactNumberInfo) -> Option<Type> {
    let (precision, scale) = match info {
        ExactNumberInfo::None => return None,
        ExactNumberInfo::Precision(precision) => (precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (precision, scale),
    };
    let (precision, scale) = (u8::try_from(precision).ok()?, u8::try_from(scale).ok()?);
    ((1..=38).contains(&precision) && scale <= precision.min(37))
        .then_some(Type::Decimal { precision, scale })
}

/// The type of a value as text, if both engines format it alike.
pub(super) fn as_text(from: Type) -> Option<Type> {
    match from {
        Type::String { .. } => Some(from),
        Type::Boolean => Some(text(5)),
        Type::Date => Some(text(10)),
        Type::Integer | Type::Bigint | Type::Decimal { .. } => {
            exact(from).map(|(precision, _)| text(u32::from(precision) + 3))
        }
        Type::Double | Type::Timestamp | Type::Json => None,
    }
}

/// Why a cast is refused, and what to write instead; `None` if both engines convert alike.
pub(super) fn value_fault(from: Type, to: Type) -> Option<(&'static str, &'static str)> {
    let is_exact = |one: Type| exact(one).is_some();
    match (from, to) {
        _ if from == to => None,
        (Type::Json, _) | (_, Type::Json) => {
            Some(("JSON is text in Spark and SUPER in Redshift", "declare its fields as columns"))
        }
        (Type::String { length: a }, Type::String { length: b }) if a <= b => None,
        (_, Type::String { length }) => match as_text(from) {
            Some(Type::String { length: needed }) if needed <= length => None,
            Some(_) => Some((
                "the text may be longer; Redshift truncates it, Spark fails",
                "omit the length, or take the first characters with left(text, n)",
            )),
            None => Some((
                "Spark and Redshift format such values differently",
                "keep the value and format it in the dashboard",
            )),
        },
        (Type::String { .. }, _) => Some((
            "Spark and Redshift parse text differently, and fail on invalid text",
            "declare the column with that type",
        )),
        (Type::Double, Type::Decimal { .. }) => Some((
            "Spark and Redshift convert binary fractions to decimal digits differently",
            "compute with decimals from the start, or keep the double",
        )),
        (Type::Double, _) if matches!(to, Type::Integer | Type::Bigint) => None,
        (Type::Boolean, Type::Integer) | (Type::Date, Type::Timestamp) | (Type::Timestamp, Type::Date) => {
            None
        }
        _ if is_exact(from) && (is_exact(to) || to == Type::Double) => None,
        _ => Some((
            "this cast has no common meaning in Spark and Redshift",
            "write a condition with `case when`",
        )),
    }
}
