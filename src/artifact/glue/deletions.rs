//! How a job deletes rows: by a condition over the records, or because a dump lacks them.

use serde::Serialize;

use super::{quoted, reference};
use crate::model::{Dataset, Deletions, Engine};

/// The part of the context that is about deletions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Deletion {
    /// Spark SQL over the columns of the records that is true for a record that deletes the row of its key.
    pub delete: Option<String>,
    /// The columns that such a record must have: the key, the event time, and those that the condition reads.
    pub delete_needs: Vec<String>,
    /// Whether each file is a full dump.
    pub dumps: bool,
    /// The percentage of the rows that a dump can delete before the run fails.
    pub max_deleted: u8,
    /// Whether rows can be deleted.
    pub deletions: bool,
}

impl Deletion {
    /// The deletions of a dataset.
    pub(super) fn of(dataset: &Dataset) -> Self {
        let (delete, delete_needs, dumps, max_deleted) = match &dataset.deletions {
            Deletions::Never => return Self::default(),
            Deletions::Records(condition) => {
                let read = condition.references().into_iter().map(|one| one.column.to_string());
                let key = dataset.key.iter().chain(&dataset.event_time).map(ToString::to_string);
                (Some(condition.render(Engine::Spark, &reference)), key.chain(read).collect(), false, 100)
            }
            Deletions::Dumps { most } => (None, Vec::new(), true, *most),
        };
        Self { delete, delete_needs, dumps, max_deleted, deletions: true }
    }
}

/// The name of the Iceberg table of the deletions that are the latest version of their key, quoted.
pub(super) fn deleted_table(dataset: &Dataset) -> String {
    quoted(&format!("{}__deleted", dataset.name))
}
