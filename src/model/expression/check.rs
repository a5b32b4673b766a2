//! From the parser's tree to a typed one: every node gets a type, or a fault.

use std::ops::Range;

use sqlparser::ast::{Expr, Spanned, Value};
use strataform_diagnostic::{Code, did_you_mean};

use super::cast::{self, Named};
use super::fault::{AGGREGATE, COLUMN, CONSTANT, FORBIDDEN, TYPE, fault};
use super::tree::{BooleanLiteral, Node, Operator, Polarity, Typed};
use super::unify::{as_decimal, common, text};
use super::{ExpressionFault, Place, Reference, Scope, literal, source};
use crate::model::{Identifier, Type};

/// The typed tree of a text, or everything that is wrong with it.
pub(super) fn tree(text: &str, scope: &Scope, place: Place) -> Result<Typed, Vec<ExpressionFault>> {
    let parsed = source::parse(text)?;
    let mut checker = Checker {
        scope,
        place,
        places: source::Places::new(text),
        faults: Vec::new(),
        within: Within::Nothing,
        depth: 0,
    };
    let tree = checker.value(&parsed);
    checker.faults.sort_by_key(|one| (one.span.start, one.span.end, one.code));
    checker.faults.dedup();
    match tree {
        Some(tree) if checker.faults.is_empty() => Ok(tree),
        _ => Err(checker.faults),
    }
}

/// Whether the current node is inside an aggregate function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Nothing,
    Aggregate,
}

pub(super) struct Checker<'a> {
    pub(super) scope: &'a Scope,
    pub(super) place: Place,
    pub(super) places: source::Places<'a>,
    pub(super) faults: Vec<ExpressionFault>,
    pub(super) within: Within,
    depth: usize,
}

