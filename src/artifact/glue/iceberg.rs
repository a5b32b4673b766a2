//! The statements that create, change and maintain an Iceberg table: complete Spark SQL, so that the script does not
//! assemble any.

use serde::Serialize;

use super::deletions::deleted_table;
use super::quoted;
use crate::model::expression::text_literal;
use crate::model::{DELETED, Dataset, Engine, Identifier, Life, ORDER_COLUMNS, Partition, Type};
use crate::platform::processing::catalogue;
use crate::platform::processing::job::SNAPSHOT_DAYS;

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

/// The part of the context that is specific to an Iceberg table. The statements name the table without catalog and
/// database, which the script has selected.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Iceberg {
    /// Merges `incoming__rows` by the key; a row is replaced only by a later one. Its parameters are the period of the
    /// rows, if there is a column for it.
    pub merge: Option<String>,
    /// The event time, if the key has it.
    pub merge_period: Option<String>,
    /// Merges the deletions in `incoming__rows` into the table of deletions, in datasets whose rows can be deleted.
    #[serde(rename = "iceberg_delete")]
    pub delete: Option<String>,
    /// Creates the table of deletions.
    #[serde(rename = "iceberg_delete_create")]
    pub delete_create: Option<String>,
    /// Creates the table.
    #[serde(rename = "iceberg_create")]
    pub create: String,
    /// Lists the table's columns and partition fields.
    #[serde(rename = "iceberg_describe")]
    pub describe: String,
    /// The numbers of columns that were removed, by their names in files.
    #[serde(rename = "iceberg_removed")]
    pub removed: Vec<RemovedColumn>,
    /// The columns, in the order of the curated files.
    #[serde(rename = "iceberg_columns")]
    pub columns: Vec<IcebergColumn>,
    /// Adds the partition field over the event time.
    #[serde(rename = "iceberg_division")]
    pub division: Option<String>,
    /// Deletes rows that are older than the parameter `days`, from each table.
    #[serde(rename = "iceberg_expiry")]
    pub expiry: Vec<String>,
    /// Maintains the files of the table.
    #[serde(rename = "iceberg_maintenance")]
    pub maintenance: Vec<String>,
}

/// A column that was removed, and stays in the table with its values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RemovedColumn {
    /// The name in files.
    pub stored: String,
    /// The permanent number.
    pub number: u32,
}

/// The table property that says how a merge replaces rows. By default, it copies each file that has one of them. With this
/// mode, it writes the new rows and the positions of the old ones, and the daily maintenance applies these. (Iceberg,
/// "Row-level changes": merge-on-read. Partitions by hash of the key would be no better: a run has keys of all of them.)
/// Assumes `position-deletes`.
pub(super) const MERGE_MODE: (&str, &str) = ("write.merge.mode", "merge-on-read");

/// The table property that has the current names of columns by their names in files, as JSON.
pub(super) const NAMES: &str = "strataform.columns";

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IcebergColumn {
    /// The name.
    pub name: String,
    /// The type, in Spark SQL.
    pub kind: String,
    /// The comment.
    pub comment: Option<String>,
    /// The column in Spark's DDL, as the schema of a table of one column.
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
            merge_period: period(dataset).map(str::to_owned),
            delete: dataset.deletions.are_possible().then(|| merge_deletions(dataset, &columns)),
            delete_create: dataset.deletions.are_possible().then(|| create_deletions(dataset, &columns)),
            create: create(
                dataset,
                &table,
                &columns,
                unit.as_deref(),
                &catalogue::iceberg_description(dataset),
            ),
            describe: format!("DESCRIBE TABLE {table}"),
            removed: removed(dataset),
            columns,
            division: unit.map(|unit| format!("ALTER TABLE {table} ADD PARTITION FIELD {unit}")),
            expiry: tables(dataset).iter().map(|table| expiry(dataset, table)).collect(),
            maintenance: maintenance(dataset),
        }
    }
}

fn removed(dataset: &Dataset) -> Vec<RemovedColumn> {
    let removed = dataset.identities.all().iter().filter(|one| one.life == Life::Removed);
    removed.map(|one| RemovedColumn { stored: one.stored.clone(), number: one.number }).collect()
}

