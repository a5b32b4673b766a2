//! Alarms on the warehouse.

use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::SNSTopic;
use strataform_template::{Arn, Value};

use super::warehouse_name;
use crate::model::WarehouseKind;
use crate::platform::alarms::{Metric, MissingData, Series, Side, Threshold, alarm};
use crate::platform::sizing::Configured;
use crate::platform::{Context, Stack};

/// Adds the alarms for the kind of warehouse.
pub(super) fn add(stack: &mut Stack, context: Context<'_>, topic: &Value<Arn<SNSTopic>>) {
    match &context.environment.settings.warehouse.kind {
        WarehouseKind::Serverless { base, most, daily_limit } => {
            let set = Configured { base: *base, most: *most, daily_limit: *daily_limit };
            serverless(stack, context, topic, context.capacity(set).daily_limit);
        }
        WarehouseKind::Provisioned { .. } => provisioned(stack, context, topic),
    }
}

/// The share of the daily limit at which the alarm goes off, before Redshift stops queries.
const WARNING: f64 = 0.75;

/// Failed queries in an hour from which a reader cannot work: one person mistypes a few, and a dashboard whose reader is
/// locked out fails with each visual.
const FAILED: f64 = 20.0;

/// Adds alarms on a day that comes near the usage limit, and on failing queries.
fn serverless(stack: &mut Stack, context: Context<'_>, topic: &Value<Arn<SNSTopic>>, daily_limit: u32) {
    let name = warehouse_name(context);
    // The metrics have dimensions that are not known here, the ID of the usage limit and the kind of a query; a Metrics
    // Insights query does not need to name them. Assumes `usage-limit-metric` and `failed-queries-metric`.
    let query = |of: &str, dimensions: &str, period| Series::Query {
        sql: format!(
            "SELECT {of} FROM SCHEMA(\"AWS/Redshift-Serverless\", {dimensions}) WHERE Workgroup = '{name}'"
        ),
        period,
    };
    let used = query("MAX(UsageLimitConsumed)", "UsageLimitId, UsageType, Workgroup", 300);
    let text = format!(
        "The warehouse used three quarters of its daily limit of {daily_limit} RPU hours. At the limit, \
         Redshift rejects queries for the rest of the day. Find the longest queries in SYS_QUERY_HISTORY; if \
         this load is normal, raise `warehouse.daily_limit`."
    );
    let threshold = Threshold::above(f64::from(daily_limit) * WARNING);
    alarm(stack, context, topic, "warehouse/alarm/spending", used, threshold, text);
    let failed = query("SUM(QueriesFailed)", "QueryType, Workgroup", 3_600);
    let text = format!(
        "More than {FAILED} queries failed within an hour. Find their errors in SYS_QUERY_HISTORY; if all are of one \
         user, check its grants, or the password of the dashboards' reader."
    );
    alarm(stack, context, topic, "warehouse/alarm/failing", failed, Threshold::above(FAILED), text);
}

fn provisioned(stack: &mut Stack, context: Context<'_>, topic: &Value<Arn<SNSTopic>>) {
    let metric = |name, statistic| Metric {
        namespace: "AWS/Redshift",
        name,
        dimensions: vec![("ClusterIdentifier", Value::assumed(warehouse_name(context).into()))],
        statistic,
        period: 300,
    };
    let unhealthy =
        Threshold { side: Side::Below, limit: 1.0, periods: (3, 3), missing_data: MissingData::Breaching };
    let text = "The cluster is unhealthy. Check its events in the Redshift console.".to_owned();
    let health = metric("HealthStatus", Statistic::Minimum);
    alarm(stack, context, topic, "warehouse/alarm/health", health, unhealthy, text);
    let full = Threshold {
        side: Side::Above,
        limit: 80.0,
        periods: (3, 3),
        missing_data: MissingData::NotBreaching,
    };
    let text =
        "The cluster uses more than 80% of its disk space. Shorten the retention, or add nodes.".to_owned();
    let disk = metric("PercentageDiskSpaceUsed", Statistic::Maximum);
    alarm(stack, context, topic, "warehouse/alarm/disk", disk, full, text);
}
