//! Edges to the tables of the Data Catalog.

use strataform_policy::{Statement, action};
use strataform_template::{Expression, pseudo, sub};

use super::Edge;

/// Writes the tables with a name prefix, and their partitions. Glue checks the permission on the catalog, the database
/// and the tables.
#[must_use]
pub fn write_tables(database: &str, tables: &str) -> Edge {
    Edge::new([Statement::allow([
        action!("glue:BatchCreatePartition"),
        action!("glue:BatchGetPartition"),
        action!("glue:CreateTable"),
        action!("glue:GetDatabase"),
        action!("glue:GetPartition"),
        action!("glue:GetPartitions"),
        action!("glue:GetTable"),
        action!("glue:GetTables"),
        action!("glue:UpdatePartition"),
        action!("glue:UpdateTable"),
    ])
    .on(here("catalog".to_owned()))
    .on(here(format!("database/{database}")))
    .on(here(format!("table/{database}/{tables}*")))])
}

/// Creates an Iceberg table, and commits to it: its current metadata is a property of the table in the Data Catalog.
/// Assumes `iceberg-permissions`.
#[must_use]
pub fn own_table(database: &str, table: &str) -> Edge {
    Edge::new([Statement::allow([
        action!("glue:CreateTable"),
        action!("glue:GetDatabase"),
        action!("glue:GetTable"),
        action!("glue:UpdateTable"),
    ])
    .on(here("catalog".to_owned()))
    .on(here(format!("database/{database}")))
    .on(here(format!("table/{database}/{table}")))])
}

fn here(path: String) -> Expression {
    sub!(
        "arn:${partition}:glue:${region}:${account}:${path}",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        path = path
    )
}
