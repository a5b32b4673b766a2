//! The statements that maintain an Iceberg table: complete Spark SQL, so that the script does not assemble any.

use serde::Serialize;

use super::quoted;
use crate::model::{Dataset, ORDER_COLUMNS, Partition, Type};

/// The part of the context that is specific to an Iceberg table. The statements name the table without catalog and
/// database, which the script has selected.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Iceberg {
    /// Merges `incoming__rows` by the key; a row is replaced only by a later one.
    pub merge: Option<String>,
    /// Lists the table's columns and partition fields.
    pub describe: String,
    /// The columns, in the order of the curated files.
    #[serde(rename = "iceberg_columns")]
    pub columns: Vec<IcebergColumn>,
    /// Adds the partition field over the event time.
    #[serde(rename = "iceberg_division")]
    pub division: Option<String>,
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IcebergColumn {
    /// The name.
    pub name: String,
    /// The statement that adds it.
    pub addition: String,
}

impl Iceberg {
    /// The statements of a dataset.
    pub(super) fn of(dataset: &Dataset) -> Self {
        let table = quoted(dataset.name.as_str());
        let columns: Vec<(&str, Type)> = dataset
            .curated()
            .map(|column| (column.name.as_str(), column.data_type))
            .chain(ORDER_COLUMNS)
            .collect();
        let addition = |(name, data_type): &(&str, Type)| IcebergColumn {
            name: (*name).to_owned(),
            addition: format!("ALTER TABLE {table} ADD COLUMN {} {}", quoted(name), type_name(*data_type)),
        };
        Self {
            merge: Some(merge(dataset, &table, &columns)),
            describe: format!("DESCRIBE TABLE {table}"),
            columns: columns.iter().map(addition).collect(),
            division: division(dataset, &table),
        }
    }
}

/// The Spark type of a column. Glue creates timestamps of Iceberg tables without a time zone; all of them are in UTC.
fn type_name(data_type: Type) -> String {
    match data_type {
        Type::Timestamp => "TIMESTAMP_NTZ".to_owned(),
        other => other.spark(),
    }
}

fn merge(dataset: &Dataset, table: &str, columns: &[(&str, Type)]) -> String {
    let each = |form: &dyn Fn(&str) -> String, between: &str| {
        columns.iter().map(|(name, _)| form(&quoted(name))).collect::<Vec<_>>().join(between)
    };
    let key = dataset.key.iter().map(|name| quoted(name.as_str()));
    let same = key.map(|name| format!("kept.{name} = incoming.{name}")).collect::<Vec<_>>().join(" AND ");
    let event_time = dataset.event_time.iter().map(|name| (name.as_str(), Type::Timestamp));
    let order: Vec<(&str, Type)> = event_time.chain(ORDER_COLUMNS).collect();
    // Structs are compared field by field, with nulls first, like in the order of `keep_latest`.
    let version = |side: &str| {
        let fields = order.iter().map(|(name, data_type)| {
            format!("'{name}', CAST({side}.{} AS {})", quoted(name), data_type.spark())
        });
        format!("named_struct({})", fields.collect::<Vec<_>>().join(", "))
    };
    format!(
        "MERGE INTO {table} AS kept USING incoming__rows AS incoming ON {same} \
         WHEN MATCHED AND {} > {} THEN UPDATE SET {} \
         WHEN NOT MATCHED THEN INSERT ({}) VALUES ({})",
        version("incoming"),
        version("kept"),
        each(&|name| format!("{name} = incoming.{name}"), ", "),
        each(&ToOwned::to_owned, ", "),
        each(&|name| format!("incoming.{name}"), ", "),
    )
}

fn division(dataset: &Dataset, table: &str) -> Option<String> {
    let time = quoted(dataset.event_time.as_ref()?.as_str());
    let unit = match dataset.partition {
        Partition::Hour => "hours",
        Partition::Day => "days",
        Partition::Month => "months",
        Partition::Whole => return None,
    };
    Some(format!("ALTER TABLE {table} ADD PARTITION FIELD {unit}({time})"))
}
