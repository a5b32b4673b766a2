//! The contexts of `groups.sql.hbs` and `load_groups.sql.hbs`.

use serde::Serialize;

use super::super::aggregates::{AggregateColumn, Joined, Relation};

/// Context of `groups.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Grouped {
    /// The first comment.
    pub title: String,
    /// How it is refreshed, and why.
    pub refresh: String,
    /// The columns that its expressions read, with their types: the table is made again when one of them changes.
    pub reads: String,
    /// The schema.
    pub schema: &'static str,
    /// The name.
    pub name: String,
    /// The tables of groups: those that loads have changed, and those that a refresh computes.
    pub lists: [GroupList; 2],
    /// The table of the groups that loads have changed.
    pub touched: Relation,
    /// The table of the groups that a refresh computes.
    pub touching: Relation,
    /// The columns of a group.
    pub keys: Vec<GroupKey>,
    /// The dimensions, then the measures.
    pub columns: Vec<AggregateColumn>,
    /// The dataset.
    pub source: Relation,
    /// The dimensions that it joins.
    pub joins: Vec<Joined>,
    /// The filter as SQL, rendered from a checked tree.
    pub filter: Option<String>,
    /// The positions of the `GROUP BY` columns, from 1.
    pub positions: Vec<usize>,
    /// The groups that bound the sort key of their rows.
    pub periods: Vec<GroupPeriod>,
    /// The procedures that find the groups of changed rows.
    pub procedures: Vec<GroupProcedure>,
    /// The procedure that computes changed groups.
    pub refresh_groups: String,
    /// The procedure that computes all groups.
    pub rebuild: String,
}

/// A table of groups.
#[derive(Clone, Debug, Serialize)]
pub struct GroupList {
    /// The table.
    pub table: Relation,
    /// A query with its columns.
    pub groups: GroupQuery,
}

/// A column of a group.
#[derive(Clone, Debug, Serialize)]
pub struct GroupKey {
    /// The name.
    pub name: String,
    /// The expression as SQL.
    pub expression: String,
    /// A literal that stands for NULL in comparisons, next to whether it is NULL: Redshift has no `IS NOT DISTINCT FROM`,
    /// and joins by hash on equality only. `None` if the expression is never NULL.
    pub nothing: Option<&'static str>,
}

/// A group whose rows have their sort key in a period.
#[derive(Clone, Debug, Serialize)]
pub struct GroupPeriod {
    /// The sort key.
    pub column: QualifiedColumn,
    /// The column of the group, which is the start of the period.
    pub key: String,
    /// The days after which no row of the group is.
    pub days: u64,
}

/// A query of the groups of some rows.
#[derive(Clone, Debug, Serialize)]
pub struct GroupQuery {
    /// The columns of a group.
    pub keys: Vec<GroupKey>,
    /// The rows.
    pub rows: Relation,
    /// The rows of the load that they must join; at most one.
    pub loaded: Vec<GroupJoin>,
    /// The dimensions that the columns of a group need.
    pub joins: Vec<GroupJoin>,
    /// The age from which rows count; at most one.
    pub expired: Vec<ExpiredRows>,
    /// The sort key, if it is equal in both: only the blocks of the load's period are read. At most one.
    pub periods: Vec<QualifiedPair>,
}

/// A join, and the columns that are equal.
#[derive(Clone, Debug, Serialize)]
pub struct GroupJoin {
    /// The table.
    pub table: Relation,
    /// The pairs of equal columns.
    pub on: Vec<QualifiedPair>,
}

/// Two columns that must be equal.
#[derive(Clone, Debug, Serialize)]
pub struct QualifiedPair {
    /// The column of the rows.
    pub left: QualifiedColumn,
    /// The column of what they join.
    pub right: QualifiedColumn,
}

/// A column of a table with an alias.
#[derive(Clone, Debug, Serialize)]
pub struct QualifiedColumn {
    /// The alias.
    pub table: String,
    /// The column.
    pub column: String,
}

/// Rows that the daily expiry is about to delete.
#[derive(Clone, Debug, Serialize)]
pub struct ExpiredRows {
    /// The column with the age of a row.
    pub column: QualifiedColumn,
    /// One day less than rows are kept: `GETDATE` is the time of its statement, and the one that deletes comes later.
    pub days: u64,
}

/// A procedure that finds groups.
#[derive(Clone, Debug, Serialize)]
pub struct GroupProcedure {
    /// The comment above it.
    pub title: String,
    /// The schema.
    pub schema: &'static str,
    /// The name.
    pub name: String,
    /// The groups that it finds.
    pub inserts: Vec<GroupInsert>,
}

/// Groups that are noted as changed.
#[derive(Clone, Debug, Serialize)]
pub struct GroupInsert {
    /// The table of the groups that loads have changed.
    pub into: Relation,
    /// The groups.
    pub groups: GroupQuery,
}

/// Context of `load_groups.sql.hbs`: what the load of a dataset calls.
#[derive(Clone, Debug, Serialize)]
pub struct LoadGroups {
    /// The first comment.
    pub title: String,
    /// The procedure before the load, and the one after it, if it is needed.
    pub procedures: Vec<LoadProcedure>,
}

/// A procedure that a load calls.
#[derive(Clone, Debug, Serialize)]
pub struct LoadProcedure {
    /// The schema.
    pub schema: &'static str,
    /// The name.
    pub name: String,
    /// The procedures that it calls.
    pub calls: Vec<String>,
}
