//! Services do not publish to a topic with the key that AWS manages.

use super::targets;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TOPIC_MANAGED_KEY "GEN0587" Error
        "An alarm or a rule publishes to a topic that is encrypted with `alias/aws/sns`."
        "The message is lost: \"CloudWatch Alarms does not have authorization to access the SNS topic encryption key\", since the policy of the key that AWS manages cannot be changed (re:Post knowledge center, cloudwatch-configure-alarm-sns). Encrypt the topic with a key of your own that admits the service."
        Template {
            bad: r"
Resources:
  Alerts: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: alias/aws/sns}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [!Ref Alerts], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Dimensions: [{Name: StreamName, Value: orders}], Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: LessThanThreshold}
",
            good: r"
Resources:
  Alerts: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: alias/alerts}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [!Ref Alerts], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Dimensions: [{Name: StreamName, Value: orders}], Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: LessThanThreshold}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let mut publishers = Vec::new();
    for alarm in
        world.of_type("AWS::CloudWatch::Alarm").chain(world.of_type("AWS::CloudWatch::CompositeAlarm"))
    {
        for list in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
            publishers.extend(
                alarm.items(list).into_iter().filter_map(|(path, to)| Some((alarm, path, to.as_str()?))),
            );
        }
    }
    let of_rules = targets(world).into_iter().map(|one| (one.from, format!("{}/Arn", one.path), one.arn));
    publishers.extend(of_rules);
    for (from, path, arn) in publishers {
        let Some(topic) = world.target("AWS::SNS::Topic", arn) else { continue };
        if topic.literal("KmsMasterKeyId").is_some_and(|key| key.ends_with("alias/aws/sns")) {
            let about = words(
                format!("`{}` cannot publish to the topic `{}`", from.id, topic.id),
                "the topic is encrypted with alias/aws/sns, whose policy does not admit the service",
                "encrypt the topic with a key of your own whose policy admits the service",
            );
            report.property(TOPIC_MANAGED_KEY, from, &path, about);
        }
    }
}
