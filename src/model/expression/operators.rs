//! Operators and the types of their operands.

use std::ops::Range;

use sqlparser::ast::{BinaryOperator, CaseWhen, DataType, Expr, UnaryOperator};

use super::cast::{self, Named};
use super::check::{Checker, boolean, concatenated, joined, written};
use super::fault::{CAST, CONSTANT, FUNCTION, TYPE};
use super::pattern;
use super::tree::{BooleanLiteral, Node, Operator, Polarity, Typed};
use super::unify::{arithmetic, common, text};
use crate::model::Type;

impl Checker<'_> {
    pub(super) fn unary(&mut self, op: UnaryOperator, inner: &Expr, expr: &Expr) -> Option<Typed> {
        match op {
            UnaryOperator::Not => {
                let inner = self.condition(inner)?;
                let nullable = inner.nullable;
                Some(Typed { nullable, ..boolean(Node::Not(Box::new(inner))) })
            }
            UnaryOperator::Minus | UnaryOperator::Plus => {
                let inner = self.number(inner)?;
                if op == UnaryOperator::Plus {
                    return Some(inner);
                }
                let (data_type, nullable) = (inner.data_type, inner.nullable);
                Some(Typed { node: Node::Negate(Box::new(inner)), data_type, nullable })
            }
            _ => self.forbidden(expr),
        }
    }

    fn number(&mut self, expr: &Expr) -> Option<Typed> {
        let typed = self.value(expr)?;
        if typed.data_type.is_numeric() {
            return Some(typed);
        }
        let summary = format!("expected a number, found `{}`", typed.data_type);
        let help = if typed.data_type.is_temporal() {
            "write date_add('day', n, timestamp) or date_diff('day', from, to)"
        } else {
            "use a numeric column"
        };
        self.refuse(TYPE, &self.span(expr), summary, "Spark and Redshift convert types differently", help)
    }

    pub(super) fn binary(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        expr: &Expr,
    ) -> Option<Typed> {
        let operator = match op {
            BinaryOperator::Or => Operator::Or,
            BinaryOperator::And => Operator::And,
            BinaryOperator::Eq => Operator::Equal,
            BinaryOperator::NotEq => Operator::Unequal,
            BinaryOperator::Lt => Operator::Less,
            BinaryOperator::LtEq => Operator::LessOrEqual,
            BinaryOperator::Gt => Operator::Greater,
            BinaryOperator::GtEq => Operator::GreaterOrEqual,
            BinaryOperator::StringConcat => Operator::Concat,
            BinaryOperator::Plus => Operator::Add,
            BinaryOperator::Minus => Operator::Subtract,
            BinaryOperator::Multiply => Operator::Multiply,
            BinaryOperator::Divide => Operator::Divide,
            BinaryOperator::Modulo => Operator::Modulo,
            _ => {
                return self.refuse(
                    FUNCTION,
                    &self.span(expr),
                    format!("unknown operator `{op}`"),
                    "Spark and Redshift do not both support it",
                    "docs/expressions.md lists the operators",
                );
            }
        };
        match operator {
            Operator::Or | Operator::And => {
                let (left, right) = (self.condition(left), self.condition(right));
                Some(joined(operator, left?, right?, Type::Boolean))
            }
            Operator::Concat => {
                let (left, right) = (self.string(left), self.string(right));
                Some(concatenated(left?, right?))
            }
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo => {
                let (left, right) = (self.number(left), self.number(right));
                self.computed(operator, left?, right?, &self.span(expr))
            }
            _ => {
                let mut two = self.alike(&[left, right])?;
                let (right, left) = (two.pop()?, two.pop()?);
                if left.data_type == Type::Boolean && !matches!(operator, Operator::Equal | Operator::Unequal)
                {
                    return self.refuse(
                        TYPE,
                        &self.span(expr),
                        "booleans cannot be ordered",
                        "",
                        "write = or <>",
                    );
                }
                Some(joined(operator, left, right, Type::Boolean))
            }
        }
    }

    /// Numbers with an arithmetic operator between them.
    pub(super) fn computed(
        &mut self,
        operator: Operator,
        left: Typed,
        right: Typed,
        span: &Range<usize>,
    ) -> Option<Typed> {
        match operator {
            Operator::Divide => {
                let (left, right) = (left.converted(Type::Double), right.converted(Type::Double));
                Some(Typed { nullable: true, ..joined(operator, left, right, Type::Double) })
            }
            Operator::Modulo => match common(left.data_type, right.data_type) {
                Some(whole @ (Type::Integer | Type::Bigint)) => {
                    let (left, right) = (left.converted(whole), right.converted(whole));
                    Some(Typed { nullable: true, ..joined(operator, left, right, whole) })
                }
                _ => self.refuse(
                    TYPE,
                    span,
                    "`%` expects whole numbers",
                    "Spark and Redshift round the remainder of a fraction differently",
                    "cast both sides to bigint",
                ),
            },
            _ => match arithmetic(operator, left.data_type, right.data_type) {
                Some(types) => {
                    let (left, right) = (left.converted(types.left), right.converted(types.right));
                    Some(joined(operator, left, right, types.result))
                }
                None => self.refuse(
                    TYPE,
                    span,
                    format!(
                        "{} {} {} has too many digits for a decimal",
                        left.data_type,
                        operator.sign(),
                        right.data_type
                    ),
                    "a decimal has at most 37 digits after the decimal point",
                    "cast one side to a decimal with fewer digits after the decimal point",
                ),
            },
        }
    }

    pub(super) fn is_null(&mut self, inner: &Expr, polarity: Polarity) -> Option<Typed> {
        Some(boolean(Node::IsNull(polarity, Box::new(self.value(inner)?))))
    }

    pub(super) fn is_boolean(
        &mut self,
        inner: &Expr,
        polarity: Polarity,
        literal: BooleanLiteral,
    ) -> Option<Typed> {
        Some(boolean(Node::IsBoolean(polarity, literal, Box::new(self.condition(inner)?))))
    }

    pub(super) fn like(
        &mut self,
        inner: &Expr,
        like: &Expr,
        escape: Option<&Expr>,
        polarity: Polarity,
    ) -> Option<Typed> {
        let typed = self.string(inner);
        let escape = match escape.map(|one| (one, written(one).map(|text| text.chars().collect::<Vec<_>>())))
        {
            None => '\\',
            Some((_, Some(one))) if one.len() == 1 && one[0] != '%' && one[0] != '_' => one[0],
            Some((one, _)) => {
                return self.refuse(
                    CONSTANT,
                    &self.span(one),
                    "the escape must be one character",
                    "",
                    "write escape '!'",
                );
            }
        };
        let pieces = written(like).and_then(|text| pattern::pieces(text, escape));
        let Some(pieces) = pieces else {
            return self.refuse(
                CONSTANT,
                &self.span(like),
                "the pattern of `like` must be a constant, with its escape only before `%`, `_` or itself",
                "Spark fails on other escapes, and Redshift does not",
                "write 'text%', or use regexp_like",
            );
        };
        let typed = typed?;
        let nullable = typed.nullable;
        Some(Typed { nullable, ..boolean(Node::Like(polarity, Box::new(typed), pieces)) })
    }

    pub(super) fn case(
        &mut self,
        operand: Option<&Expr>,
        branches: &[CaseWhen],
        otherwise: Option<&Expr>,
    ) -> Option<Typed> {
        let mut conditions = Vec::new();
        for branch in branches {
            conditions.push(match operand {
                None => self.condition(&branch.condition),
                Some(operand) => self.alike(&[operand, &branch.condition]).and_then(|mut two| {
                    let (right, left) = (two.pop()?, two.pop()?);
                    Some(joined(Operator::Equal, left, right, Type::Boolean))
                }),
            });
        }
        let all: Vec<&Expr> = branches.iter().map(|one| &one.result).chain(otherwise).collect();
        let results: Vec<Option<Typed>> = all.iter().map(|one| self.any(one)).collect();
        let results: Vec<Typed> = results.into_iter().collect::<Option<_>>()?;
        let mut results = self.unified(results, &all)?;
        let nullable = otherwise.is_none() || results.iter().any(|one| one.nullable);
        let data_type = results.iter().map(|one| one.data_type).max()?;
        let otherwise = otherwise.and_then(|_| results.pop()).map(Box::new);
        let conditions = conditions.into_iter().collect::<Option<Vec<_>>>()?;
        let branches = conditions.into_iter().zip(results).collect();
        Some(Typed { node: Node::Case(branches, otherwise), data_type, nullable })
    }

    pub(super) fn cast(&mut self, inner: &Expr, to: &DataType, expr: &Expr) -> Option<Typed> {
        let typed = self.value(inner);
        let to = match (cast::named(to), &typed) {
            (Some(Named::Exactly(to)), _) => to,
            (Some(Named::Text), Some(typed)) => cast::as_text(typed.data_type).unwrap_or_else(|| text(1)),
            (Some(Named::Text), None) => return None,
            (None, _) => {
                return self.refuse(
                    CAST,
                    &self.span(expr),
                    format!("unknown type `{to}`"),
                    "each type must mean the same in every engine",
                    "use string(n), boolean, integer, bigint, decimal(p,s), double, date or timestamp",
                );
            }
        };
        let typed = typed?;
        if let Some((cause, help)) = cast::value_fault(typed.data_type, to) {
            let summary = format!("cannot cast `{}` to `{to}`", typed.data_type);
            return self.refuse(CAST, &self.span(expr), summary, cause, help);
        }
        let nullable = typed.nullable;
        Some(Typed { node: Node::Cast(Box::new(typed)), data_type: to, nullable })
    }
}
