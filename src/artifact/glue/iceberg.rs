//! The statements that create, change and maintain an Iceberg table: complete Spark SQL, so that the script does not
//! assemble any.

use serde::Serialize;

use super::quoted;
use crate::model::expression::text_literal;
use crate::model::{Dataset, Engine, ORDER_COLUMNS, Partition, Type};
use crate::platform::processing::catalogue;
use crate::platform::processing::job::SNAPSHOT_DAYS;

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

/// The part of the context that is specific to an Iceberg table. The statements name the table without catalog and
/// database, which the script has selected.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Iceberg {
    /// Merges `incoming__rows` by the key; a row is replaced only by a later one.
    pub merge: Option<String>,
    /// Creates the table.
    #[serde(rename = "iceberg_create")]
    pub create: String,
    /// Lists the table's columns and partition fields.
    #[serde(rename = "iceberg_describe")]
    pub describe: String,
    /// The columns, in the order of the curated files.
    #[serde(rename = "iceberg_columns")]
    pub columns: Vec<IcebergColumn>,
    /// Adds the partition field over the event time.
    #[serde(rename = "iceberg_division")]
    pub division: Option<String>,
    /// Deletes rows that are older than the parameter `days`.
    #[serde(rename = "iceberg_expiry")]
    pub expiry: String,
    /// Maintains the files of the table.
    #[serde(rename = "iceberg_maintenance")]
    pub maintenance: Vec<String>,
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IcebergColumn {
    /// The name.
    pub name: String,
    /// The type, in Spark SQL.
    pub kind: String,
    /// The comment.
    pub comment: Option<String>,
    /// The statement that adds it.
    pub addition: String,
    /// The statement that sets its comment.
    pub commenting: Option<String>,
}

impl Iceberg {
    /// The statements of a dataset.
    pub(super) fn of(dataset: &Dataset) -> Self {
        let table = quoted(dataset.name.as_str());
        let columns = columns(dataset, &table);
        let unit = partition_field(dataset);
        Self {
            merge: Some(merge(dataset, &table, &columns)),
            create: create(dataset, &table, &columns, unit.as_deref()),
            describe: format!("DESCRIBE TABLE {table}"),
            columns,
            division: unit.map(|unit| format!("ALTER TABLE {table} ADD PARTITION FIELD {unit}")),
            expiry: expiry(dataset, &table),
            maintenance: maintenance(dataset),
        }
    }
}

fn columns(dataset: &Dataset, table: &str) -> Vec<IcebergColumn> {
    let own = dataset.curated().map(|column| (column.name.as_str(), column.data_type, column.description));
    let order = ORDER_COLUMNS.map(|(name, data_type)| (name, data_type, None));
    own.chain(order)
        .map(|(name, data_type, description)| column(table, name, data_type, description))
        .collect()
}

fn column(table: &str, name: &str, data_type: Type, description: Option<&str>) -> IcebergColumn {
    let (column, kind) = (quoted(name), type_name(data_type));
    let comment = description.map(catalogue::comment);
    // Iceberg's parser searches a whole ALTER TABLE for the words of its own statements, so no two words may be next to
    // each other in a text.
    let text = comment.as_deref().map(|comment| literal(comment).replace(' ', "\\u0020"));
    let clause = text.as_ref().map(|text| format!(" COMMENT {text}")).unwrap_or_default();
    IcebergColumn {
        name: name.to_owned(),
        addition: format!("ALTER TABLE {table} ADD COLUMN {column} {kind}{clause}"),
        commenting: text.map(|text| format!("ALTER TABLE {table} ALTER COLUMN {column} COMMENT {text}")),
        kind,
        comment,
    }
}

/// The Spark type of a column. Timestamps are without a time zone, like those of the warehouse; all of them are in UTC.
fn type_name(data_type: Type) -> String {
    match data_type {
        Type::Timestamp => "TIMESTAMP_NTZ".to_owned(),
        other => other.spark(),
    }
}

/// A text as a literal in which Spark substitutes no variables: it does so before it parses a statement.
fn literal(text: &str) -> String {
    text_literal(text, Engine::Spark).replace('$', "\\u0024")
}

fn create(dataset: &Dataset, table: &str, columns: &[IcebergColumn], partition: Option<&str>) -> String {
    let column = |column: &IcebergColumn| {
        let comment = column.comment.as_deref().map(|text| format!(" COMMENT {}", literal(text)));
        format!("{} {}{}", quoted(&column.name), column.kind, comment.unwrap_or_default())
    };
    let columns = columns.iter().map(column).collect::<Vec<_>>().join(", ");
    let partition = partition.map(|field| format!(" PARTITIONED BY ({field})")).unwrap_or_default();
    // Of the expired snapshots, all but the current one go.
    let properties = [
        ("format-version", "2".to_owned()),
        ("history.expire.max-snapshot-age-ms", (SNAPSHOT_DAYS * DAY).to_string()),
        ("history.expire.min-snapshots-to-keep", "1".to_owned()),
        ("write.metadata.delete-after-commit.enabled", "true".to_owned()),
    ];
    let properties = properties.map(|(name, value)| format!("'{name}' = '{value}'")).join(", ");
    format!(
        "CREATE TABLE {table} ({columns}) USING iceberg{partition} COMMENT {} TBLPROPERTIES ({properties})",
        literal(&catalogue::iceberg_description(dataset)),
    )
}

fn merge(dataset: &Dataset, table: &str, columns: &[IcebergColumn]) -> String {
    let each = |form: &dyn Fn(&str) -> String, between: &str| {
        columns.iter().map(|column| form(&quoted(&column.name))).collect::<Vec<_>>().join(between)
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

/// The partition field over the event time.
fn partition_field(dataset: &Dataset) -> Option<String> {
    let time = quoted(dataset.event_time.as_ref()?.as_str());
    let unit = match dataset.partition {
        Partition::Hour => "hours",
        Partition::Day => "days",
        Partition::Month => "months",
        Partition::Whole => return None,
    };
    Some(format!("{unit}({time})"))
}

/// The maintenance, what the retention requires first. Compaction can take long at first; it commits in parts, so that
/// the next run goes on where a time-out ended it.
fn maintenance(dataset: &Dataset) -> Vec<String> {
    let table = text_literal(dataset.name.as_str(), Engine::Spark);
    vec![
        format!("CALL system.expire_snapshots(table => {table})"),
        format!("CALL system.remove_orphan_files(table => {table})"),
        format!(
            "CALL system.rewrite_data_files(table => {table}, options => map('partial-progress.enabled', 'true'))"
        ),
    ]
}

/// The deletion of rows by event time or, without one, by the arrival of the file. It counts whole days: then whole
/// partitions of days and hours are removed without reading them.
fn expiry(dataset: &Dataset, table: &str) -> String {
    let [(arrived, arrived_type), ..] = ORDER_COLUMNS;
    let event_time = dataset.event_time.as_ref().and_then(|name| dataset.column(name.as_str()));
    let (name, data_type) =
        event_time.map_or((arrived, arrived_type), |column| (column.name.as_str(), column.data_type));
    let day = "date_sub(current_date(), :days)";
    format!("DELETE FROM {table} WHERE {} < CAST({day} AS {})", quoted(name), type_name(data_type))
}
