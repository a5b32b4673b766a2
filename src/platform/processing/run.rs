//! The state machine of a dataset, and its trigger.

use strataform_resources::kind::SQSQueue;
use strataform_template::{Arn, Value};

use super::{JobHandle, Upstream, flow, start};
use crate::model::Dataset;
use crate::platform::{Context, Stack, visualization};

/// Adds the state machine of a dataset, its alarms and its trigger. `lost` is the queue of lost starts.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    Upstream { storage, aggregation, loads }: Upstream<'_>,
    dataset: &Dataset,
    job: &JobHandle,
    lost: &Value<Arn<SQSQueue>>,
) {
    let load = loads.of(dataset);
    let (spice, windowed) = (spice(context, dataset), windowed(context, dataset));
    let flow =
        flow::Flow { dataset, job_name: job.name.clone(), load, storage, aggregation, spice, windowed };
    let machine = flow::add(stack, context, flow);
    start::add(stack, context, dataset, &machine, storage, lost);
}

/// The data sets of dashboards that show the dataset, or an aggregate over it or over a fact that joins it.
fn spice(context: Context<'_>, dataset: &Dataset) -> Vec<String> {
    let all = visualization::spice_datasets(context);
    let fed =
        all.into_iter().filter(|(source, _)| visualization::is_fed_by(context.platform, source, dataset));
    fed.map(|(_, id)| id).collect()
}

/// Those of them of which only the newest rows change.
fn windowed(context: Context<'_>, dataset: &Dataset) -> Vec<String> {
    let all = visualization::spice_datasets(context).into_iter();
    all.filter(|(source, _)| visualization::is_incremental(context, source, dataset))
        .map(|(_, id)| id)
        .collect()
}
