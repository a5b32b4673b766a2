//! [`DataSetOptions`]: where `QuickSight` stores the rows of dashboards, and who sees which of them.

use super::super::{Dataset, Identifier};
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
        /// 1 to 3,650.
        days: u16,
    },
}

/// The days in which rows can still change, counted back by a column: how late records can arrive, the length of the
/// period that the column begins, and a day until the next refresh. An incremental refresh of fewer days misses rows.
///
/// `expression` is the column's expression over the dataset. `None` if it is neither the event time nor the start of a
/// period of it: how late records arrive then says nothing about it.
#[must_use]
pub fn lookback(dataset: &Dataset, expression: &str) -> Option<u16> {
    let event_time = dataset.event_time.as_ref()?.as_str();
    let text: String = expression.to_lowercase().split_whitespace().collect();
    let period = if text == event_time {
        0
    } else if text == format!("cast({event_time}asdate)") {
        1
    } else {
        let (unit, of) = text.strip_prefix("date_trunc('")?.strip_suffix(')')?.split_once("',")?;
        let (_, days) = PERIODS.into_iter().find(|(name, _)| *name == unit && of == event_time)?;
        days
    };
    u16::try_from(dataset.late.as_days() + period + 1).ok()
}

/// The periods of `date_trunc`, and the most days of each.
const PERIODS: [(&str, u64); 7] =
    [("minute", 0), ("hour", 0), ("day", 1), ("week", 7), ("month", 31), ("quarter", 92), ("year", 366)];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_window_covers_late_records_their_period_and_the_time_until_a_refresh() {
        let platform = fixture::platform();
        let days = |expression| lookback(&platform.datasets[0], expression);
        assert_eq!(platform.datasets[0].late.as_days(), 3);
        assert_eq!(days("ordered_at"), Some(4));
        assert_eq!(days("date_trunc('hour', ordered_at)"), Some(4));
        assert_eq!(days("DATE_TRUNC( 'day', ordered_at )"), Some(5));
        assert_eq!(days("cast(ordered_at as date)"), Some(5));
        assert_eq!(days("date_trunc('month', ordered_at)"), Some(35));
        assert_eq!(days("date_trunc('day', shipped_at)"), None);
        assert_eq!(days("amount"), None);
        assert_eq!(lookback(&platform.datasets[1], "since"), None, "it has no event time");
    }
}
