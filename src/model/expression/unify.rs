//! Type rules: the common type of two nodes, and the types of arithmetic.

use super::tree::Operator;
use crate::model::Type;

/// Digits of the longest decimal.
const MOST: u8 = 38;

/// Digits before and after the decimal point of an exact number.
pub(super) fn exact(data_type: Type) -> Option<(u8, u8)> {
    match data_type {
        Type::Integer => Some((10, 0)),
        Type::Bigint => Some((19, 0)),
        Type::Decimal { precision, scale } => Some((precision, scale)),
        Type::String { .. } | Type::Boolean | Type::Double | Type::Date | Type::Timestamp | Type::Json => {
            None
        }
    }
}

/// The decimal that holds every value of an exact type.
pub(super) fn as_decimal(data_type: Type) -> Option<Type> {
    exact(data_type).map(|(precision, scale)| Type::Decimal { precision, scale })
}

/// The type that holds the values of both; `None` if there is none.
pub(super) fn common(left: Type, right: Type) -> Option<Type> {
    match (left, right) {
        _ if left == right => Some(left),
        (Type::String { length: a }, Type::String { length: b }) => Some(Type::String { length: a.max(b) }),
        (Type::Date, Type::Timestamp) | (Type::Timestamp, Type::Date) => Some(Type::Timestamp),
        (Type::Double, other) | (other, Type::Double) if other.is_numeric() => Some(Type::Double),
        (Type::Integer, Type::Bigint) | (Type::Bigint, Type::Integer) => Some(Type::Bigint),
        _ => {
            let ((p1, s1), (p2, s2)) = (exact(left)?, exact(right)?);
            let scale = s1.max(s2);
            let precision = (p1 - s1).max(p2 - s2) + scale;
            (precision <= MOST).then_some(Type::Decimal { precision, scale })
        }
    }
}

/// The types of the operands and the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arithmetic {
    pub(super) left: Type,
    pub(super) right: Type,
    pub(super) result: Type,
}

/// The types of `+`, `-` and `*`; `None` if the result has too many digits for a decimal.
///
/// Decimals follow the rule that Spark and Redshift share: a sum has one digit more than the longer operand, a
/// product the digits of both and one. If that exceeds 38, the operands are narrowed first, so that no engine rounds
/// on its own: a value that does not fit is an error in both.
pub(super) fn arithmetic(operator: Operator, left: Type, right: Type) -> Option<Arithmetic> {
    if left == Type::Double || right == Type::Double {
        return Some(Arithmetic { left: Type::Double, right: Type::Double, result: Type::Double });
    }
    if !matches!(left, Type::Decimal { .. }) && !matches!(right, Type::Decimal { .. }) {
        let result = common(left, right)?;
        return Some(Arithmetic { left: result, right: result, result });
    }
    let (mut l, mut r) = (exact(left)?, exact(right)?);
    let (precision, scale) = if operator == Operator::Multiply {
        let scale = l.1 + r.1;
        let room = |one: (u8, u8)| one.0 - one.1.max(1);
        while l.0 + r.0 + 1 > MOST {
            let longer = if room(l) >= room(r) { &mut l } else { &mut r };
            if room(*longer) == 0 {
                return None;
            }
            longer.0 -= 1;
        }
        (l.0 + r.0 + 1, scale)
    } else {
        let scale = l.1.max(r.1);
        let before = (MOST - 1 - scale).min((l.0 - l.1).max(r.0 - r.1));
        l.0 = l.0.min(before + l.1);
        r.0 = r.0.min(before + r.1);
        if l.0 == 0 || r.0 == 0 {
            return None;
        }
        (before + scale + 1, scale)
    };
    if scale > 37 {
        return None;
    }
    let decimal = |(precision, scale)| Type::Decimal { precision, scale };
    Some(Arithmetic { left: decimal(l), right: decimal(r), result: decimal((precision, scale)) })
}

/// A string type of a length, clamped to at least one character and at most the longest.
pub(super) fn text(length: u32) -> Type {
    Type::String { length: length.clamp(1, Type::LONGEST_STRING) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result of both engines for operands of these types, before they cut it to 38 digits.
    fn natural(operator: Operator, (p1, s1): (u8, u8), (p2, s2): (u8, u8)) -> (u8, u8) {
        match operator {
            Operator::Multiply => (p1 + p2 + 1, s1 + s2),
            _ => ((p1 - s1).max(p2 - s2) + s1.max(s2) + 1, s1.max(s2)),
        }
    }

    #[test]
    fn results_of_arithmetic_need_no_rounding() {
        let all = || (1..=38u8).flat_map(|p| (0..=p.min(37)).map(move |scale| (p, scale)));
        let decimal = |(precision, scale)| Type::Decimal { precision, scale };
        for operator in [Operator::Add, Operator::Subtract, Operator::Multiply] {
            for left in all() {
                for right in all() {
                    let Some(found) = arithmetic(operator, decimal(left), decimal(right)) else { continue };
                    let sides = (exact(found.left).unwrap(), exact(found.right).unwrap());
                    let (precision, scale) = natural(operator, sides.0, sides.1);
                    assert_eq!(found.result, decimal((precision, scale)), "{left:?} {operator:?} {right:?}");
                    assert!(precision <= 38 && scale <= 37, "{left:?} {operator:?} {right:?}");
                    assert_eq!(
                        (sides.0.1, sides.1.1),
                        (left.1, right.1),
                        "no digits after the decimal point are lost"
                    );
                    assert!((1..=left.0).contains(&sides.0.0) && (1..=right.0).contains(&sides.1.0));
                }
            }
        }
    }
}
