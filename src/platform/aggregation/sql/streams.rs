//! Streaming ingestion: records are visible seconds after they arrive, in addition to the scheduled load.

use serde::Serialize;

use super::{CORE, Context, KINESIS, REPORT};
use crate::model::{Dataset, Identifier, Type, VisualSource};

/// Context of `stream.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Stream {
    /// The first comment.
    pub title: String,
    /// The schema of the materialized view.
    pub schema: &'static str,
    /// The materialized view.
    pub name: String,
    /// The schema of the views that readers see.
    pub report: &'static str,
    /// The name of the view of typed records.
    pub live: String,
    /// The name of the view of records that are not valid JSON.
    pub rejected: String,
    /// The external schema.
    pub external: &'static str,
    /// The Kinesis data stream.
    pub stream: String,
    /// The column that says when a record arrived.
    pub arrived: &'static str,
    /// The columns of the records, without sensitive ones: a record is stored as it arrives, before a job protects it.
    /// Platform files with such columns are rejected, since its payload would have them.
    pub columns: Vec<StreamColumn>,
}

/// A column of the records.
#[derive(Clone, Debug, Serialize)]
pub struct StreamColumn {
    /// The name.
    pub name: String,
    /// `VARCHAR(256)`
    pub data_type: String,
    /// Whether it is a timestamp: its text can have an offset, as the job accepts it.
    pub is_instant: bool,
    /// Whether it is a Boolean, which is shown as text.
    pub is_boolean: bool,
}

/// The names of the views over a dataset's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamViews {
    /// The materialized view of its records, in `core`.
    pub stream: String,
    /// The view of typed records, in `report`.
    pub live: String,
    /// The view of records that are not valid JSON, in `report`.
    pub rejected: String,
}

/// The names of the views over a dataset's stream. No dataset can have one of them: names contain no two consecutive
/// underscores.
#[must_use]
pub fn stream_views(dataset: &Identifier) -> StreamViews {
    StreamViews {
        stream: format!("{dataset}__stream"),
        live: VisualSource::Live(dataset.clone()).name().into_owned(),
        rejected: format!("{dataset}__rejected"),
    }
}

/// The streaming view of a dataset.
pub(super) fn stream(context: Context<'_>, dataset: &Dataset) -> Stream {
    let column = |(name, data_type): (&str, Type)| StreamColumn {
        name: name.to_owned(),
        data_type: data_type.redshift(),
        is_instant: data_type == Type::Timestamp,
        is_boolean: data_type == Type::Boolean,
    };
    let views = stream_views(&dataset.name);
    Stream {
        title: format!("Records of {} as they arrive.", dataset.name),
        schema: CORE,
        name: views.stream,
        report: REPORT,
        live: views.live,
        rejected: views.rejected,
        external: KINESIS,
        stream: context.dataset_name(&dataset.name),
        arrived: Identifier::ARRIVED,
        columns: dataset.live().filter(|(name, _)| *name != Identifier::ARRIVED).map(column).collect(),
    }
}
