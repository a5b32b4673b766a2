//! [`Query`]: a `SELECT` statement with its `WITH`, `ORDER BY` and `LIMIT`.

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
    /// `LIMIT`; `None` for `ALL`.
    pub limit: Option<Expression>,
    /// `OFFSET`
    pub offset: Option<Expression>,
    /// Its span.
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

/// A `SELECT`, or a set operation on several queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetExpression {
    /// `SELECT`
    Select(Box<Select>),
    /// A query in parentheses.
    Query(Box<Query>),
    /// `UNION` and other set operations.
    Operation {
        /// The left query.
        left: Box<SetExpression>,
        /// The operator.
        operator: SetOperator,
        /// `ALL`
        all: bool,
        /// The right query.
        right: Box<SetExpression>,
    },
}

/// A set operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// `UNION`
    Union,
    /// `INTERSECT`
    Intersect,
    /// `EXCEPT`, also called `MINUS`
    Except,
}

/// Which rows of a `SELECT` are kept.
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
    /// The select list.
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
    /// Its span.
    pub span: Span,
}

/// An item of the select list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectItem {
    /// `*`
    Star(Span),
    /// `table.*`
    TableStar(Name),
    /// An expression and its alias.
    Value(Expression, Option<Ident>),
}

/// An item of `FROM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Its kind.
    pub kind: RelationKind,
    /// The joins, in order.
    pub joins: Vec<Join>,
}

/// The kind of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// A table or a view.
    Table {
        /// The name.
        name: Name,
        /// Its alias.
        alias: Option<TableAlias>,
    },
    /// The elements of a `SUPER` value: `FROM t, t.payload.items AS i AT idx`.
    Elements {
        /// The value.
        value: Expression,
        /// The alias of an element.
        alias: Ident,
        /// `AT`: the alias of its position.
        index: Option<Ident>,
    },
    /// A subquery.
    Query {
        /// The query.
        query: Box<Query>,
        /// Its alias.
        alias: TableAlias,
    },
    /// A relation with joins, in parentheses.
    Nested(Box<Relation>),
}

/// `AS name (columns)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableAlias {
    /// The name.
    pub name: Ident,
    /// The column names; those of the table if empty.
    pub columns: Vec<Ident>,
}

/// `JOIN`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The kind.
    pub kind: JoinKind,
    /// The right side.
    pub right: RelationKind,
    /// The condition.
    pub condition: JoinCondition,
}

/// The kind of a join.
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

/// The condition of a join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinCondition {
    /// `ON`
    On(Expression),
    /// `USING`
    Using(Vec<Ident>),
    /// `NATURAL`
    Natural,
    /// No condition: a cross join.
    None,
}
