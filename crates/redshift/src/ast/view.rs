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
    /// The column names; those of the query if empty.
    pub columns: Vec<Ident>,
    /// The query.
    pub query: Query,
    /// `WITH NO SCHEMA BINDING`
    pub late_binding: bool,
}

/// `CREATE MATERIALIZED VIEW`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaterializedView {
    /// The view.
    pub name: Name,
    /// Its storage and refresh attributes.
    pub attributes: Vec<ViewAttribute>,
    /// The query.
    pub query: Query,
}

/// A materialized view attribute and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewAttribute {
    /// The attribute.
    pub kind: ViewAttributeKind,
    /// Its span.
    pub span: Span,
}

/// A materialized view attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAttributeKind {
    /// `BACKUP`
    Backup(Switch),
    /// `DISTSTYLE`
    DistStyle(Distribution),
    /// `DISTKEY (…)`; a check rejects more than one column.
    DistKey(Vec<Ident>),
    /// `SORTKEY`
    SortKey(SortKey),
    /// `AUTO REFRESH`
    AutoRefresh(Switch),
}

/// The source of an external schema's tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalSource {
    /// `KINESIS`: the account's data streams.
    Kinesis,
    /// `DATA CATALOG`: the tables of a Glue database.
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
    /// The statements between `BEGIN` and `END`.
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
