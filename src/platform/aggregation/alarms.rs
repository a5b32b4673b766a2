//! Alarms on the warehouse.

use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::SNSTopic;
use strataform_template::{Arn, Value};

use super::warehouse_name;
use crate::model::WarehouseKind;
use crate::platform::alarms::{Metric, Side, Silence, Threshold, alarm};
use crate::platform::{Context, Stack, sizing};

/// Adds what is watched of the kind of warehouse that there is.
pub(super) fn add(stack: &mut Stack, context: Context<'_>, topic: &Value<Arn<SNSTopic>>) {
    match &context.environment.settings.warehouse.kind {
        WarehouseKind::Serverless { daily_limit, .. } => {
            let size = sizing::warehouse(context.environment.settings.volume);
            serverless(stack, context, topic, daily_limit.unwrap_or(size.daily_limit));
        }
        WarehouseKind::Provisioned { .. } => provisioned(stack, context, topic),
    }
}

/// Somebody is told before the limit stops queries.
const WARNING: f64 = 0.75;

/// A day that comes near the limit of use is told of.
fn serverless(stack: &mut Stack, context: Context<'_>, topic: &Value<Arn<SNSTopic>>, daily_limit: u32) {
    let seconds = Metric {
        namespace: "AWS/Redshift-Serverless",
        name: "ComputeSeconds",
        dimensions: vec![("Workgroup", Value::assumed(warehouse_name(context).into()))],
        statistic: Statistic::Sum,
        period: 86_400,
    };
    let threshold = Threshold {
        side: Side::Above,
        limit: f64::from(daily_limit) * WARNING * 3_600.0,
        periods: (1, 1),
        silence: Silence::Good,
    };
    let text = format!(
        "The warehouse needed three quarters of the {daily_limit} RPU hours after which it refuses queries for the \
         rest of the day. Look for the longest queries in SYS_QUERY_HISTORY; raise `warehouse.daily_limit` where the \
         day was a usual one."
    );
    alarm(stack, context, topic, "warehouse/alarm/spending", seconds, threshold, text);
}

fn provisioned(stack: &mut Stack, context: Context<'_>, topic: &Value<Arn<SNSTopic>>) {
    let metric = |name, statistic| Metric {
        namespace: "AWS/Redshift",
        name,
        dimensions: vec![("ClusterIdentifier", Value::assumed(warehouse_name(context).into()))],
        statistic,
        period: 300,
    };
    let ill = Threshold { side: Side::Below, limit: 1.0, periods: (3, 3), silence: Silence::Bad };
    let text = "The cluster is not healthy. See its events in the console.".to_owned();
    let health = metric("HealthStatus", Statistic::Minimum);
    alarm(stack, context, topic, "warehouse/alarm/health", health, ill, text);
    let full = Threshold { side: Side::Above, limit: 80.0, periods: (3, 3), silence: Silence::Good };
    let text =
        "The disks of the cluster are fuller than 80 %. Shorten the retention, or add nodes.".to_owned();
    let disk = metric("PercentageDiskSpaceUsed", Statistic::Maximum);
    alarm(stack, context, topic, "warehouse/alarm/disk", disk, full, text);
}
