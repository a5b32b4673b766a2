//! A dimension has the name of the resource, not its ARN or URL.

use super::metrics;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DIMENSION_VALUE "GEN0593" Error
        "A dimension of an alarm has the ARN or URL of a resource where the service reports its name, or the name where it reports the ARN."
        "The metric with this dimension does not exist, and the alarm stays in INSUFFICIENT_DATA. `Ref` of a queue is its URL, and of a topic its ARN (CloudFormation, return values of AWS::SQS::Queue and AWS::SNS::Topic)."
        Template {
            bad: r#"
Resources:
  Arrivals: {Type: AWS::SQS::Queue}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/SQS, MetricName: ApproximateAgeOfOldestMessage, Statistic: Maximum, Period: 300, EvaluationPeriods: 3, Dimensions: [{Name: QueueName, Value: !Ref Arrivals}], Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Arrivals: {Type: AWS::SQS::Queue}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: ["arn:aws:sns:eu-west-1:111122223333:alerts"], Namespace: AWS/SQS, MetricName: ApproximateAgeOfOldestMessage, Statistic: Maximum, Period: 300, EvaluationPeriods: 3, Dimensions: [{Name: QueueName, Value: !GetAtt Arrivals.QueueName}], Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

/// Namespaces and dimensions: the type of the resource, what in a reference is wrong (nothing for `Ref`), and what is right.
const VALUES: [(&str, &str, &str, &[&str], &str); 8] = [
    ("AWS/SQS", "QueueName", "AWS::SQS::Queue", &["", "Arn", "QueueUrl"], "!GetAtt <queue>.QueueName"),
    ("AWS/SNS", "TopicName", "AWS::SNS::Topic", &["", "TopicArn"], "!GetAtt <topic>.TopicName"),
    ("AWS/Kinesis", "StreamName", "AWS::Kinesis::Stream", &["Arn"], "!Ref <stream>"),
    ("AWS/Firehose", "DeliveryStreamName", "AWS::KinesisFirehose::DeliveryStream", &["Arn"], "!Ref <stream>"),
    ("AWS/Lambda", "FunctionName", "AWS::Lambda::Function", &["Arn"], "!Ref <function>"),
    ("AWS/States", "StateMachineArn", "AWS::StepFunctions::StateMachine", &["Name"], "!Ref <state machine>"),
    ("AWS/S3", "BucketName", "AWS::S3::Bucket", &["Arn", "DomainName"], "!Ref <bucket>"),
    ("AWS/Events", "RuleName", "AWS::Events::Rule", &["Arn"], "!Ref <rule>"),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for metric in metrics(world) {
        for (path, name, value) in &metric.dimensions {
            let of = VALUES.iter().find(|one| one.0 == metric.namespace && one.1 == *name);
            let Some((_, _, kind, wrong, right)) = of else { continue };
            let Some(to) = world.referred(value).filter(|to| to.kind == *kind) else { continue };
            let of_attribute = |attribute: &&&str| {
                let whole = format!("${{{}/{}.{attribute}}}", to.stack, to.id);
                *value == whole.replace(".}", "}")
            };
            if wrong.iter().any(|one| of_attribute(&one)) {
                let about = words(
                    format!("the dimension `{name}` of `{}` does not match `{}`", metric.alarm.id, to.id),
                    format!("{} reports another value in `{name}`", metric.namespace),
                    format!("write `{right}`"),
                );
                report.property(DIMENSION_VALUE, metric.alarm, &format!("{path}/Value"), about);
            }
        }
    }
}
