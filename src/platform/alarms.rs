//! CloudWatch alarms: the metric, the threshold, and what to do when the alarm goes off.
//!
//! Every alarm of every stage is created here, so that each one notifies the topic and states the next step.

use strataform_resources::cloudwatch::{
    Alarm, AlarmDimension, ComparisonOperator, Statistic, TreatMissingData,
};
use strataform_resources::kind::SNSTopic;
use strataform_template::{Arn, Text, Value};

use super::{Context, Stack};

/// The metric of an alarm.
#[derive(Clone, Debug)]
pub struct Metric {
    /// `AWS/Kinesis`
    pub namespace: &'static str,
    /// `GetRecords.IteratorAgeMilliseconds`
    pub name: &'static str,
    /// The dimensions: names and values.
    pub dimensions: Vec<(&'static str, Value<Text>)>,
    /// The statistic over a period.
    pub statistic: Statistic,
    /// The period in seconds: a multiple of 60.
    pub period: u32,
}

/// The threshold of an alarm.
#[derive(Clone, Copy, Debug)]
pub struct Threshold {
    /// The side of the limit that breaches.
    pub side: Side,
    /// The limit.
    pub limit: f64,
    /// Datapoints to alarm, and evaluation periods: M out of N.
    pub periods: (u32, u32),
    /// How missing data is treated.
    pub missing_data: MissingData,
}

/// The side of a limit that breaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Values greater than the limit.
    Above,
    /// Values less than the limit.
    Below,
}

/// How missing data is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingData {
    /// No data is fine: nothing arrives, or nothing runs.
    NotBreaching,
    /// There must always be data.
    Breaching,
}

/// Adds an alarm that notifies the topic when it enters the ALARM state and when it returns to OK.
///
/// `what_to_do` is the description in the notification: what is wrong, and what to check first.
pub fn alarm(
    stack: &mut Stack,
    context: Context<'_>,
    topic: &Value<Arn<SNSTopic>>,
    path: &str,
    metric: Metric,
    threshold: Threshold,
    what_to_do: String,
) {
    let dimensions: Vec<_> =
        metric.dimensions.into_iter().map(|(name, value)| AlarmDimension::new(name, value)).collect();
    let operator = match threshold.side {
        Side::Above => ComparisonOperator::GreaterThanThreshold,
        Side::Below => ComparisonOperator::LessThanThreshold,
    };
    let missing = match threshold.missing_data {
        MissingData::NotBreaching => TreatMissingData::NotBreaching,
        MissingData::Breaching => TreatMissingData::Breaching,
    };
    let (datapoints, periods) = threshold.periods;
    let alarm = Alarm::new()
        .alarm_description(what_to_do)
        .namespace(metric.namespace)
        .metric_name(metric.name)
        .dimensions(dimensions)
        .statistic(metric.statistic)
        .period(metric.period)
        .evaluation_periods(periods)
        .datapoints_to_alarm(datapoints)
        .threshold(threshold.limit)
        .comparison_operator(operator)
        .treat_missing_data(missing)
        .alarm_actions([topic.clone()])
        .ok_actions([topic.clone()])
        .tags(context.tags());
    stack.add(path.to_owned(), alarm);
}
