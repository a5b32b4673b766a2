//! Who reads an encrypted stream may use its key.

use super::lacks;
use crate::finding::{Report, words};
use crate::rules::access::role;
use crate::rules::delivery::STREAM;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SOURCE_KEY "GEN0628" Error
        "The role of a delivery stream may not decrypt the encrypted stream that it reads."
        "Firehose cannot read a record: for a stream with server-side encryption the role needs `kms:Decrypt` on the key (Firehose developer guide, \"Grant Firehose access to a Kinesis data stream\")."
        Template {
            bad: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, StreamEncryption: {EncryptionType: KMS, KeyId: !Ref Key}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"], Resource: !GetAtt Events.Arn}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Events.Arn, RoleARN: !GetAtt Role.Arn}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
            good: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, StreamEncryption: {EncryptionType: KMS, KeyId: !Ref Key}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords"], Resource: !GetAtt Events.Arn}
              - {Effect: Allow, Action: "kms:Decrypt", Resource: !GetAtt Key.Arn}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Events.Arn, RoleARN: !GetAtt Role.Arn}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for delivery in world.of_type(STREAM) {
        let path = "KinesisStreamSourceConfiguration/RoleARN";
        let Some(role) = role(world, delivery, path) else { continue };
        let source = delivery.text("KinesisStreamSourceConfiguration/KinesisStreamARN");
        let Some(source) = source.and_then(|text| world.target("AWS::Kinesis::Stream", text)) else {
            continue;
        };
        let key = source.text("StreamEncryption/KeyId").and_then(|text| world.target("AWS::KMS::Key", text));
        let Some(key) = key.filter(|key| lacks(world, role, "kms:Decrypt", key)) else { continue };
        let about = words(
            format!("`{}` cannot decrypt its source `{}`", delivery.id, source.id),
            format!("no policy lets its role `{}` call kms:Decrypt with the key `{}`", role.id, key.id),
            "allow kms:Decrypt on the key",
        );
        report.property(SOURCE_KEY, delivery, path, about);
    }
}