/// The names of the columns by their names in files, as JSON. Names have no character that JSON escapes.
fn names(dataset: &Dataset, columns: &[IcebergColumn]) -> String {
    let names =
        columns.iter().map(|column| format!("\"{}\":\"{}\"", dataset.stored_name(&column.name), column.name));
    format!("{{{}}}", names.collect::<Vec<_>>().join(","))
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
    IcebergColumn {
        name: name.to_owned(),
        addition: format!("{column} {kind}"),
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

fn create(
    dataset: &Dataset,
    table: &str,
    columns: &[IcebergColumn],
    partition: Option<&str>,
    about: &str,
) -> String {
    let column = |column: &IcebergColumn| {
        let comment = column.comment.as_deref().map(|text| format!(" COMMENT {}", literal(text)));
        format!("{} {}{}", quoted(&column.name), column.kind, comment.unwrap_or_default())
    };
    let names = literal(&names(dataset, columns));
    let columns = columns.iter().map(column).collect::<Vec<_>>().join(", ");
    let partition = partition.map(|field| format!(" PARTITIONED BY ({field})")).unwrap_or_default();
    // Of the expired snapshots, all but the current one go.
    let properties = [
        ("format-version", "2".to_owned()),
        (MERGE_MODE.0, MERGE_MODE.1.to_owned()),
        ("history.expire.max-snapshot-age-ms", (SNAPSHOT_DAYS * DAY).to_string()),
        ("history.expire.min-snapshots-to-keep", "1".to_owned()),
        ("write.metadata.delete-after-commit.enabled", "true".to_owned()),
    ];
    let properties = properties.map(|(name, value)| format!("'{name}' = '{value}'")).join(", ");
    let properties = format!("{properties}, '{NAMES}' = {names}");
    format!(
        "CREATE TABLE {table} ({columns}) USING iceberg{partition} COMMENT {} TBLPROPERTIES ({properties})",
        literal(about),
    )
}

/// The tables of a dataset, quoted.
fn tables(dataset: &Dataset) -> Vec<String> {
    let deleted = dataset.deletions.are_possible().then(|| deleted_table(dataset));
    [quoted(dataset.name.as_str())].into_iter().chain(deleted).collect()
}

fn create_deletions(dataset: &Dataset, columns: &[IcebergColumn]) -> String {
    let kept: Vec<IcebergColumn> = deletion_columns(dataset, columns).cloned().collect();
    let about = format!("The deletions of {} that are the latest version of their key.", dataset.name);
    create(dataset, &deleted_table(dataset), &kept, None, &about)
}

/// The columns that a deletion has: the key, and those that order versions.
fn deletion_columns<'a>(
    dataset: &'a Dataset,
    columns: &'a [IcebergColumn],
) -> impl Iterator<Item = &'a IcebergColumn> {
    columns.iter().filter(|column| {
        let name = column.name.as_str();
        dataset.key.iter().chain(&dataset.event_time).any(|one| one.as_str() == name)
            || ORDER_COLUMNS.iter().any(|(one, _)| *one == name)
    })
}

/// Whether two rows have the same key, in Spark SQL.
fn same_key(dataset: &Dataset, one: &str, other: &str) -> String {
    let key = dataset.key.iter().map(|name| quoted(name.as_str()));
    key.map(|name| format!("{one}.{name} = {other}.{name}")).collect::<Vec<_>>().join(" AND ")
}

/// The version of a row: structs are compared field by field, with nulls first, like in the order of `keep_latest`.
fn version(dataset: &Dataset, side: &str) -> String {
    let event_time = dataset.event_time.iter().map(|name| (name.as_str(), Type::Timestamp));
    let fields = event_time
        .chain(ORDER_COLUMNS)
        .map(|(name, data_type)| format!("'{name}', CAST({side}.{} AS {})", quoted(name), data_type.spark()));
    format!("named_struct({})", fields.collect::<Vec<_>>().join(", "))
}

/// A list of columns, each in a form.
fn each<'a>(columns: impl Iterator<Item = &'a IcebergColumn>, form: impl Fn(&str) -> String) -> String {
    columns.map(|column| form(&quoted(&column.name))).collect::<Vec<_>>().join(", ")
}

