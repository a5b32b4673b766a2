//! The alarm on the maintenance of an Iceberg table, which its job does after the first commit of a day.
//!
//! A failure of the maintenance does not fail the run, whose rows are committed by then: they are loaded, and the next
//! run tries again. Rows are kept longer than the retention meanwhile, so someone must know.

use strataform_resources::cloudwatch::Statistic;
use strataform_template::Value;

use crate::model::Dataset;
use crate::platform::alarms::{Metric, MissingData, Side, Threshold, alarm};
use crate::platform::{Context, Stack, storage};

/// Seconds of a day.
const DAY: u32 = 86_400;

/// Adds the alarm.
pub(super) fn watch(stack: &mut Stack, context: Context<'_>, storage: &storage::Exports, dataset: &Dataset) {
    let topic = stack.import(&storage.topic);
    let text = |text: String| Value::assumed(text.into());
    let metric = Metric {
        namespace: "Strataform",
        name: "maintenance_failed",
        dimensions: vec![
            ("platform", text(context.platform.name.to_string())),
            ("environment", text(context.environment.name.to_string())),
            ("dataset", text(dataset.name.to_string())),
        ],
        statistic: Statistic::Sum,
        period: DAY,
    };
    let threshold =
        Threshold { side: Side::Above, limit: 0.0, periods: (1, 1), missing_data: MissingData::NotBreaching };
    let what_to_do = format!(
        "The maintenance of the Iceberg table {} failed, so expired rows are still stored. The log of the job has the \
         cause after MAINTENANCE; the next run tries again.",
        dataset.name
    );
    let path = format!("{}/maintenance/alarm", dataset.name.path());
    alarm(stack, context, &topic, &path, metric, threshold, what_to_do);
}
