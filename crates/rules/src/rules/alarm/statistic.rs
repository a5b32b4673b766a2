//! An alarm has one statistic.

use super::ALARM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) STATISTIC "GEN0596" Error
        "An alarm on a metric has two statistics, or none."
        "\"When you call PutMetricAlarm and specify a MetricName, you must specify either Statistic or ExtendedStatistic but not both\" (CloudWatch API, PutMetricAlarm)."
        Template {
            bad: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: GetRecords.IteratorAgeMilliseconds, Period: 300, EvaluationPeriods: 3, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: GetRecords.IteratorAgeMilliseconds, Period: 300, EvaluationPeriods: 3, ExtendedStatistic: p90, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for alarm in world.of_type(ALARM).filter(|alarm| alarm.is_set("MetricName")) {
        let both = ["Statistic", "ExtendedStatistic"];
        let (summary, help) = if both.iter().all(|path| alarm.is_set(path)) {
            ("has two statistics", "remove `Statistic` or `ExtendedStatistic`")
        } else if both.iter().all(|path| alarm.get(path).is_none()) {
            ("has no statistic", "set `Statistic` or `ExtendedStatistic`")
        } else {
            continue;
        };
        let about = words(
            format!("`{}` {summary}", alarm.id),
            "CloudWatch requires one of `Statistic` and `ExtendedStatistic` with a metric",
            help,
        );
        report.property(STATISTIC, alarm, "MetricName", about);
    }
}
