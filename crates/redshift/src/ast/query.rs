//! [`Query`]: what gives rows.

use super::{Expression, Ident, Name, OrderItem};
use crate::span::Span;

/// `WITH … SELECT … ORDER BY … LIMIT …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// `WITH`
    pub with: Vec<CommonTable>,
    /// `RECURSIVE`
    pub recursive: bool,
    /// The rows.
    pub body: SetExpression,
    /// `ORDER BY`
    pub order: Vec<OrderItem>,
    /// `LIMIT`; `ALL` is none.
    pub limit: Option<Expression>,
    /// `OFFSET`
    pub offset: Option<Expression>,
    /// Where it stands.
    pub span: Span,
}

/// `name (columns) AS (query)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommonTable {
    /// Its name and columns.
    pub alias: TableAlias,
    /// Its rows.
    pub query: Query,
}

/// Rows, or rows of several queries together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetExpression {
    /// `SELECT`
    Select(Box<Select>),
    /// A query in parentheses.
    Query(Box<Query>),
    /// `UNION` and its kin.
    Operation {
        /// Some rows.
        left: Box<SetExpression>,
        /// What is done with them.
        operator: SetOperator,
        /// `ALL`
        all: bool,
        /// Other rows.
        right: Box<SetExpression>,
    },
}

/// What is done with the rows of two queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// `UNION`
    Union,
    /// `INTERSECT`
    Intersect,
    /// `EXCEPT`, also called `MINUS`
    Except,
}

/// Which rows of a `SELECT` stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// `ALL`
    All,
    /// `DISTINCT`
    Distinct,
}

/// `SELECT`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// `DISTINCT`
    pub quantifier: Quantifier,
    /// `TOP`
    pub top: Option<u64>,
    /// What is selected.
    pub items: Vec<SelectItem>,
    /// `FROM`
    pub from: Vec<Relation>,
    /// `WHERE`
    pub filter: Option<Expression>,
    /// `GROUP BY`
    pub group: Vec<Expression>,
    /// `HAVING`
    pub having: Option<Expression>,
    /// `QUALIFY`
    pub qualify: Option<Expression>,
    /// Where it stands.
    pub span: Span,
}

/// An item of `SELECT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectItem {
    /// `*`
    Star(Span),
    /// `table.*`
    TableStar(Name),
    /// A value, and its name where it is given one.
    Value(Expression, Option<Ident>),
}

/// What rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// What it is.
    pub kind: RelationKind,
    /// What is joined to it, in order.
    pub joins: Vec<Join>,
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// A table or a view.
    Table {
        /// Which.
        name: Name,
        /// What it is called in the query.
        alias: Option<TableAlias>,
    },
    /// The elements of a `SUPER` value: `FROM t, t.payload.items AS i AT idx`.
    Elements {
        /// The value.
        value: Expression,
        /// What an element is called.
        alias: Ident,
        /// `AT`: what its place is called.
        index: Option<Ident>,
    },
    /// A query in parentheses.
    Query {
        /// The query.
        query: Box<Query>,
        /// What it is called.
        alias: TableAlias,
    },
    /// Relations in parentheses.
    Nested(Box<Relation>),
}

/// `AS name (columns)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableAlias {
    /// The name.
    pub name: Ident,
    /// The columns' names; those of the table where none are given.
    pub columns: Vec<Ident>,
}

/// `JOIN`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// Which rows stay.
    pub kind: JoinKind,
    /// What is joined.
    pub right: RelationKind,
    /// Which rows belong together.
    pub condition: JoinCondition,
}

/// Which rows of a join stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// `INNER`
    Inner,
    /// `LEFT`
    Left,
    /// `RIGHT`
    Right,
    /// `FULL`
    Full,
    /// `CROSS`
    Cross,
}

/// Which rows belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinCondition {
    /// `ON`
    On(Expression),
    /// `USING`
    Using(Vec<Ident>),
    /// `NATURAL`
    Natural,
    /// All with all.
    None,
}