impl Checker<'_> {
    pub(super) fn span(&self, expr: &Expr) -> Range<usize> {
        self.places.bytes(expr.span())
    }

    /// Adds a fault and returns `None`.
    pub(super) fn refuse<T>(
        &mut self,
        code: Code,
        span: &Range<usize>,
        summary: impl Into<String>,
        cause: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        self.faults.push(fault(code, span, summary, cause, help));
        None
    }

    /// A node with a type of its own.
    pub(super) fn value(&mut self, expr: &Expr) -> Option<Typed> {
        let typed = self.any(expr)?;
        if typed.node == Node::Null {
            return self.refuse(
                TYPE,
                &self.span(expr),
                "cannot infer the type of `null`",
                "nothing next to it has a type",
                "write `is null`, or remove the branch",
            );
        }
        Some(typed)
    }

    /// A node that must be a boolean.
    pub(super) fn condition(&mut self, expr: &Expr) -> Option<Typed> {
        let typed = self.value(expr)?;
        if typed.data_type == Type::Boolean {
            return Some(typed);
        }
        let summary = format!("expected a boolean condition, found `{}`", typed.data_type);
        self.refuse(
            TYPE,
            &self.span(expr),
            summary,
            "other types are not converted to boolean",
            "write a comparison",
        )
    }

    /// A node, or `null`.
    pub(super) fn any(&mut self, expr: &Expr) -> Option<Typed> {
        if self.depth >= source::DEEPEST {
            let all = self.places.all();
            self.faults.push(source::too_large(&all));
            return None;
        }
        self.depth += 1;
        let typed = self.part(expr);
        self.depth -= 1;
        typed
    }

    fn part(&mut self, expr: &Expr) -> Option<Typed> {
        match expr {
            Expr::Nested(inner) => self.any(inner),
            Expr::Value(value) => self.literal(&value.value, &self.places.bytes(value.span)),
            Expr::TypedString(_) => self.moment(expr),
            Expr::Identifier(name) => self.column(None, &name.value, expr),
            Expr::CompoundIdentifier(names) => match names.as_slice() {
                [alias, name] => self.column(Some(&alias.value), &name.value, expr),
                _ => self.unknown_column(expr),
            },
            Expr::UnaryOp { op, expr: inner } => self.unary(*op, inner, expr),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, expr),
            Expr::IsNull(inner) => self.is_null(inner, Polarity::Plain),
            Expr::IsNotNull(inner) => self.is_null(inner, Polarity::Negated),
            Expr::IsTrue(inner) => self.is_boolean(inner, Polarity::Plain, BooleanLiteral::True),
            Expr::IsNotTrue(inner) => self.is_boolean(inner, Polarity::Negated, BooleanLiteral::True),
            Expr::IsFalse(inner) => self.is_boolean(inner, Polarity::Plain, BooleanLiteral::False),
            Expr::IsNotFalse(inner) => self.is_boolean(inner, Polarity::Negated, BooleanLiteral::False),
            Expr::Between { expr: inner, negated, low, high } => {
                let three = self.alike(&[inner, low, high])?;
                let nullable = three.iter().any(|one| one.nullable);
                let three: [Typed; 3] = three.try_into().ok()?;
                let node = Node::Between(Polarity::from(*negated), Box::new(three));
                Some(Typed { nullable, ..boolean(node) })
            }
            Expr::InList { expr: inner, list, negated } => {
                let all: Vec<&Expr> = std::iter::once(&**inner).chain(list).collect();
                let mut all = self.alike(&all)?;
                let nullable = all.iter().any(|one| one.nullable);
                let first = all.remove(0);
                let node = Node::In(Polarity::from(*negated), Box::new(first), all);
                Some(Typed { nullable, ..boolean(node) })
            }
            Expr::Like { negated, any: false, expr: inner, pattern, escape_char } => {
                self.like(inner, pattern, escape_char.as_deref(), Polarity::from(*negated))
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Expr::Cast { kind: sqlparser::ast::CastKind::Cast, expr: inner, data_type, format: None } => {
                self.cast(inner, data_type, expr)
            }
            _ => self.called(expr),
        }
    }

    fn literal(&mut self, value: &Value, span: &Range<usize>) -> Option<Typed> {
        match value {
            Value::Number(digits, false) => match literal::number_type(digits) {
                Some(data_type) => Some(constant(Node::Number(digits.to_ascii_lowercase()), data_type)),
                None => self.refuse(
                    CONSTANT,
                    span,
                    "no type can hold this number",
                    "a decimal has at most 38 digits, 37 of them after the decimal point",
                    "write fewer digits, or an exponent for a double",
                ),
            },
            Value::SingleQuotedString(value) => {
                let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
                Some(constant(Node::Text(value.clone()), text(length)))
            }
            Value::Boolean(value) => Some(constant(Node::Boolean(*value), Type::Boolean)),
            Value::Null => Some(Typed { node: Node::Null, data_type: Type::Boolean, nullable: true }),
            _ => self.refuse(
                FORBIDDEN,
                span,
                "unsupported literal",
                "Spark and Redshift read it differently",
                "write a number, 'text', true, false, date '2026-03-01' or timestamp '2026-03-01 05:00:00'",
            ),
        }
    }

    fn moment(&mut self, expr: &Expr) -> Option<Typed> {
        let Expr::TypedString(typed) = expr else { return None };
        let span = self.span(expr);
        let Value::SingleQuotedString(value) = &typed.value.value else { return self.forbidden(expr) };
        let (node, data_type) = match cast::named(&typed.data_type) {
            Some(Named::Exactly(Type::Date)) if literal::is_date(value) => {
                (Node::Date(value.clone()), Type::Date)
            }
            Some(Named::Exactly(Type::Timestamp)) if literal::is_timestamp(value) => {
                (Node::Timestamp(value.clone()), Type::Timestamp)
            }
            Some(Named::Exactly(kind @ (Type::Date | Type::Timestamp))) => {
                return self.refuse(
                    CONSTANT,
                    &span,
                    format!("invalid {kind} '{value}'"),
                    "Spark and Redshift read other forms differently",
                    "write date '2026-03-01' or timestamp '2026-03-01 05:00:00.123'",
                );
            }
            _ => return self.forbidden(expr),
        };
        Some(constant(node, data_type))
    }

    fn column(&mut self, alias: Option<&str>, name: &str, expr: &Expr) -> Option<Typed> {
        if alias.is_none() && super::catalogue::is_unstable(&name.to_ascii_lowercase()) && !self.has(name) {
            return self.called(expr);
        }
        let (alias, name) = (alias.map(str::to_ascii_lowercase), name.to_ascii_lowercase());
        let found = self.scope.columns.iter().find(|(one, _, _)| {
            one.column == *name.as_str() && one.alias.as_ref().map(Identifier::as_str) == alias.as_deref()
        });
        let Some((reference, data_type, nullable)) = found else { return self.unknown_column(expr) };
        if self.place == Place::Group && self.within == Within::Nothing {
            return self.refuse(
                AGGREGATE,
                &self.span(expr),
                format!("`{name}` must be inside an aggregate function"),
                "a group has many rows, each with its own value",
                format!("write max({name}), or make it a dimension"),
            );
        }
        Some(Typed { node: Node::Column(reference.clone()), data_type: *data_type, nullable: *nullable })
    }

    fn has(&self, name: &str) -> bool {
        self.scope.columns.iter().any(|(one, _, _)| one.alias.is_none() && one.column == *name)
    }

    fn unknown_column(&mut self, expr: &Expr) -> Option<Typed> {
        let written = expr.to_string().to_ascii_lowercase();
        if self.scope.dropped.iter().any(|one| shown(one) == written) {
            return self.refuse(
                COLUMN,
                &self.span(expr),
                format!("column `{written}` is not stored"),
                "`sensitive = \"drop\"` drops it before data is stored",
                "use another column, or keep this one with `sensitive = \"hash\"`: equal values stay equal",
            );
        }
        let names: Vec<String> = self.scope.columns.iter().map(|(one, _, _)| shown(one)).collect();
        let help = if names.is_empty() {
            "no columns are available here".to_owned()
        } else {
            did_you_mean(&written, names.iter().map(String::as_str))
        };
        self.refuse(COLUMN, &self.span(expr), format!("unknown column `{written}`"), "", help)
    }

    pub(super) fn string(&mut self, expr: &Expr) -> Option<Typed> {
        let typed = self.value(expr)?;
        if matches!(typed.data_type, Type::String { .. }) {
            return Some(typed);
        }
        let summary = format!("expected a string, found `{}`", typed.data_type);
        self.refuse(
            TYPE,
            &self.span(expr),
            summary,
            "Spark and Redshift convert types differently",
            "write cast(value as string)",
        )
    }

    /// Nodes that are compared, or of which one is chosen: all converted to their common type.
    pub(super) fn alike(&mut self, all: &[&Expr]) -> Option<Vec<Typed>> {
        let typed: Vec<Option<Typed>> = all.iter().map(|one| self.value(one)).collect();
        let typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        self.unified(typed, all)
    }

    /// Nodes converted to their common type; `null` takes the type of the others.
    pub(super) fn unified(&mut self, typed: Vec<Typed>, all: &[&Expr]) -> Option<Vec<Typed>> {
        let mut whole: Option<Type> = None;
        for (one, expr) in typed.iter().zip(all) {
            if one.node == Node::Null {
                continue;
            }
            let known = whole.unwrap_or(one.data_type);
            let found = if one.data_type == Type::Json { None } else { common(known, one.data_type) };
            let Some(found) = found else {
                return self.refuse(
                    TYPE,
                    &self.span(expr),
                    format!("`{}` and `{known}` have no common type", one.data_type),
                    "Spark and Redshift convert between them differently, or not at all",
                    if known.is_numeric() && one.data_type.is_numeric() {
                        "cast one side to fewer digits: together they have more than 38"
                    } else if known.is_temporal() {
                        "write date '2026-03-01'"
                    } else {
                        "use values of the same type"
                    },
                );
            };
            whole = Some(found);
        }
        let Some(whole) = whole else {
            let span = all.first().map_or(0..0, |one| self.span(one));
            return self.refuse(TYPE, &span, "cannot infer a type", "all values are null", "write a value");
        };
        // Strings of all lengths compare without conversion, and so do exact numbers of all scales.
        Some(
            typed
                .into_iter()
                .map(|one| match (one.data_type, whole) {
                    (Type::String { .. }, Type::String { .. }) if one.node != Node::Null => one,
                    _ => one.converted(whole),
                })
                .collect(),
        )
    }
}

