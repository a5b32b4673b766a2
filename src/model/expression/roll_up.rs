//! [`RollUp`]: how the values of a measure in several groups combine into its value for those groups together.

use super::Expression;
use super::tree::{Node, Operator, Quantity, Typed};
use crate::model::Type;

/// How the values of a measure in several groups combine into its value for those groups together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollUp {
    /// Their sum.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// They do not: what is in several groups would count in each of them.
    Distinct,
    /// They do not: a mean or a quotient depends on how much is in each group.
    Mean,
}

impl RollUp {
    /// How a measure combines, by its tree.
    pub(super) fn of(tree: &Typed) -> Self {
        match &tree.node {
            Node::Aggregate(function, quantity, ..) => match (function.name, quantity) {
                ("count" | "sum", Quantity::All) => RollUp::Sum,
                ("count", Quantity::Distinct) => RollUp::Distinct,
                ("min", _) => RollUp::Min,
                ("max", _) => RollUp::Max,
                _ => RollUp::Mean,
            },
            Node::Negate(inner) => match Self::of(inner) {
                RollUp::Min => RollUp::Max,
                RollUp::Max => RollUp::Min,
                RollUp::Sum => RollUp::Sum,
                RollUp::Distinct => RollUp::Distinct,
                RollUp::Mean => RollUp::Mean,
            },
            Node::Convert(inner) | Node::Cast(inner) => {
                Self::of(inner).converted(exactness(inner.data_type, tree.data_type))
            }
            Node::Binary(operator, left, right) => Self::of_binary(left, *operator, right),
            Node::Call(function, _, arguments) => match (function.name, arguments.as_slice()) {
                // A zero in place of a missing sum adds nothing to the others. In place of a missing minimum or
                // maximum, it could be less or more than the others.
                ("coalesce", [inner, default]) if is_zero(default) => match Self::of(inner) {
                    RollUp::Sum => RollUp::Sum,
                    RollUp::Distinct => RollUp::Distinct,
                    RollUp::Min | RollUp::Max | RollUp::Mean => RollUp::Mean,
                },
                ("round" | "floor" | "ceil" | "ceiling", [inner, ..]) => {
                    Self::of(inner).converted(Exactness::Rounded)
                }
                _ => RollUp::Mean,
            },
            Node::Number(_)
            | Node::Text(_)
            | Node::Boolean(_)
            | Node::Date(_)
            | Node::Timestamp(_)
            | Node::Column(_)
            | Node::Not(_)
            | Node::IsNull(..)
            | Node::IsBoolean(..)
            | Node::Between(..)
            | Node::In(..)
            | Node::Like(..)
            | Node::Case(..)
            | Node::Null => RollUp::Mean,
            #[cfg(test)]
            Node::Verbatim(_) => RollUp::Mean,
        }
    }

    fn of_binary(left: &Typed, operator: Operator, right: &Typed) -> Self {
        let (of_left, of_right) = (Self::of(left), Self::of(right));
        match operator {
            Operator::Add | Operator::Subtract if of_left == RollUp::Sum && of_right == RollUp::Sum => {
                RollUp::Sum
            }
            Operator::Add | Operator::Subtract if is_number(right) => of_left.shifted(),
            Operator::Add if is_number(left) => of_right.shifted(),
            Operator::Multiply | Operator::Divide if is_number(right) => of_left,
            Operator::Multiply if is_number(left) => of_right,
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Modulo
            | Operator::Or
            | Operator::And
            | Operator::Equal
            | Operator::Unequal
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Concat => RollUp::Mean,
        }
    }

    /// With a constant added: that of each group would be in the sum.
    fn shifted(self) -> Self {
        match self {
            RollUp::Min | RollUp::Max => self,
            RollUp::Sum | RollUp::Distinct | RollUp::Mean => RollUp::Mean,
        }
    }

    /// Converted: a sum of rounded numbers is not the rounded sum.
    fn converted(self, exactness: Exactness) -> Self {
        match (self, exactness) {
            (RollUp::Min | RollUp::Max, _) | (_, Exactness::Exact) => self,
            (RollUp::Sum | RollUp::Distinct | RollUp::Mean, Exactness::Rounded) => RollUp::Mean,
        }
    }
}

