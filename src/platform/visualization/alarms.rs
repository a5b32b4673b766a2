//! Alarms on ingestions into SPICE. A run starts an ingestion and does not wait for it, so no run reports its failure.

use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::SNSTopic;
use strataform_template::{Arn, Value};

use super::{Context, Export, Stack, source};
use crate::model::Origin;
use crate::platform::alarms::{Metric, Threshold, alarm};

/// Adds an alarm for each data set in SPICE. Assumes `ingestion-error-metric`.
pub(super) fn add(stack: &mut Stack, context: Context<'_>, topic: &Export<Arn<SNSTopic>>) {
    for shown in context.platform.shown() {
        if source::is_direct(context, &shown) {
            continue;
        }
        let topic = stack.import(topic);
        let id = source::id(context, &shown);
        let failed = Metric {
            namespace: "AWS/QuickSight",
            name: "IngestionErrorCount",
            dimensions: vec![("DatasetId", Value::assumed(id.clone().into()))],
            statistic: Statistic::Sum,
            period: 3_600,
        };
        let text = format!(
            "QuickSight could not refresh the data set {id}: its dashboards show older rows. Read the error in the data \
             set's refresh history; check the SPICE capacity and the secret of the dashboards' reader."
        );
        let path = format!("{}/alarm", source::path(&shown));
        stack.within(Origin::from(&shown), |stack| {
            alarm(stack, context, &topic, &path, failed, Threshold::above(0.0), text);
        });
    }
}
