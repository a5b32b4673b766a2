//! Streaming views: records seconds after they came, beside the scheduled load.

use serde::Serialize;

use super::{CORE, Context, KINESIS, REPORT};
use crate::model::{Column, Dataset, Identifier, Sensitivity, Type};

/// Context of `stream.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Stream {
    /// The first comment.
    pub title: String,
    /// The schema of the materialized view.
    pub schema: &'static str,
    /// The materialized view.
    pub name: String,
    /// The schema of the views for readers.
    pub report: &'static str,
    /// The view of typed records.
    pub live: String,
    /// The view of what was no JSON.
    pub rejected: String,
    /// The external schema.
    pub external: &'static str,
    /// The Kinesis stream.
    pub stream: String,
    /// The columns of records. Hashed and dropped ones are left out: the warehouse has no key to hash with.
    pub columns: Vec<StreamColumn>,
}

/// A column of the records.
#[derive(Clone, Debug, Serialize)]
pub struct StreamColumn {
    /// What it is called.
    pub name: String,
    /// `VARCHAR(256)`
    pub data_type: String,
    /// Whether readers see `***` where there is a value.
    pub masked: bool,
}

/// What is made of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamViews {
    /// The materialized view of its records, in `core`.
    pub stream: String,
    /// The view of typed records, in `report`.
    pub live: String,
    /// The view of what was no JSON, in `report`.
    pub rejected: String,
}

/// What is made of a dataset's stream. No dataset is called so: names have no two underscores in a row.
#[must_use]
pub fn stream_views(dataset: &Identifier) -> StreamViews {
    StreamViews {
        stream: format!("{dataset}__stream"),
        live: format!("{dataset}__live"),
        rejected: format!("{dataset}__rejected"),
    }
}

/// The streaming view of a dataset.
pub(super) fn stream(context: Context<'_>, dataset: &Dataset) -> Stream {
    let seen = |column: &&Column| matches!(column.sensitivity, None | Some(Sensitivity::Mask));
    let column = |column: &Column| StreamColumn {
        name: column.name.to_string(),
        data_type: column.data_type.redshift(),
        masked: column.sensitivity == Some(Sensitivity::Mask),
    };
    let views = stream_views(&dataset.name);
    let shown = dataset.columns.iter().filter(seen).filter(|column| column.data_type != Type::Json);
    Stream {
        title: format!("Records of {} as they come.", dataset.name),
        schema: CORE,
        name: views.stream,
        report: REPORT,
        live: views.live,
        rejected: views.rejected,
        external: KINESIS,
        stream: context.dataset_name(&dataset.name),
        columns: shown.map(column).collect(),
    }
}
