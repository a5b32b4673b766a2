//! An alarm has a metric, or a list of metrics.

use super::ALARM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) METRIC_FORMS "GEN0598" Error
        "An alarm has a list of metrics, and the properties of a single one, too."
        "\"If you use the Metrics parameter, you cannot include the Namespace, MetricName, Dimensions, Period, Unit, Statistic, or ExtendedStatistic parameters\" (CloudWatch API, PutMetricAlarm, Metrics)."
        Template {
            bad: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], EvaluationPeriods: 1, Metrics: [{Id: age, MetricStat: {Metric: {Namespace: AWS/Kinesis, MetricName: IncomingRecords}, Period: 300, Stat: Sum}}], Period: 300, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], EvaluationPeriods: 1, Metrics: [{Id: age, MetricStat: {Metric: {Namespace: AWS/Kinesis, MetricName: IncomingRecords}, Period: 300, Stat: Sum}}], Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

/// The properties of a single metric.
const SINGLE: [&str; 7] =
    ["Namespace", "MetricName", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for alarm in world.of_type(ALARM).filter(|alarm| alarm.is_set("Metrics")) {
        let is_set = |path: &&str| alarm.is_set(path) && alarm.get(path) != Some(&serde_json::json!([]));
        for path in SINGLE.into_iter().filter(is_set) {
            let about = words(
                format!("`{}` has `Metrics` and `{path}`", alarm.id),
                "CloudWatch takes a single metric or a list, in which each has its own period and statistic",
                format!("move `{path}` into `Metrics`"),
            );
            report.property(METRIC_FORMS, alarm, path, about);
        }
    }
}
