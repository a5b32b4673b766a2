//! The sources of dashboards: the columns of each source, as in its view in the warehouse.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::model::{
    Aggregate, DataSetOptions, Dataset, FieldKind, Identifier, ImportMode, Join, Platform, Refresh,
    RefreshKind, Schedule, Type, VisualSource, lookback,
};

/// A column of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The name.
    pub(super) name: String,
    /// The type in the model.
    pub(super) data_type: Type,
    /// The kind of field in QuickSight.
    pub(super) kind: FieldKind,
}

/// The columns of a source, in the order of its view: an aggregate's dimensions and measures, a dataset's own columns
/// and then those of its dimensions, named `alias_column`, or those of its live rows. JSON columns are left out.
pub(super) fn columns(platform: &Platform, source: &VisualSource) -> Vec<Shown> {
    match source {
        VisualSource::Aggregate(name) => {
            platform.aggregate(name.as_str()).map(of_aggregate).unwrap_or_default()
        }
        VisualSource::Dataset(name) => {
            platform.dataset(name.as_str()).map(|dataset| of_dataset(platform, dataset)).unwrap_or_default()
        }
        VisualSource::Live(name) => platform.dataset(name.as_str()).map(of_live).unwrap_or_default(),
    }
}

fn of_aggregate(aggregate: &Aggregate) -> Vec<Shown> {
    aggregate.columns().filter_map(|(name, data_type, _)| shown(name.to_string(), data_type)).collect()
}

fn of_live(dataset: &Dataset) -> Vec<Shown> {
    dataset.live().filter_map(|(name, data_type)| shown(name.to_owned(), data_type)).collect()
}

fn of_dataset(platform: &Platform, dataset: &Dataset) -> Vec<Shown> {
    let own = dataset.curated().filter_map(|column| shown(column.name.to_string(), column.data_type));
    let mut columns: Vec<Shown> = own.collect();
    for join in &dataset.joins {
        let Some(dimension) = platform.dataset(join.dimension.as_str()) else { continue };
        let names = dimension.curated();
        columns.extend(
            names.filter_map(|column| shown(format!("{}_{}", join.alias, column.name), column.data_type)),
        );
    }
    // As in the view: the first column keeps the name.
    let mut taken = BTreeSet::new();
    columns.retain(|column| taken.insert(column.name.clone()));
    columns
}

fn shown(name: String, data_type: Type) -> Option<Shown> {
    let kind = data_type.quicksight()?;
    Some(Shown { name, data_type, kind })
}

/// The dataset that a source is based on.
fn origin<'a>(platform: &'a Platform, source: &VisualSource) -> Option<&'a Dataset> {
    match source {
        VisualSource::Aggregate(name) => platform.dataset(platform.aggregate(name.as_str())?.from.as_str()),
        VisualSource::Dataset(name) | VisualSource::Live(name) => platform.dataset(name.as_str()),
    }
}

/// The quota of SPICE refreshes of a data set in 24 hours.
const SPICE_LOADS_A_DAY: u64 = 32;

/// Whether a data set uses direct query instead of SPICE: if the platform file says so, or if it says nothing and the
/// data set cannot follow the loads ([`follows_loads`]).
pub(super) fn is_direct(context: Context<'_>, source: &VisualSource) -> bool {
    match context.platform.data_set(source) {
        Some(DataSetOptions { mode: Some(mode), .. }) => *mode == ImportMode::Direct,
        Some(options) if !options.refreshes.is_empty() => false,
        _ => !follows_loads(context, source),
    }
}

/// The refresh schedules of a data set in SPICE, in addition to the refresh after each load: those of the platform
/// file, or hourly if nothing else would refresh it.
pub(super) fn refreshes(context: Context<'_>, source: &VisualSource) -> Vec<Refresh> {
    if is_direct(context, source) {
        return Vec::new();
    }
    let configured =
        context.platform.data_set(source).map(|options| options.refreshes.clone()).unwrap_or_default();
    if configured.is_empty() && !follows_loads(context, source) {
        let window = derived(context.platform, source);
        let kind =
            window.map_or(RefreshKind::Full, |(column, days)| RefreshKind::Incremental { column, days });
        return vec![Refresh { minutes: Some(60), at: (0, 0), kind }];
    }
    configured
}

/// The column and the days of the incremental refreshes of a data set in SPICE: those of the platform file, or, where
/// SPICE follows the loads of a stream, the days in which its rows can change.
pub(super) fn window(context: Context<'_>, source: &VisualSource) -> Option<(Identifier, u16)> {
    if is_direct(context, source) {
        return None;
    }
    let refreshes = refreshes(context, source);
    let configured = refreshes.iter().find_map(|one| match &one.kind {
        RefreshKind::Incremental { column, days } => Some((column.clone(), *days)),
        RefreshKind::Full => None,
    });
    if refreshes.is_empty() { derived(context.platform, source) } else { configured }
}

