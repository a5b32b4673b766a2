//! [`Expression`]: what has a value.

use super::{
    BinaryOperator, DataType, DateField, Ident, IsTest, LikeKind, Name, Niladic, Query, TrimSide,
    UnaryOperator,
};
use crate::span::Span;

/// An expression and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is. Parentheses that a tree needs are written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// `NULL`
    Null,
    /// `TRUE` and `FALSE`
    Boolean(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// `DATE '2026-01-01'`, `TIMESTAMP '…'`, `INTERVAL '1 day'`
    Typed {
        /// The type.
        data_type: DataType,
        /// The text.
        text: String,
    },
    /// `INTERVAL '1 day'`, whose unit is in the text.
    Interval(String),
    /// A column, or a way into a `SUPER` column: one name or more.
    Column(Vec<Ident>),
    /// A field of what an index gave.
    Field(Box<Expression>, Ident),
    /// An element of a `SUPER` value.
    Index(Box<Expression>, Box<Expression>),
    /// An operator before its operand.
    Unary(UnaryOperator, Box<Expression>),
    /// An operator between two operands.
    Binary(Box<Expression>, BinaryOperator, Box<Expression>),
    /// `IS NULL` and its kin.
    Is {
        /// What is looked at.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// What it may be.
        test: IsTest,
    },
    /// `IN (1, 2)`
    InList {
        /// What is looked for.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// Where.
        list: Vec<Expression>,
    },
    /// `IN (SELECT …)`
    InQuery {
        /// What is looked for.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// Where.
        query: Box<Query>,
    },
    /// `BETWEEN`
    Between {
        /// What is looked at.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// The least.
        low: Box<Expression>,
        /// The greatest.
        high: Box<Expression>,
    },
    /// `LIKE` and its kin.
    Like {
        /// What is looked at.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// Which language the pattern is in.
        kind: LikeKind,
        /// The pattern.
        pattern: Box<Expression>,
        /// `ESCAPE`
        escape: Option<String>,
    },
    /// `EXISTS (SELECT …)`
    Exists(Box<Query>),
    /// `(SELECT …)` as a value.
    Query(Box<Query>),
    /// `CASE`
    Case(Box<Case>),
    /// `CAST(… AS …)`, `…::…`
    Cast {
        /// What is cast.
        operand: Box<Expression>,
        /// To what.
        data_type: DataType,
    },
    /// `TRY_CAST(… AS …)`
    TryCast {
        /// What is cast.
        operand: Box<Expression>,
        /// To what.
        data_type: DataType,
    },
    /// `EXTRACT(part FROM …)`
    Extract(DateField, Box<Expression>),
    /// `TRIM(BOTH 'x' FROM …)`
    Trim {
        /// Where.
        side: TrimSide,
        /// Which characters; blanks where none are named.
        characters: Option<Box<Expression>>,
        /// Of what.
        operand: Box<Expression>,
    },
    /// A function without parentheses.
    Niladic(Niladic),
    /// A function.
    Call(Box<Call>),
    /// `… AT TIME ZONE …`
    AtTimeZone(Box<Expression>, Box<Expression>),
}

/// A function's call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// `APPROXIMATE`
    pub approximate: bool,
    /// The function.
    pub name: Name,
    /// `DISTINCT`
    pub distinct: bool,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// `WITHIN GROUP (ORDER BY …)`
    pub within_group: Vec<OrderItem>,
    /// `IGNORE NULLS`
    pub ignore_nulls: bool,
    /// `OVER (…)`
    pub over: Option<Window>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `*`, of `COUNT`.
    Star,
    /// A bare word that names a part of a date: `DATEADD(day, …)`.
    Part(DateField, Span),
    /// A value.
    Value(Expression),
}

/// `CASE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What is compared; none where each branch has a condition.
    pub operand: Option<Expression>,
    /// Conditions and values.
    pub branches: Vec<(Expression, Expression)>,
    /// `ELSE`
    pub otherwise: Option<Expression>,
}

/// `OVER (…)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// `PARTITION BY`
    pub partition: Vec<Expression>,
    /// `ORDER BY`
    pub order: Vec<OrderItem>,
    /// `ROWS …`
    pub frame: Option<Frame>,
}

/// `ROWS BETWEEN … AND …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What is counted.
    pub unit: FrameUnit,
    /// From where.
    pub start: FrameBound,
    /// To where; the current row where none is said.
    pub end: Option<FrameBound>,
}

/// What a frame counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameUnit {
    /// `ROWS`
    Rows,
    /// `RANGE`
    Range,
}

/// An end of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBound {
    /// `UNBOUNDED PRECEDING`
    UnboundedPreceding,
    /// `n PRECEDING`
    Preceding(u64),
    /// `CURRENT ROW`
    CurrentRow,
    /// `n FOLLOWING`
    Following(u64),
    /// `UNBOUNDED FOLLOWING`
    UnboundedFollowing,
}

/// An item of `ORDER BY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderItem {
    /// By what.
    pub expression: Expression,
    /// `DESC`
    pub descending: bool,
    /// `NULLS FIRST` or `NULLS LAST`
    pub nulls_first: Option<bool>,
}
