//! An alarm cannot need more points than it looks at.

use super::ALARM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DATAPOINTS "GEN0590" Error
        "An alarm has more `DatapointsToAlarm` than `EvaluationPeriods`."
        "PutMetricAlarm refuses it: an \"M out of N\" alarm needs M breaching points among the last N (CloudWatch API, PutMetricAlarm, DatapointsToAlarm)."
        Template {
            bad: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 5, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for alarm in world.of_type(ALARM) {
        let (points, periods) = (alarm.number("DatapointsToAlarm"), alarm.number("EvaluationPeriods"));
        let (Some(points), Some(periods)) = (points, periods) else { continue };
        if points > periods {
            let about = words(
                format!("`{}` needs {points} breaching points of {periods}", alarm.id),
                "CloudWatch requires `DatapointsToAlarm` to be at most `EvaluationPeriods`",
                "lower `DatapointsToAlarm`, or raise `EvaluationPeriods`",
            );
            report.property(DATAPOINTS, alarm, "DatapointsToAlarm", about);
        }
    }
}
