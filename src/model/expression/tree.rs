//! The tree of an expression, with types.

use super::Reference;
use super::catalogue::Function;
use super::pattern::Piece;
#[cfg(feature = "preview")]
use super::render::{Target, render};
use crate::model::Type;

/// A node, the type of its result, and whether the result may be null.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Typed {
    pub(crate) node: Node,
    pub(crate) data_type: Type,
    pub(crate) nullable: bool,
}

/// A node of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// Digits, with a point where the type is a decimal, with an exponent where it is a double.
    Number(String),
    Text(String),
    Boolean(bool),
    /// `2026-03-01`
    Date(String),
    /// `2026-03-01 05:00:00.123`
    Timestamp(String),
    Column(Reference),
    Negate(Box<Typed>),
    Not(Box<Typed>),
    Binary(Operator, Box<Typed>, Box<Typed>),
    /// An implicit conversion to the type of this node, which the text does not show.
    Convert(Box<Typed>),
    /// `cast(x as t)`
    Cast(Box<Typed>),
    IsNull(Polarity, Box<Typed>),
    IsBoolean(Polarity, BooleanLiteral, Box<Typed>),
    Between(Polarity, Box<[Typed; 3]>),
    In(Polarity, Box<Typed>, Vec<Typed>),
    Like(Polarity, Box<Typed>, Vec<Piece>),
    /// Conditions with results, and the result if none holds.
    Case(Vec<(Typed, Typed)>, Option<Box<Typed>>),
    /// A function of the catalog; the number is the index of its rendering.
    Call(&'static Function, usize, Vec<Typed>),
    Aggregate(&'static Function, Quantity, Option<Box<Typed>>, Option<Box<Typed>>),
    /// `null`, with a type taken from its neighbors.
    Null,
    #[cfg(test)]
    Verbatim(String),
}

/// Whether `not` is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Polarity {
    Plain,
    Negated,
}

/// The constant that a condition is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BooleanLiteral {
    True,
    False,
}

impl BooleanLiteral {
    /// The constant.
    pub(super) fn word(self) -> &'static str {
        match self {
            BooleanLiteral::True => "true",
            BooleanLiteral::False => "false",
        }
    }
}

impl From<bool> for Polarity {
    /// From the parser's flag: whether it is negated.
    fn from(negated: bool) -> Self {
        if negated { Polarity::Negated } else { Polarity::Plain }
    }
}

impl Polarity {
    /// The word before an operator.
    pub(super) fn word(self) -> &'static str {
        match self {
            Polarity::Plain => "",
            Polarity::Negated => "not ",
        }
    }
}

/// Whether equal values count once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    All,
    Distinct,
}

/// An operator between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Concat,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operator {
    /// The operator in SQL.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Operator::Or => "or",
            Operator::And => "and",
            Operator::Equal => "=",
            Operator::Unequal => "<>",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Concat => "||",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Modulo => "%",
        }
    }
}

impl Typed {
    /// The text as a platform file could have it, in lower case.
    #[cfg(feature = "preview")]
    pub(crate) fn words(&self) -> String {
        let column = |reference: &Reference| match &reference.alias {
            Some(alias) => format!("{alias}.{}", reference.column),
            None => reference.column.to_string(),
        };
        render(self, Target::File, &column).to_lowercase()
    }

    /// The node converted to another type; the node itself if it has that type.
    pub(super) fn converted(self, to: Type) -> Self {
        if self.data_type == to {
            return self;
        }
        if self.node == Node::Null {
            return Typed { data_type: to, ..self };
        }
        let nullable = self.nullable;
        Typed { node: Node::Convert(Box::new(self)), data_type: to, nullable }
    }

    /// Adds the columns within.
    pub(super) fn collect(&self, found: &mut Vec<Reference>) {
        if let Node::Column(reference) = &self.node {
            found.push(reference.clone());
        }
        for part in self.parts() {
            part.collect(found);
        }
    }

    /// Adds the columns within that are compared with texts, and the texts.
    pub(super) fn compared(&self, found: &mut Vec<(Reference, String)>) {
        let mut pair = |column: &Typed, text: &Typed| {
            if let (Node::Column(reference), Node::Text(text)) =
                (&column.unconverted().node, &text.unconverted().node)
            {
                found.push((reference.clone(), text.clone()));
            }
        };
        match &self.node {
            Node::Binary(Operator::Equal | Operator::Unequal, left, right) => {
                pair(left, right);
                pair(right, left);
            }
            Node::In(_, x, list) => list.iter().for_each(|text| pair(x, text)),
            _ => {}
        }
        for part in self.parts() {
            part.compared(found);
        }
    }

    /// The node without its implicit conversion.
    pub(crate) fn unconverted(&self) -> &Self {
        match &self.node {
            Node::Convert(x) => x.unconverted(),
            _ => self,
        }
    }

    /// The direct children.
    pub(crate) fn parts(&self) -> Vec<&Typed> {
        match &self.node {
            Node::Negate(x)
            | Node::Not(x)
            | Node::Convert(x)
            | Node::Cast(x)
            | Node::IsNull(_, x)
            | Node::IsBoolean(_, _, x)
            | Node::Like(_, x, _) => vec![x],
            Node::Binary(_, left, right) => vec![left, right],
            Node::Between(_, three) => three.iter().collect(),
            Node::In(_, x, list) => std::iter::once(&**x).chain(list).collect(),
            Node::Case(branches, otherwise) => {
                branches.iter().flat_map(|(when, then)| [when, then]).chain(otherwise.as_deref()).collect()
            }
            Node::Call(_, _, arguments) => arguments.iter().collect(),
            Node::Aggregate(_, _, argument, filter) => {
                argument.as_deref().into_iter().chain(filter.as_deref()).collect()
            }
            _ => Vec::new(),
        }
    }
}
