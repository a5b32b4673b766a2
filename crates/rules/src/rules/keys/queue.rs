//! A service can send to an encrypted queue only with a key of the customer.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) QUEUE_KEY "GEN0630" Error
        "A bucket or a rule sends events to a queue that is encrypted with the key that AWS manages."
        "The service may not use `alias/aws/sqs`, and its policy cannot be changed: nothing arrives. Use a key of your own whose policy admits the service, or SSE-SQS (SQS developer guide, \"Key management\", \"Configure KMS permissions for AWS services\")."
        Template {
            bad: r#"
Resources:
  Arrivals: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: alias/aws/sqs}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Arrivals]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: "sqs:SendMessage", Resource: !GetAtt Arrivals.Arn, Condition: {ArnLike: {"aws:SourceArn": "arn:aws:s3:::lake-raw"}}}]
  Raw:
    Type: AWS::S3::Bucket
    DependsOn: Policy
    Properties:
      NotificationConfiguration: {QueueConfigurations: [{Event: "s3:ObjectCreated:*", Queue: !GetAtt Arrivals.Arn}]}
"#,
            good: r#"
Resources:
  Arrivals: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !Ref "AWS::NoValue"}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Arrivals]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: "sqs:SendMessage", Resource: !GetAtt Arrivals.Arn, Condition: {ArnLike: {"aws:SourceArn": "arn:aws:s3:::lake-raw"}}}]
  Raw:
    Type: AWS::S3::Bucket
    DependsOn: Policy
    Properties:
      NotificationConfiguration: {QueueConfigurations: [{Event: "s3:ObjectCreated:*", Queue: !GetAtt Arrivals.Arn}]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let of_buckets = world.of_type("AWS::S3::Bucket").flat_map(|one| {
        let all = one.items("NotificationConfiguration/QueueConfigurations").into_iter();
        all.filter_map(move |(path, to)| Some((one, format!("{path}/Queue"), to.get("Queue")?)))
    });
    let of_rules = world.of_type("AWS::Events::Rule").flat_map(|one| {
        let all = one.items("Targets").into_iter();
        all.filter_map(move |(path, to)| Some((one, format!("{path}/Arn"), to.get("Arn")?)))
    });
    for (sender, path, to) in of_buckets.chain(of_rules) {
        let Some(queue) = to.as_str().and_then(|text| world.target("AWS::SQS::Queue", text)) else {
            continue;
        };
        if queue.text("KmsMasterKeyId") == Some("alias/aws/sqs") {
            let about = words(
                format!("`{}` cannot send to the queue `{}`", sender.id, queue.id),
                "the queue is encrypted with the key that AWS manages, which the service may not use",
                "use a key of your own whose policy admits the service, or `SqsManagedSseEnabled: true`",
            );
            report.property(QUEUE_KEY, sender, &path, about);
        }
    }
}
