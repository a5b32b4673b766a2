//! [`DataSetOptions`]: how `QuickSight` keeps what dashboards show, and who sees which rows.

use super::super::Identifier;
use super::VisualSource;

/// What the file says of the data set of an aggregate or a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSetOptions {
    /// Of what it is.
    pub source: VisualSource,
    /// Where rows are; chosen by how fresh they are to be where it is `None`.
    pub mode: Option<ImportMode>,
    /// When rows are taken anew, beside each load of the warehouse; empty unless rows are kept in `SPICE`.
    pub refreshes: Vec<Refresh>,
    /// The dataset that says who sees which rows.
    pub rows: Option<Identifier>,
}

/// Where the rows of a data set are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// In `QuickSight`'s memory.
    Spice,
    /// In the warehouse, which is asked whenever somebody looks.
    Direct,
}

/// When rows are taken anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// Minutes between two, where it is not once a day: 15, 30 or 60.
    pub minutes: Option<u16>,
    /// The hour and minute of the day, in UTC, of the first one a day.
    pub at: (u8, u8),
    /// Which rows.
    pub kind: RefreshKind,
}

/// Which rows are taken anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshKind {
    /// All.
    Full,
    /// Those whose date is among the last days.
    Incremental {
        /// A column that is a date.
        column: Identifier,
        /// 1 to 365.
        days: u16,
    },
}
