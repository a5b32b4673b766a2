//! The role of a delivery stream may read its source.

use super::{missing, role};
use crate::finding::{Report, words};
use crate::rules::delivery::STREAM;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DELIVERY_SOURCE "GEN0602" Error
        "The role of a delivery stream may not read the Kinesis data stream that is its source."
        "Firehose cannot read a record. The role needs `kinesis:DescribeStream`, `kinesis:GetShardIterator` and `kinesis:GetRecords` on the stream (Firehose developer guide, \"Grant Firehose access to a Kinesis data stream\")."
        Template {
            bad: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "kinesis:PutRecords", Resource: !GetAtt Events.Arn}]}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Events.Arn, RoleARN: !GetAtt Role.Arn}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
            good: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"], Resource: !GetAtt Events.Arn}]}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Events.Arn, RoleARN: !GetAtt Role.Arn}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
        };
}

const NEEDED: [&str; 3] = ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        let path = "KinesisStreamSourceConfiguration/RoleARN";
        let Some(role) = role(world, stream, path) else { continue };
        let source = stream.text("KinesisStreamSourceConfiguration/KinesisStreamARN");
        let Some(source) = source.and_then(|text| world.target("AWS::Kinesis::Stream", text)) else {
            continue;
        };
        let missing = missing(world, role, &NEEDED, source);
        if !missing.is_empty() {
            let about = words(
                format!("`{}` cannot read its source `{}`", stream.id, source.id),
                format!("no policy of its role `{}` allows {}", role.id, missing.join(", ")),
                "allow the actions on the stream",
            );
            report.property(DELIVERY_SOURCE, stream, path, about);
        }
    }
}
