//! A dimension is one that the service reports.

use super::metrics;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DIMENSION_NAME "GEN0592" Warning
        "An alarm has a dimension that the service of its namespace does not report."
        "A metric is found by all of its dimensions: with a name that the service does not use, the alarm stays in INSUFFICIENT_DATA, and no one is told. Names as in the monitoring page of each service, such as \"Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch\"."
        Template {
            bad: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 3, Dimensions: [{Name: Stream, Value: orders}], Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 300, EvaluationPeriods: 3, Dimensions: [{Name: StreamName, Value: orders}], Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

/// The dimensions of services.
const DIMENSIONS: [(&str, &[&str]); 7] = [
    ("AWS/Kinesis", &["StreamName", "ShardId", "ConsumerName"]),
    ("AWS/Firehose", &["DeliveryStreamName"]),
    ("AWS/Lambda", &["FunctionName", "Resource", "ExecutedVersion", "EventSourceMappingUUID"]),
    ("AWS/SQS", &["QueueName"]),
    (
        "AWS/States",
        &[
            "StateMachineArn",
            "ActivityArn",
            "LambdaFunctionArn",
            "ServiceIntegrationResourceArn",
            "ServiceMetric",
            "APIName",
        ],
    ),
    ("AWS/Scheduler", &["ScheduleGroup"]),
    ("Glue", &["JobName", "JobRunId", "Type", "ObservabilityGroup", "Source", "Sink"]),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for metric in metrics(world) {
        let Some((_, known)) = DIMENSIONS.iter().find(|(namespace, _)| *namespace == metric.namespace) else {
            continue;
        };
        for (path, name, _) in &metric.dimensions {
            if known.contains(name) || !crate::text::is_known(name) {
                continue;
            }
            let about = words(
                format!("`{}` watches the unknown dimension `{name}`", metric.alarm.id),
                format!("{} reports {}", metric.namespace, known.join(", ")),
                "correct the name of the dimension",
            );
            report.property(DIMENSION_NAME, metric.alarm, &format!("{path}/Name"), about);
        }
    }
}
