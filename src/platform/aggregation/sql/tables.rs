//! Tables: the datasets' tables in `core`, and their staging tables in `staging`.

use serde::Serialize;

use super::super::load::{deleted_name, deletion_columns, latest_name, loaded_name};
use super::{CORE, Context, STAGING};
use crate::model::{DELETED, Dataset, Identifier, ORDER_COLUMNS, Role, Type};

/// Bytes a day from which a fact is distributed by its key, so that loads join without moving rows; below that,
/// Redshift chooses better than a fixed rule.
const DISTRIBUTED: u64 = 10_000_000_000;

/// Context of `table.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// The first comment.
    pub title: String,
    /// The permanent numbers of the columns, as the [line of their identities](crate::model::Identities::line) has them;
    /// `None` if they say no more than the names.
    pub numbers: Option<String>,
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
        numbers: dataset.identities.line(),
        schema: CORE,
        name: dataset.name.to_string(),
        description: dataset.description.clone(),
        columns: columns(dataset, Type::redshift),
        key: dataset.key.iter().map(Identifier::to_string).collect(),
        distribution_key: distribution_key(context, dataset),
        sort_key: dataset.event_time.as_ref().map(Identifier::to_string),
    }
}

/// The table of the deletions that are the latest version of their key. It is next to the dataset's table, and kept as
/// long: a deletion must beat an older version whenever that one is loaded.
pub(super) fn deleted(context: Context<'_>, dataset: &Dataset) -> Table {
    let core = core(context, dataset);
    let kept = deletion_columns(dataset);
    let column = |name: &String| core.columns.iter().find(|column| column.name == *name).cloned();
    Table {
        title: format!("The rows of {} that were deleted last: one row per key.", dataset.name),
        name: deleted_name(&dataset.name),
        description: None,
        columns: kept
            .iter()
            .filter_map(column)
            .map(|column| TableColumn { description: None, ..column })
            .collect(),
        ..core
    }
}

/// The staging tables of a dataset: the rows as they are in the files, and the latest row of each key.
pub(super) fn staging(context: Context<'_>, dataset: &Dataset) -> (Table, Table) {
    let core = core(context, dataset);
    let deletions = dataset.deletions.are_possible();
    // A row that marks a deletion lacks the others.
    let always = deletion_columns(dataset);
    let always_in_files: Vec<String> =
        always.iter().map(|name| dataset.stored_name(name).to_owned()).collect();
    let plain = |mut column: TableColumn, always: &[String]| {
        column.description = None;
        column.required &= !deletions || always.contains(&column.name);
        column
    };
    // Runs from before rows could be deleted do not have it.
    let mark = deletions.then(|| TableColumn {
        name: DELETED.0.to_owned(),
        data_type: DELETED.1.redshift(),
        required: false,
        description: None,
    });
    let table = |title: String, name: String, columns: Vec<TableColumn>, always: &[String]| Table {
        title,
        numbers: None,
        schema: STAGING,
        name,
        description: None,
        columns: columns.into_iter().map(|column| plain(column, always)).chain(mark.clone()).collect(),
        key: Vec::new(),
        distribution_key: core.distribution_key.clone(),
        sort_key: core.sort_key.clone(),
    };
    let in_files = |name: &Option<String>| name.as_deref().map(|name| dataset.stored_name(name).to_owned());
    let files = table(
        format!("Rows of {} as copied from files; each load empties the table first.", dataset.name),
        dataset.name.to_string(),
        stored(dataset),
        &always_in_files,
    );
    let files = Table {
        distribution_key: in_files(&files.distribution_key),
        sort_key: in_files(&files.sort_key),
        ..files
    };
    let latest = table(
        format!("The latest row of each key of {} in one load.", dataset.name),
        latest_name(&dataset.name),
        core.columns.clone(),
        &always,
    );
    (files, latest)
}

/// The columns of files: by their names in files, then those that were removed, which files from before still have.
fn stored(dataset: &Dataset) -> Vec<TableColumn> {
    let name =
        |column: TableColumn| TableColumn { name: dataset.stored_name(&column.name).to_owned(), ..column };
    let removed = dataset.identities.removed().map(|(one, data_type)| TableColumn {
        name: one.stored.clone(),
        data_type: copied(data_type),
        required: false,
        description: None,
    });
    columns(dataset, copied).into_iter().map(name).chain(removed).collect()
}

/// COPY loads a string column of Parquet into a character column only: JSON is parsed on the way to the next table.
/// Assumes `copy-json-text`.
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
