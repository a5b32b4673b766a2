//! An alarm looks back for a day, or for a week.

use super::ALARM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) EVALUATION_SPAN "GEN0591" Error
        "An alarm looks back longer than CloudWatch allows."
        "PutMetricAlarm refuses it: `Period` times `EvaluationPeriods` is at most 86,400 seconds for periods below an hour, and 604,800 otherwise (CloudWatch API, PutMetricAlarm, Period)."
        Template {
            bad: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 576, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 3600, EvaluationPeriods: 48, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for alarm in world.of_type(ALARM) {
        let (Some(period), Some(count)) = (alarm.number("Period"), alarm.number("EvaluationPeriods")) else {
            continue;
        };
        let (most, span) = if period < 3600.0 { (86_400.0, "a day") } else { (604_800.0, "7 days") };
        if period * count > most {
            let about = words(
                format!("`{}` looks back for {} seconds", alarm.id, period * count),
                format!("with a period of {period} seconds, CloudWatch allows {span} at most"),
                "lower `EvaluationPeriods`, or use periods of an hour or more",
            );
            report.property(EVALUATION_SPAN, alarm, "EvaluationPeriods", about);
        }
    }
}
