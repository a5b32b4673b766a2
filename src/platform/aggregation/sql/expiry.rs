//! Procedures that delete rows which are older than the platform keeps them.

use serde::Serialize;

use super::super::load::deleted_name;
use super::{CORE, Context, MART, groups, streaming, streams::stream_views};
use crate::model::{Dataset, ORDER_COLUMNS, Role};

/// Context of `expire.sql.hbs`.
#[derive(Clone, Debug, Serialize)]
pub struct Expiry {
    /// The first comment.
    pub title: String,
    /// The schema of the procedure.
    pub schema: &'static str,
    /// The name of the procedure.
    pub name: String,
    /// The schema of the table.
    pub of: &'static str,
    /// The table, or the streaming view.
    pub table: String,
    /// The column with the age of a row.
    pub column: String,
    /// Days that rows are kept.
    pub days: u64,
    /// The procedures that note the groups of these rows first.
    pub touches: Vec<String>,
}

/// The procedures of a platform, each with the dataset that it is for.
///
/// Rows of dimensions are kept: they are the current state, however old it is. A streaming view keeps what its stream
/// does, and is never behind it.
#[must_use]
pub fn expiries(context: Context<'_>) -> Vec<(&Dataset, Expiry)> {
    let facts = context.platform.datasets.iter().filter(|dataset| dataset.role == Role::Fact);
    let rows = facts.map(|dataset| (dataset, of_rows(context, dataset)));
    let streams = streaming(context.platform).map(|dataset| (dataset, of_stream(context, dataset)));
    let deletions = context.platform.datasets.iter().filter(|dataset| dataset.deletions.are_possible());
    let deletions = deletions.map(|dataset| (dataset, of_deletions(context, dataset)));
    rows.chain(streams).chain(deletions).collect()
}

fn of_rows(context: Context<'_>, dataset: &Dataset) -> Expiry {
    let name = &dataset.name;
    Expiry {
        title: format!("Deletes rows of {name} that are older than the retention."),
        schema: MART,
        name: format!("expire__{name}"),
        of: CORE,
        table: name.to_string(),
        column: dataset.event_time.as_ref().map_or(ORDER_COLUMNS[0].0.to_owned(), ToString::to_string),
        days: context.environment.settings.retention.curated.as_days(),
        touches: groups::expired(context.platform, dataset),
    }
}

/// A deletion is kept until no file is left that could bring an older version of its key.
fn of_deletions(context: Context<'_>, dataset: &Dataset) -> Expiry {
    let (table, keep) = (deleted_name(&dataset.name), context.environment.settings.retention);
    let [(arrived, _), ..] = ORDER_COLUMNS;
    Expiry {
        title: format!("Forgets deletions of {} that are older than all files.", dataset.name),
        schema: MART,
        name: format!("expire__{table}"),
        of: CORE,
        table,
        column: arrived.to_owned(),
        days: keep.raw.as_days().max(keep.curated.as_days()),
        touches: Vec::new(),
    }
}

fn of_stream(context: Context<'_>, dataset: &Dataset) -> Expiry {
    let views = stream_views(&dataset.name);
    Expiry {
        title: format!("Deletes records of {} that its stream no longer has.", dataset.name),
        schema: MART,
        name: format!("expire__{}", views.stream),
        of: CORE,
        table: views.stream,
        column: "approximate_arrival_timestamp".to_owned(),
        days: context.environment.settings.retention.stream.as_days(),
        touches: Vec::new(),
    }
}
