//! [`Expression`]: anything that has a value.

use super::{
    BinaryOperator, DataType, DateField, Ident, IsTest, LikeKind, Name, Niladic, Query, TrimSide,
    UnaryOperator,
};
use crate::span::Span;

/// An expression and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Its kind.
    pub kind: ExpressionKind,
    /// Its span.
    pub span: Span,
}

/// The kind of an expression. Parentheses are not kept; the renderer adds those that are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// `NULL`
    Null,
    /// `TRUE` and `FALSE`
    Boolean(bool),
    /// A number, as written.
    Number(String),
    /// A string.
    Text(String),
    /// `DATE '2026-01-01'`, `TIMESTAMP '…'`, `INTERVAL '1 day'`
    Typed {
        /// The type.
        data_type: DataType,
        /// The string.
        text: String,
    },
    /// `INTERVAL '1 day'`, with the unit in the string.
    Interval(String),
    /// A column, or a path into a `SUPER` column: one or more names.
    Column(Vec<Ident>),
    /// A field of an indexed value.
    Field(Box<Expression>, Ident),
    /// An element of a `SUPER` value.
    Index(Box<Expression>, Box<Expression>),
    /// A unary operator.
    Unary(UnaryOperator, Box<Expression>),
    /// A binary operator.
    Binary(Box<Expression>, BinaryOperator, Box<Expression>),
    /// `IS NULL` and similar tests.
    Is {
        /// The tested value.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// The test.
        test: IsTest,
    },
    /// `IN (1, 2)`
    InList {
        /// The value to find.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// The values.
        list: Vec<Expression>,
    },
    /// `IN (SELECT …)`
    InQuery {
        /// The value to find.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// The query.
        query: Box<Query>,
    },
    /// `BETWEEN`
    Between {
        /// The tested value.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// The lower bound.
        low: Box<Expression>,
        /// The upper bound.
        high: Box<Expression>,
    },
    /// `LIKE` and similar tests.
    Like {
        /// The tested value.
        operand: Box<Expression>,
        /// `NOT`
        negated: bool,
        /// The pattern language.
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
        /// The value.
        operand: Box<Expression>,
        /// The target type.
        data_type: DataType,
    },
    /// `TRY_CAST(… AS …)`
    TryCast {
        /// The value.
        operand: Box<Expression>,
        /// The target type.
        data_type: DataType,
    },
    /// `EXTRACT(part FROM …)`
    Extract(DateField, Box<Expression>),
    /// `TRIM(BOTH 'x' FROM …)`
    Trim {
        /// The side.
        side: TrimSide,
        /// The characters to trim; blanks if `None`.
        characters: Option<Box<Expression>>,
        /// The value.
        operand: Box<Expression>,
    },
    /// A function called without parentheses.
    Niladic(Niladic),
    /// A function call.
    Call(Box<Call>),
    /// `… AT TIME ZONE …`
    AtTimeZone(Box<Expression>, Box<Expression>),
}

/// A function call.
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
    /// `*`, in `COUNT(*)`.
    Star,
    /// A date part as a bare word: `DATEADD(day, …)`.
    Part(DateField, Span),
    /// A value.
    Value(Expression),
}

/// `CASE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The value to compare; `None` if each branch has a condition.
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
    /// The unit.
    pub unit: FrameUnit,
    /// The start.
    pub start: FrameBound,
    /// The end; the current row if `None`.
    pub end: Option<FrameBound>,
}

/// The unit of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameUnit {
    /// `ROWS`
    Rows,
    /// `RANGE`
    Range,
}

/// A bound of a frame.
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
    /// The sort expression.
    pub expression: Expression,
    /// `DESC`
    pub descending: bool,
    /// `NULLS FIRST` or `NULLS LAST`
    pub nulls_first: Option<bool>,
}
