//! The role of a delivery stream may write to its bucket.

use super::{missing, role};
use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DELIVERY_BUCKET "GEN0601" Error
        "The role of a delivery stream may not write to the stream's bucket."
        "Nothing arrives, and records are lost after 24 hours of retries. The role needs `s3:PutObject` on the objects and `s3:AbortMultipartUpload` (Firehose developer guide, \"Grant Firehose access to an Amazon S3 destination\")."
        Template {
            bad: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: delivery
          PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Raw.Arn}/*"}]}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt Raw.Arn, RoleARN: !GetAtt Role.Arn}
"#,
            good: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: delivery
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["s3:PutObject", "s3:AbortMultipartUpload"], Resource: !Sub "${Raw.Arn}/*"}]}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: !GetAtt Raw.Arn, RoleARN: !GetAtt Role.Arn}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        let path = format!("{DESTINATION}/RoleARN");
        let Some(role) = role(world, stream, &path) else { continue };
        let bucket = stream.text(&format!("{DESTINATION}/BucketARN"));
        let Some(bucket) = bucket.and_then(|text| world.target("AWS::S3::Bucket", text)) else { continue };
        let missing = missing(world, role, &["s3:PutObject", "s3:AbortMultipartUpload"], bucket);
        if !missing.is_empty() {
            let about = words(
                format!("`{}` cannot write to its bucket `{}`", stream.id, bucket.id),
                format!("no policy of its role `{}` allows {}", role.id, missing.join(", ")),
                "allow the actions on the objects of the bucket",
            );
            report.property(DELIVERY_BUCKET, stream, &path, about);
        }
    }
}