/// Whether a conversion keeps every number as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exactness {
    Exact,
    Rounded,
}

fn exactness(from: Type, to: Type) -> Exactness {
    let scale = |data_type| match data_type {
        Type::Integer | Type::Bigint => Some(0),
        Type::Decimal { scale, .. } => Some(scale),
        Type::Double | Type::String { .. } | Type::Boolean | Type::Date | Type::Timestamp | Type::Json => {
            None
        }
    };
    match (scale(from), scale(to)) {
        (Some(from), Some(to)) if to < from => Exactness::Rounded,
        (None, Some(_)) => Exactness::Rounded,
        (Some(_), Some(_)) | (_, None) => Exactness::Exact,
    }
}

/// Whether it is a constant that is not negative.
fn is_number(tree: &Typed) -> bool {
    digits(tree).is_some()
}

fn is_zero(tree: &Typed) -> bool {
    digits(tree).is_some_and(|digits| digits.parse() == Ok(0.0))
}

/// The digits of a constant that is not negative.
fn digits(tree: &Typed) -> Option<&str> {
    match &tree.node {
        Node::Number(digits) => Some(digits),
        Node::Convert(inner) | Node::Cast(inner) => digits(inner),
        Node::Text(_)
        | Node::Boolean(_)
        | Node::Date(_)
        | Node::Timestamp(_)
        | Node::Column(_)
        | Node::Negate(_)
        | Node::Not(_)
        | Node::Binary(..)
        | Node::IsNull(..)
        | Node::IsBoolean(..)
        | Node::Between(..)
        | Node::In(..)
        | Node::Like(..)
        | Node::Case(..)
        | Node::Call(..)
        | Node::Aggregate(..)
        | Node::Null => None,
        #[cfg(test)]
        Node::Verbatim(_) => None,
    }
}

impl Expression {
    /// How the values of this measure in several groups combine into its value for those groups together.
    #[must_use]
    pub fn roll_up(&self) -> RollUp {
        RollUp::of(&self.tree)
    }

    /// Whether this measure counts, each once, the values of another expression: of a dimension, for example, of which
    /// every group has one.
    #[must_use]
    pub fn counts_distinct(&self, other: &Expression) -> bool {
        match &self.tree.node {
            Node::Aggregate(function, Quantity::Distinct, Some(operand), _) => {
                function.name == "count" && operand.node == other.tree.node
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Identifier;
    use crate::model::expression::{Expression, Place, Reference, Scope};

    #[test]
    fn the_tree_decides_and_not_the_text() {
        let column = |name: &str| Reference { alias: None, column: Identifier::new(name).expect("a name") };
        let scope = Scope {
            columns: vec![
                (column("airport"), Type::String { length: 40 }, true),
                (column("amount"), Type::Decimal { precision: 12, scale: 2 }, true),
                (column("ratio"), Type::Double, true),
                (column("n"), Type::Bigint, false),
            ],
            dropped: Vec::new(),
        };
        for (text, expected) in [
            ("count(*)", RollUp::Sum),
            ("count(*) filter (where airport = 'DALLAS/FORT WORTH')", RollUp::Sum),
            ("sum(amount) / 1000", RollUp::Sum),
            ("sum(amount) - count(*)", RollUp::Sum),
            ("coalesce(sum(amount), 0)", RollUp::Sum),
            ("-sum(n)", RollUp::Sum),
            ("coalesce(max(amount), 0)", RollUp::Mean),
            ("coalesce(sum(amount), 1)", RollUp::Mean),
            ("cast(min(amount) as bigint)", RollUp::Min),
            ("-max(n)", RollUp::Min),
            ("min(n) + 1", RollUp::Min),
            ("count(distinct airport)", RollUp::Distinct),
            ("avg(ratio)", RollUp::Mean),
            ("sum(amount) / count(*)", RollUp::Mean),
            ("sum(n) + 1", RollUp::Mean),
            ("round(sum(amount), 0)", RollUp::Mean),
            ("cast(sum(amount) as bigint)", RollUp::Mean),
            ("max(n) * -1", RollUp::Mean),
        ] {
            let parsed = Expression::parse(text, &scope, Place::Group).expect(text);
            assert_eq!(parsed.roll_up(), expected, "{text}");
        }
    }
}
