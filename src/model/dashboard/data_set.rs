//! [`DataSetOptions`]: where `QuickSight` stores the rows of dashboards, and who sees which of them.

use super::super::Identifier;
use super::VisualSource;

/// The file's options for the data set of an aggregate or a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSetOptions {
    /// The source of the data set.
    pub source: VisualSource,
    /// Where rows are stored; if `None`, the freshness of the source decides.
    pub mode: Option<ImportMode>,
    /// Ingestions in addition to the one after each load of the warehouse; empty unless rows are stored in `SPICE`.
    pub refreshes: Vec<Refresh>,
    /// The dataset with the rules for row-level security.
    pub rows: Option<Identifier>,
}

/// Where the rows of a data set are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// In `QuickSight`'s memory.
    Spice,
    /// In the warehouse, which is queried at every view.
    Direct,
}

/// A schedule of ingestions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Minutes between ingestions: 15, 30 or 60; `None` for one a day.
    pub minutes: Option<u16>,
    /// The hour and minute of the day's first ingestion, in UTC.
    pub at: (u8, u8),
    /// Which rows are ingested.
    pub kind: RefreshKind,
}

/// Which rows are ingested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshKind {
    /// All rows.
    Full,
    /// Rows with a date in the last days.
    Incremental {
        /// A date column.
        column: Identifier,
        /// 1 to 365.
        days: u16,
    },
}
