//! A period is a multiple of a minute.

use super::ALARM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PERIOD "GEN0597" Error
        "The period of an alarm is neither 10, 20 or 30 seconds nor a multiple of 60."
        "PutMetricAlarm refuses it: \"Valid values are 10, 20, 30, and any multiple of 60\" (CloudWatch API, PutMetricAlarm, Period). The unit is seconds."
        Template {
            bad: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 5, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for alarm in world.of_type(ALARM) {
        let Some(period) = alarm.number("Period") else { continue };
        let is_short = [10.0, 20.0, 30.0].contains(&period);
        if !is_short && (period < 60.0 || period % 60.0 != 0.0) {
            let about = words(
                format!("the period of `{}` is {period} seconds", alarm.id),
                "CloudWatch allows 10, 20, 30 and multiples of 60 seconds",
                "set `Period`, in seconds, to a multiple of 60",
            );
            report.property(PERIOD, alarm, "Period", about);
        }
    }
}
