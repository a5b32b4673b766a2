//! The key of a topic admits those who publish to it.

use super::admits_service;
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) TOPIC_KEY "GEN0626" Error
        "The policy of a topic's key does not admit the service that publishes to the topic."
        "The message is lost without a word: CloudWatch and EventBridge need `kms:GenerateDataKey*` and `kms:Decrypt` in the key's policy (SNS developer guide, \"Enable compatibility between event sources from AWS services and encrypted topics\")."
        Template {
            bad: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Alerts: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Key}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [!Ref Alerts], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
            good: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
          - {Effect: Allow, Principal: {Service: cloudwatch.amazonaws.com}, Action: ["kms:GenerateDataKey*", "kms:Decrypt"], Resource: "*"}
  Alerts: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: !Ref Key}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [!Ref Alerts], Namespace: AWS/Kinesis, MetricName: IncomingRecords, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: LessThanThreshold}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let alarms = world.of_type("AWS::CloudWatch::Alarm");
    let of_alarms = alarms.flat_map(|one| {
        let paths = ["AlarmActions", "OKActions", "InsufficientDataActions"];
        paths
            .into_iter()
            .flat_map(move |path| one.items(path))
            .map(move |(path, to)| (one, path, to, "cloudwatch"))
    });
    let of_rules = world.of_type("AWS::Events::Rule").flat_map(|one| {
        let targets = one.items("Targets").into_iter();
        targets.filter_map(move |(path, target)| {
            Some((one, format!("{path}/Arn"), target.get("Arn")?, "events"))
        })
    });
    for (publisher, path, to, service) in of_alarms.chain(of_rules) {
        let Some(topic) = to.as_str().and_then(|text| world.target("AWS::SNS::Topic", text)) else {
            continue;
        };
        let Some(key) = key(world, topic).filter(|key| !admits_service(key, service)) else { continue };
        let about = words(
            format!("`{}` cannot publish to the topic `{}`", publisher.id, topic.id),
            format!(
                "the topic is encrypted with `{}`, whose policy does not admit {service}.amazonaws.com",
                key.id
            ),
            "allow the service kms:GenerateDataKey* and kms:Decrypt in the policy of the key",
        );
        report.property(TOPIC_KEY, publisher, &path, about);
    }
}

fn key<'a>(world: &'a World, topic: &Resource) -> Option<&'a Resource> {
    world.target("AWS::KMS::Key", topic.text("KmsMasterKeyId")?)
}