/// Two nodes with an operator between them.
pub(super) fn joined(operator: Operator, left: Typed, right: Typed, data_type: Type) -> Typed {
    let nullable = left.nullable || right.nullable;
    Typed { node: Node::Binary(operator, Box::new(left), Box::new(right)), data_type, nullable }
}

/// Two strings, concatenated.
pub(super) fn concatenated(left: Typed, right: Typed) -> Typed {
    let characters = |one: &Typed| match one.data_type {
        Type::String { length } => length,
        _ => 0,
    };
    let data_type = text(characters(&left).saturating_add(characters(&right)));
    joined(Operator::Concat, left, right, data_type)
}

/// A boolean node that is never null.
pub(super) fn boolean(node: Node) -> Typed {
    constant(node, Type::Boolean)
}

pub(super) fn constant(node: Node, data_type: Type) -> Typed {
    Typed { node, data_type, nullable: false }
}

/// The text of a constant string.
pub(super) fn written(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// A column as the platform file writes it.
pub(super) fn shown(reference: &Reference) -> String {
    match &reference.alias {
        Some(alias) => format!("{alias}.{}", reference.column),
        None => reference.column.to_string(),
    }
}

/// An exact number converted to a decimal.
pub(super) fn decimal(typed: Typed) -> Option<Typed> {
    let to = as_decimal(typed.data_type)?;
    Some(typed.converted(to))
}
