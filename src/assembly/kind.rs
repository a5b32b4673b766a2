//! The kinds of files in an assembly, so that no other module derives them from a path or the contents.

use serde::{Deserialize, Serialize};

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// The template of a stack.
    Template,
    /// The script of a job, uploaded before the stack that references it is deployed.
    Script,
    /// SQL that the deployment runs; [`SqlKind`] is what it creates.
    Sql,
    /// SQL that brings a table with rows from one definition to the next.
    Migration,
    /// The statements of a load, for review: the state machine has the same statements.
    Load,
    /// The definition of a dashboard, for review: the template has the same definition.
    Definition,
    /// A file with Guard rules of the team, with which the assembly is checked.
    Policy,
}

/// What a SQL file creates in the warehouse, which determines how later changes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SqlKind {
    /// The schemas.
    Schemas,
    /// The roles, and the user that dashboards connect as.
    Roles,
    /// The password of the user that dashboards connect as.
    Password,
    /// The table of a dataset, or of its loaded runs: the rows are kept, so it only gains columns.
    Table,
    /// A staging table: it is not needed between two loads, and is recreated when it changes.
    Staging,
    /// The materialized view or the table of an aggregate: it is computed, and is recreated when it changes.
    Aggregate,
    /// The procedure that refreshes an aggregate.
    Procedure,
    /// A late-binding view that dashboards read.
    View,
    /// An external schema over the Data Catalog or over Kinesis.
    ExternalSchema,
    /// The materialized view over a stream, and the views on it: recreating it loses what the stream no longer has.
    Stream,
    /// A hand-written file: it is applied once.
    Own,
    /// The privileges of the roles.
    Grants,
}
