//! Tables: the datasets' tables in `core`, and their staging tables in `staging`.

use serde::Serialize;

use super::super::load::{latest_name, loaded_name};
use super::{CORE, Context, STAGING};
use crate::model::{Dataset, Identifier, ORDER_COLUMNS, Role, Type};

/// Bytes a day from which a fact is distributed by its key, so that MERGE joins without moving rows; below that,
/// Redshift chooses better than a fixed rule.
const DISTRIBUTED: u64 = 10_000_000_000;

/// Context of `table.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// The first comment.
    pub title: String,
    /// The schema.
    pub schema: &'static str,
    /// The name.
    pub name: String,
    /// The description from the platform file.
    pub description: Option<String>,
    /// The columns, in the order of the curated files. No column names an encoding: a single one would turn off
    /// automatic encoding for the whole table.
    pub columns: Vec<TableColumn>,
    /// The columns of the primary key; empty for staging tables, where nothing keeps rows unique.
    pub key: Vec<String>,
    /// The distribution key; `None` leaves the choice to Redshift.
    pub distribution_key: Option<String>,
    /// The sort key; `None` leaves the choice to Redshift.
    pub sort_key: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct TableColumn {
    /// The name.
    pub name: String,
    /// `VARCHAR(256)`
    pub data_type: String,
    /// Whether the column is `NOT NULL`.
    pub required: bool,
    /// The description from the platform file.
    pub description: Option<String>,
}

/// Context of `loaded.sql.hbs`: the table of the runs that are loaded.
#[derive(Clone, Debug, Serialize)]
pub struct LoadedRuns {
    /// The first comment.
    pub title: String,
    /// The schema.
    pub schema: &'static str,
    /// The name.
    pub name: String,
    /// The schema of the dataset's table.
    pub core: &'static str,
    /// The name of the dataset's table.
    pub table: String,
}

/// The table of the runs of a dataset that are loaded.
pub(super) fn loaded(dataset: &Dataset) -> LoadedRuns {
    LoadedRuns {
        title: format!("The runs of {} that are loaded.", dataset.name),
        schema: STAGING,
        name: loaded_name(&dataset.name),
        core: CORE,
        table: dataset.name.to_string(),
    }
}

/// The table of a dataset.
pub(super) fn core(context: Context<'_>, dataset: &Dataset) -> Table {
    Table {
        title: format!("Dataset {}: one row per key.", dataset.name),
        schema: CORE,
        name: dataset.name.to_string(),
        description: dataset.description.clone(),
        columns: columns(dataset, Type::redshift),
        key: dataset.key.iter().map(Identifier::to_string).collect(),
        distribution_key: distribution_key(context, dataset),
        sort_key: dataset.event_time.as_ref().map(Identifier::to_string),
    }
}

/// The staging tables of a dataset: the rows as they are in the files, and the latest row of each key.
pub(super) fn staging(context: Context<'_>, dataset: &Dataset) -> (Table, Table) {
    let core = core(context, dataset);
    let plain = |mut column: TableColumn| {
        column.description = None;
        column
    };
    let table = |title: String, name: String, columns: Vec<TableColumn>| Table {
        title,
        schema: STAGING,
        name,
        description: None,
        columns: columns.into_iter().map(plain).collect(),
        key: Vec::new(),
        distribution_key: core.distribution_key.clone(),
        sort_key: core.sort_key.clone(),
    };
    let files = table(
        format!("Rows of {} as copied from files; each load empties the table first.", dataset.name),
        dataset.name.to_string(),
        columns(dataset, copied),
    );
    let latest = table(
        format!("The latest row of each key of {} in one load.", dataset.name),
        latest_name(&dataset.name),
        core.columns.clone(),
    );
    (files, latest)
}

/// COPY loads a string column of Parquet into a character column only: JSON is parsed on the way to the next table.
fn copied(data_type: Type) -> String {
    match data_type {
        Type::Json => "VARCHAR(65535)".to_owned(),
        other => other.redshift(),
    }
}

fn columns(dataset: &Dataset, data_type: fn(Type) -> String) -> Vec<TableColumn> {
    let column = |column: crate::model::CuratedColumn<'_>| TableColumn {
        name: column.name.to_string(),
        data_type: data_type(column.data_type),
        required: !column.nullable || dataset.key.contains(column.name),
        description: column.description.map(str::to_owned),
    };
    let order = ORDER_COLUMNS.map(|(name, kind)| TableColumn {
        name: name.to_owned(),
        data_type: data_type(kind),
        required: true,
        description: None,
    });
    dataset.curated().map(column).chain(order).collect()
}

/// The first column of the key that is neither a date nor a Boolean: it has many values, so the rows of a day do not
/// all go to one slice.
fn distribution_key(context: Context<'_>, dataset: &Dataset) -> Option<String> {
    if dataset.role != Role::Fact || context.volume(dataset).bytes_per_day() < DISTRIBUTED {
        return None;
    }
    let many = |name: &&Identifier| {
        let found = dataset.curated().find(|column| column.name == *name);
        found.is_some_and(|column| !column.data_type.is_temporal() && column.data_type != Type::Boolean)
    };
    dataset.key.iter().find(many).map(Identifier::to_string)
}
