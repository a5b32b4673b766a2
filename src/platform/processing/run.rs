//! What runs a dataset, and what starts it.

use super::{JobHandle, flow, start};
use crate::model::{Dataset, VisualSource};
use crate::platform::aggregation::load::load_plan;
use crate::platform::{Context, Stack, aggregation, storage, visualization};

/// Adds the state machine of a dataset, its alarms, and what starts it.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    aggregation: &aggregation::Exports,
    dataset: &Dataset,
    job: &JobHandle,
) {
    let load = load_plan(context.platform, dataset);
    let job_name = job.name.clone();
    let flow =
        flow::Flow { dataset, job_name, load: &load, storage, aggregation, spice: spice(context, dataset) };
    let machine = flow::add(stack, context, flow);
    start::add(stack, context, dataset, &machine, storage);
}

/// The data sets of dashboards that show the dataset, or an aggregate over it or over a fact that joins it.
fn spice(context: Context<'_>, dataset: &Dataset) -> Vec<String> {
    let joins = |name: &str| {
        context
            .platform
            .dataset(name)
            .is_some_and(|fact| fact.joins.iter().any(|join| join.dimension == dataset.name))
    };
    let concerns = |source: &VisualSource| match source {
        VisualSource::Dataset(name) => *name == dataset.name || joins(name.as_str()),
        VisualSource::Aggregate(name) => context
            .platform
            .aggregate(name.as_str())
            .is_some_and(|one| one.from == dataset.name || joins(one.from.as_str())),
    };
    let all = visualization::spice_datasets(context);
    all.into_iter().filter(|(source, _)| concerns(source)).map(|(_, id)| id).collect()
}
