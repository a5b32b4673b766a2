//! Views, external schemas and procedures.

use super::{DataType, Distribution, Existing, Ident, Name, Query, SortKey, Statement, Switch};
use crate::span::Span;

/// `CREATE VIEW`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The view.
    pub name: Name,
    /// `OR REPLACE`
    pub replace: bool,
    /// Its columns' names; those of the query where none are given.
    pub columns: Vec<Ident>,
    /// The rows.
    pub query: Query,
    /// `WITH NO SCHEMA BINDING`
    pub late_binding: bool,
}

/// `CREATE MATERIALIZED VIEW`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaterializedView {
    /// The view.
    pub name: Name,
    /// How it is stored and refreshed.
    pub attributes: Vec<ViewAttribute>,
    /// The rows.
    pub query: Query,
}

/// How a materialized view is stored or refreshed, and where that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewAttribute {
    /// What is said.
    pub kind: ViewAttributeKind,
    /// Where.
    pub span: Span,
}

/// How a materialized view is stored or refreshed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAttributeKind {
    /// `BACKUP`
    Backup(Switch),
    /// `DISTSTYLE`
    DistStyle(Distribution),
    /// `DISTKEY (…)`; more than one is refused.
    DistKey(Vec<Ident>),
    /// `SORTKEY`
    SortKey(SortKey),
    /// `AUTO REFRESH`
    AutoRefresh(Switch),
}

/// What the tables of an external schema are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalSource {
    /// `KINESIS`: the account's streams.
    Kinesis,
    /// `DATA CATALOG`: tables of a Glue database.
    DataCatalog {
        /// The Glue database.
        database: String,
        /// `REGION`
        region: Option<String>,
        /// `CATALOG_ID`
        catalog_id: Option<String>,
        /// `CREATE EXTERNAL DATABASE IF NOT EXISTS`
        create: Existing,
    },
}

/// `CREATE PROCEDURE`, whose body is a block of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateProcedure {
    /// The procedure.
    pub name: Name,
    /// `OR REPLACE`
    pub replace: bool,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What stands between `BEGIN` and `END`.
    pub body: Vec<Statement>,
    /// `SECURITY DEFINER`
    pub definer: bool,
}

/// A parameter of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub data_type: DataType,
}
