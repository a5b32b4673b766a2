//! Alarms: what is watched, when it is too much, and what to do then.
//!
//! Every alarm of every stage is made here, so that none is without a receiver and none without a next step.

use strataform_resources::cloudwatch::{
    Alarm, AlarmDimension, ComparisonOperator, Statistic, TreatMissingData,
};
use strataform_resources::kind::SNSTopic;
use strataform_template::{Arn, Text, Value};

use super::{Context, Stack};

/// What is watched.
#[derive(Clone, Debug)]
pub struct Metric {
    /// `AWS/Kinesis`
    pub namespace: &'static str,
    /// `GetRecords.IteratorAgeMilliseconds`
    pub name: &'static str,
    /// Names and values.
    pub dimensions: Vec<(&'static str, Value<Text>)>,
    /// How the values of a period become one.
    pub statistic: Statistic,
    /// Seconds of a period: 60, or a multiple of it.
    pub period: u32,
}

/// When it is too much.
#[derive(Clone, Copy, Debug)]
pub struct Threshold {
    /// The side of the limit that is bad.
    pub side: Side,
    /// The limit.
    pub limit: f64,
    /// How many of the last periods must be bad, of how many.
    pub periods: (u32, u32),
    /// What silence means.
    pub silence: Silence,
}

/// The side of a limit that is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is greater.
    Above,
    /// What is less.
    Below,
}

/// What it means that there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing comes in, nothing runs: all is well.
    Good,
    /// There should be a value.
    Bad,
}

/// Adds an alarm that tells the topic when it begins and when it ends.
///
/// `what_to_do` is the text of the mail: what is wrong, and the first thing to look at.
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
    let missing = match threshold.silence {
        Silence::Good => TreatMissingData::NotBreaching,
        Silence::Bad => TreatMissingData::Breaching,
    };
    let (bad, of) = threshold.periods;
    let alarm = Alarm::new()
        .alarm_description(what_to_do)
        .namespace(metric.namespace)
        .metric_name(metric.name)
        .dimensions(dimensions)
        .statistic(metric.statistic)
        .period(metric.period)
        .evaluation_periods(of)
        .datapoints_to_alarm(bad)
        .threshold(threshold.limit)
        .comparison_operator(operator)
        .treat_missing_data(missing)
        .alarm_actions([topic.clone()])
        .ok_actions([topic.clone()])
        .tags(context.tags());
    stack.add(path.to_owned(), alarm);
}
