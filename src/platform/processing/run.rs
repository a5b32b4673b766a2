//! What runs a dataset, and what starts it.

use super::{JobHandle, flow, start};
use crate::model::Dataset;
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
    let all = visualization::spice_datasets(context);
    let fed =
        all.into_iter().filter(|(source, _)| visualization::is_fed_by(context.platform, source, dataset));
    fed.map(|(_, id)| id).collect()
}
