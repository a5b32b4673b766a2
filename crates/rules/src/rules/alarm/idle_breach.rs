//! An alarm on failures does not ring while nothing runs.

use super::ALARM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) IDLE_BREACH "GEN0594" Warning
        "An alarm on failures takes missing data for a failure."
        "Services report these metrics only while something runs: the alarm rings whenever nothing does. Set `TreatMissingData` to `notBreaching` (CloudWatch user guide, \"Configuring how CloudWatch alarms treat missing data\")."
        Template {
            bad: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/States, MetricName: ExecutionsFailed, Statistic: Sum, Period: 300, EvaluationPeriods: 1, TreatMissingData: breaching, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/States, MetricName: ExecutionsFailed, Statistic: Sum, Period: 300, EvaluationPeriods: 1, TreatMissingData: notBreaching, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

/// Metrics of failures that are sent only while something runs.
const FAILURES: [(&str, &[&str]); 3] = [
    ("AWS/States", &["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"]),
    ("AWS/Lambda", &["Errors", "Throttles", "DeadLetterErrors"]),
    ("AWS/Events", &["FailedInvocations", "ThrottledRules"]),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for alarm in world.of_type(ALARM).filter(|one| one.literal("TreatMissingData") == Some("breaching")) {
        let (Some(space), Some(metric)) = (alarm.literal("Namespace"), alarm.literal("MetricName")) else {
            continue;
        };
        if FAILURES.iter().any(|(namespace, metrics)| *namespace == space && metrics.contains(&metric)) {
            let about = words(
                format!("`{}` rings while nothing runs", alarm.id),
                format!(
                    "{space} reports {metric} only while something runs, and missing data counts as breaching"
                ),
                "set `TreatMissingData` to `notBreaching`",
            );
            report.property(IDLE_BREACH, alarm, "TreatMissingData", about);
        }
    }
}
