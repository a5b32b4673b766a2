//! Who writes into an encrypted bucket may use its key.

use super::{bucket_key, lacks};
use crate::finding::{Report, words};
use crate::rules::access::role;
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DESTINATION_KEY "GEN0629" Error
        "The role of a delivery stream may not use the key of the bucket that it writes to."
        "Nothing arrives: for a bucket with SSE-KMS the role needs `kms:GenerateDataKey` on the key (Firehose developer guide, \"Grant Firehose access to an Amazon S3 destination\")."
        Template {
            bad: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Raw:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: !GetAtt Key.Arn}}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["s3:PutObject", "s3:AbortMultipartUpload"], Resource: !Sub "${Raw.Arn}/*"}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt Raw.Arn, RoleARN: !GetAtt Role.Arn}
"#,
            good: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Raw:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: !GetAtt Key.Arn}}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["s3:PutObject", "s3:AbortMultipartUpload"], Resource: !Sub "${Raw.Arn}/*"}
              - {Effect: Allow, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: !GetAtt Key.Arn}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt Raw.Arn, RoleARN: !GetAtt Role.Arn}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for delivery in world.of_type(STREAM) {
        let path = format!("{DESTINATION}/RoleARN");
        let Some(role) = role(world, delivery, &path) else { continue };
        let bucket = delivery.text(&format!("{DESTINATION}/BucketARN"));
        let Some(bucket) = bucket.and_then(|text| world.target("AWS::S3::Bucket", text)) else { continue };
        let own = format!("{DESTINATION}/EncryptionConfiguration/KMSEncryptionConfig/AWSKMSKeyARN");
        let key = match delivery.text(&own) {
            Some(text) => world.target("AWS::KMS::Key", text),
            None => bucket_key(world, bucket),
        };
        let Some(key) = key.filter(|key| lacks(world, role, "kms:GenerateDataKey", key)) else { continue };
        let about = words(
            format!("`{}` cannot encrypt what it writes to `{}`", delivery.id, bucket.id),
            format!(
                "no policy lets its role `{}` call kms:GenerateDataKey with the key `{}`",
                role.id, key.id
            ),
            "allow kms:GenerateDataKey on the key",
        );
        report.property(DESTINATION_KEY, delivery, &path, about);
    }
}
