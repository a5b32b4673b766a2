//! What the files of an assembly are, so that no room reads it from a path or a text.

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// The template of a stack.
    Template,
    /// The script of a job, uploaded before the stack that names it.
    Script,
    /// SQL that the deployment runs; [`SqlKind`] says what it makes.
    Sql,
    /// The statements of a load, for review: the state machine has the same ones.
    Load,
    /// The definition of a dashboard, for review: the template has the same one.
    Definition,
}

/// What a file of SQL makes in the warehouse, which decides how it changes afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SqlKind {
    /// The schemas.
    Schemas,
    /// The roles, and the user that dashboards connect as.
    Roles,
    /// The password of the user that dashboards connect as.
    Password,
    /// The table of a dataset: its rows are kept, so it only gains columns.
    Table,
    /// A table of a load: it holds nothing between two loads, and is recreated when it changes.
    Staging,
    /// The materialized view of an aggregate: it is computed, and is recreated when it changes.
    Aggregate,
    /// The procedure that refreshes an aggregate.
    Procedure,
    /// A late-binding view that dashboards read.
    View,
    /// An external schema over the Data Catalog or over Kinesis.
    ExternalSchema,
    /// The materialized view over a stream, and the views on it: recreating it loses what the stream no longer has.
    Stream,
    /// A file that a team wrote by hand: it is applied once.
    Own,
    /// The privileges of the roles.
    Grants,
}
