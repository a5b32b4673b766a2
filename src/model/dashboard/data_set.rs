//! [`DataSetOptions`]: where `QuickSight` stores the rows of dashboards, and who sees which of them.

use super::super::{Aggregate, Dataset, Identifier};
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

/// The columns of a source by which an incremental refresh can look back, and the days in which rows can still change,
/// counted back by the column: how late records can arrive, the length of the period that the column begins, and a day
/// until the next refresh. A refresh of fewer days misses rows.
///
/// `aggregate` is the source if it is an aggregate of the dataset, and `None` if it is the dataset itself. Columns that
/// are neither the event time nor the start of a period of it are left out: how late records arrive says nothing about
/// them.
#[must_use]
pub fn lookback<'a>(dataset: &'a Dataset, aggregate: Option<&'a Aggregate>) -> Vec<(&'a Identifier, u16)> {
    let Some(event_time) = &dataset.event_time else { return Vec::new() };
    let days = |period: u64| u16::try_from(dataset.late.as_days() + period + 1).ok();
    let Some(aggregate) = aggregate else {
        return days(0).map(|days| (event_time, days)).into_iter().collect();
    };
    let columns = aggregate.dimensions.iter().filter_map(|one| {
        let (column, period) = one.expression.truncated_column()?;
        (column.alias.is_none() && column.column == *event_time).then_some(())?;
        Some((&one.name, days(period)?))
    });
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn a_window_covers_late_records_their_period_and_the_time_until_a_refresh() {
        let platform = fixture::platform();
        let (orders, customers) = (&platform.datasets[0], &platform.datasets[1]);
        let days = |expression: &str| {
            let mut daily = platform.aggregates[0].clone();
            daily.dimensions[0].expression = fixture::of_order(expression);
            let found =
                lookback(orders, Some(&daily)).into_iter().map(|(name, days)| (name.to_string(), days));
            found.collect::<Vec<_>>()
        };
        assert_eq!(orders.late.as_days(), 3);
        assert_eq!(lookback(orders, None), [(orders.event_time.as_ref().expect("an event time"), 4)]);
        assert_eq!(days("ordered_at"), [("day".to_owned(), 4)]);
        assert_eq!(days("date_trunc('day', ordered_at)"), [("day".to_owned(), 5)]);
        assert_eq!(days("date_trunc('month', ordered_at)"), [("day".to_owned(), 35)]);
        assert_eq!(days("date_trunc('day', shipped_at)"), []);
        assert_eq!(lookback(customers, None), [], "it has no event time");
    }
}