/// The window of a source that follows from its dataset. A first load of files can bring any number of years, so only
/// streams have one.
fn derived(platform: &Platform, source: &VisualSource) -> Option<(Identifier, u16)> {
    let dataset = origin(platform, source).filter(|one| one.source.has_stream())?;
    let aggregate = match source {
        VisualSource::Dataset(_) => None,
        VisualSource::Aggregate(name) => Some(platform.aggregate(name.as_str())?),
        VisualSource::Live(_) => return None,
    };
    let (column, days) = lookback(dataset, aggregate).into_iter().next()?;
    Some((column.clone(), days))
}

/// Whether an ingestion after a load of a dataset can be limited to the window: if another dataset is loaded, the rows
/// of all times change.
pub(super) fn changes_in_window(context: Context<'_>, source: &VisualSource, dataset: &Dataset) -> bool {
    let own = origin(context.platform, source).is_some_and(|one| one.name == dataset.name);
    own && window(context, source).is_some()
}

/// Whether SPICE can be refreshed after each load of the warehouse. It cannot if rows are live, or change more often
/// than the quota of refreshes allows.
pub(super) fn follows_loads(context: Context<'_>, source: &VisualSource) -> bool {
    let is_live = match source {
        VisualSource::Live(_) => true,
        VisualSource::Aggregate(_) | VisualSource::Dataset(_) => false,
    };
    let feeding = context.platform.datasets.iter().filter(|one| is_fed_by(context.platform, source, one));
    let loads: u64 = feeding.map(|dataset| runs_a_day(context.environment.schedule(dataset))).sum();
    !is_live && loads <= SPICE_LOADS_A_DAY
}

fn runs_a_day(schedule: Schedule) -> u64 {
    match schedule {
        Schedule::Every(period) => 1_440 / period.as_minutes().max(1),
        // The arrival of files cannot be predicted; once a day is typical for reference data.
        Schedule::Daily { .. } | Schedule::OnArrival => 1,
    }
}

/// Whether a load of a dataset changes the rows of a source: the source is based on the dataset, or joins it.
pub(in crate::platform) fn is_fed_by(platform: &Platform, source: &VisualSource, dataset: &Dataset) -> bool {
    let joins = |fact: &Identifier| platform.dataset(fact.as_str()).map_or(&[][..], |fact| &fact.joins);
    match source {
        VisualSource::Dataset(name) => {
            *name == dataset.name || joins(name).iter().any(|join| join.dimension == dataset.name)
        }
        VisualSource::Aggregate(name) => platform.aggregate(name.as_str()).is_some_and(|one| {
            let uses = |join: &Join| one.joins.contains(&join.alias) && join.dimension == dataset.name;
            one.from == dataset.name || joins(&one.from).iter().any(uses)
        }),
        // Its rows come from the stream.
        VisualSource::Live(_) => false,
    }
}

/// The ID of the data set of a source: at most 24 + 1 + 12 + 1 + 66 = 104 characters.
pub(super) fn id(context: Context<'_>, source: &VisualSource) -> String {
    format!("{}-{}", context.prefix(), source.kebab())
}

/// The path of the data set of a source, from which logical IDs are derived.
pub(super) fn path(source: &VisualSource) -> String {
    match source {
        VisualSource::Aggregate(name) | VisualSource::Dataset(name) => format!("data/set/{name}"),
        // As `data/set/orders__live`, it would have the logical ID of `orders_live`.
        VisualSource::Live(name) => format!("data/live/{name}"),
    }
}

/// Each used source with its columns.
pub(super) type Columns = BTreeMap<VisualSource, Vec<Shown>>;

/// The columns of all sources of dashboards.
pub(super) fn all_columns(platform: &Platform) -> Columns {
    let sources = platform.shown().into_iter();
    sources.map(|source| (source.clone(), columns(platform, &source))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Period, fixture};

    #[test]
    fn frequent_loads_use_direct_query() {
        let mut platform = fixture::platform();
        let aggregate = VisualSource::Aggregate(platform.aggregates[0].name.clone());
        let mut direct = |minutes| {
            for dataset in &mut platform.datasets {
                dataset.freshness = crate::model::Freshness::Scheduled;
                dataset.schedule = None;
            }
            platform.environments[0].settings.schedule = Schedule::Every(Period::minutes(minutes));
            is_direct(Context { platform: &platform, environment: &platform.environments[0] }, &aggregate)
        };
        assert!(!direct(120), "12 loads of the fact and 12 of its dimension");
        assert!(direct(60), "24 and 24 are more than 32");
    }
}
