//! CloudWatch alarms: the metric, the threshold, and what to do when the alarm goes off.
//!
//! Every alarm of every stage is created here, so that each one notifies the topic and states the next step.

mod silence;

use strataform_resources::cloudwatch::{
    Alarm, AlarmDimension, AlarmMetric, AlarmMetricDataQuery, AlarmMetricStat, ComparisonOperator, Statistic,
    TreatMissingData, WarmUpConfiguration,
};
use strataform_resources::kind::SNSTopic;
use strataform_template::{Arn, Text, Value};

pub use self::silence::Silence;
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

/// The values that an alarm compares with its threshold.
#[derive(Clone, Debug)]
pub enum Series {
    /// A metric.
    Metric(Metric),
    /// The percentage that a metric is of another one.
    Share {
        /// The metric.
        part: Metric,
        /// The other one, with the same period.
        whole: Metric,
    },
    /// A Metrics Insights query, for a metric with a dimension whose value is not known before the deployment.
    Query {
        /// The query: `SELECT MAX(…) FROM …`. It returns one value per period.
        sql: String,
        /// The period in seconds: a multiple of 60, at most 3 hours.
        period: u32,
    },
}

impl From<Metric> for Series {
    fn from(metric: Metric) -> Self {
        Self::Metric(metric)
    }
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

impl Threshold {
    /// A single value above the limit breaches; no data is fine.
    #[must_use]
    pub fn above(limit: f64) -> Self {
        Self { side: Side::Above, limit, periods: (1, 1), missing_data: MissingData::NotBreaching }
    }
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
    /// There must always be data, once these minutes have passed after the alarm was created: 1 to 2,880.
    BreachingAfter(u32),
}

/// Adds an alarm that notifies the topic when it enters the ALARM state and when it returns to OK.
///
/// `what_to_do` is the description in the notification: what is wrong, and what to check first.
pub fn alarm(
    stack: &mut Stack,
    context: Context<'_>,
    topic: &Value<Arn<SNSTopic>>,
    path: &str,
    series: impl Into<Series>,
    threshold: Threshold,
    what_to_do: String,
) {
    let operator = match threshold.side {
        Side::Above => ComparisonOperator::GreaterThanThreshold,
        Side::Below => ComparisonOperator::LessThanThreshold,
    };
    let (datapoints, periods) = threshold.periods;
    let alarm = Alarm::new()
        .alarm_description(what_to_do)
        .evaluation_periods(periods)
        .datapoints_to_alarm(datapoints)
        .threshold(threshold.limit)
        .comparison_operator(operator)
        .alarm_actions([topic.clone()])
        .ok_actions([topic.clone()])
        .tags(context.tags());
    let alarm = missing(alarm, threshold.missing_data);
    stack.add(path.to_owned(), of(alarm, series.into()));
}

fn missing(alarm: Alarm, data: MissingData) -> Alarm {
    match data {
        MissingData::NotBreaching => alarm.treat_missing_data(TreatMissingData::NotBreaching),
        MissingData::Breaching => alarm.treat_missing_data(TreatMissingData::Breaching),
        // Without a warm-up period, the alarm would go off as soon as it is created. The period ends early once there
        // is enough data.
        MissingData::BreachingAfter(minutes) => alarm
            .treat_missing_data(TreatMissingData::Breaching)
            .warm_up_configuration(WarmUpConfiguration::new().warm_up_period_duration_in_minutes(minutes)),
    }
}

/// The alarm on these values.
fn of(alarm: Alarm, series: Series) -> Alarm {
    match series {
        Series::Metric(metric) => alarm
            .namespace(metric.namespace)
            .metric_name(metric.name)
            .dimensions(dimensions(metric.dimensions))
            .statistic(metric.statistic)
            .period(metric.period),
        Series::Share { part, whole } => alarm.metrics([
            AlarmMetricDataQuery::new("share")
                .expression("IF(whole > 0, 100 * part / whole, 0)")
                .label(format!("{} in percent of {}", part.name, whole.name))
                .return_data(true),
            AlarmMetricDataQuery::new("part").metric_stat(statistic(part)).return_data(false),
            AlarmMetricDataQuery::new("whole").metric_stat(statistic(whole)).return_data(false),
        ]),
        Series::Query { sql, period } => alarm
            .metrics([AlarmMetricDataQuery::new("query").expression(sql).period(period).return_data(true)]),
    }
}

fn statistic(metric: Metric) -> AlarmMetricStat {
    let of = AlarmMetric::new()
        .namespace(metric.namespace)
        .metric_name(metric.name)
        .dimensions(dimensions(metric.dimensions));
    AlarmMetricStat::new(of, metric.period, metric.statistic.as_str().to_owned())
}

fn dimensions(dimensions: Vec<(&'static str, Value<Text>)>) -> Vec<AlarmDimension> {
    dimensions.into_iter().map(|(name, value)| AlarmDimension::new(name, value)).collect()
}