/// The statement that merges the latest version of each key. A deletion removes an older row; a row that is older than
/// a deletion of an earlier run is left out.
fn merge(dataset: &Dataset, table: &str, columns: &[IcebergColumn]) -> String {
    let (incoming, kept) = (version(dataset, "incoming"), version(dataset, "kept"));
    let (source, removal, unmarked) = if dataset.deletions.are_possible() {
        let mark = quoted(DELETED.0);
        let (gone, same) = (version(dataset, "gone"), same_key(dataset, "gone", "incoming"));
        (
            format!(
                "(SELECT incoming.* FROM incoming__rows AS incoming LEFT ANTI JOIN {} AS gone \
                 ON {same} AND {gone} > {incoming})",
                deleted_table(dataset)
            ),
            format!("WHEN MATCHED AND incoming.{mark} AND {incoming} > {kept} THEN DELETE "),
            format!(" AND NOT incoming.{mark}"),
        )
    } else {
        ("incoming__rows".to_owned(), String::new(), String::new())
    };
    // Equal keys have equal times: the bounds leave out files of other periods, and no row. As constants, they are in the
    // filter of the table's scan, by which Iceberg selects files.
    let period = period(dataset).map(|time| {
        let kind = type_name(Type::Timestamp);
        let time = quoted(time);
        format!(" AND kept.{time} BETWEEN CAST(:earliest AS {kind}) AND CAST(:latest AS {kind})")
    });
    format!(
        "MERGE INTO {table} AS kept USING {source} AS incoming ON {}{} \
         {removal}WHEN MATCHED AND {incoming} > {kept} THEN UPDATE SET {} \
         WHEN NOT MATCHED{unmarked} THEN INSERT ({}) VALUES ({})",
        same_key(dataset, "kept", "incoming"),
        period.unwrap_or_default(),
        each(columns.iter(), |name| format!("{name} = incoming.{name}")),
        each(columns.iter(), ToOwned::to_owned),
        each(columns.iter(), |name| format!("incoming.{name}")),
    )
}

/// The event time, if the key has it.
fn period(dataset: &Dataset) -> Option<&str> {
    dataset.event_time.as_ref().filter(|name| dataset.key.contains(name)).map(Identifier::as_str)
}

/// The statement that merges the deletions of a run into the table of deletions.
fn merge_deletions(dataset: &Dataset, columns: &[IcebergColumn]) -> String {
    let columns = || deletion_columns(dataset, columns);
    format!(
        "MERGE INTO {} AS kept USING (SELECT {} FROM incoming__rows WHERE {}) AS incoming ON {} \
         WHEN MATCHED AND {} > {} THEN UPDATE SET {} WHEN NOT MATCHED THEN INSERT ({}) VALUES ({})",
        deleted_table(dataset),
        each(columns(), ToOwned::to_owned),
        quoted(DELETED.0),
        same_key(dataset, "kept", "incoming"),
        version(dataset, "incoming"),
        version(dataset, "kept"),
        each(columns(), |name| format!("{name} = incoming.{name}")),
        each(columns(), ToOwned::to_owned),
        each(columns(), |name| format!("incoming.{name}")),
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

/// The maintenance, what the retention requires first. Compaction rewrites small files and those with deleted rows. It can
/// take long at first; it commits in parts, so that the next run goes on where a time-out ended it.
fn maintenance(dataset: &Dataset) -> Vec<String> {
    let deleted = dataset.deletions.are_possible().then(|| format!("{}__deleted", dataset.name));
    let tables = [dataset.name.to_string()].into_iter().chain(deleted);
    let statements = |table: String| {
        let table = text_literal(&table, Engine::Spark);
        [
            format!("CALL system.expire_snapshots(table => {table})"),
            format!("CALL system.remove_orphan_files(table => {table})"),
            format!(
                "CALL system.rewrite_data_files(table => {table}, options => \
                 map('partial-progress.enabled', 'true', 'delete-file-threshold', '1'))"
            ),
            // What is left are positions in files that are no longer there.
            format!(
                "CALL system.rewrite_position_delete_files(table => {table}, options => map('rewrite-all', 'true'))"
            ),
        ]
    };
    tables.flat_map(statements).collect()
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
