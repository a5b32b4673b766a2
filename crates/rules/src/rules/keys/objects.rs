//! Who reads or writes objects that are encrypted may use their key.

use super::{bucket_key, lacks};
use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) OBJECTS_KEY "GEN0631" Error
        "A role may read or write objects of a bucket, but not use the key that encrypts them."
        "S3 answers `AccessDenied`: with SSE-KMS, `s3:GetObject` needs `kms:Decrypt` on the key, and `s3:PutObject` needs `kms:GenerateDataKey` (S3 user guide, \"Using server-side encryption with AWS KMS keys\", permissions)."
        Template {
            bad: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: !GetAtt Key.Arn}}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Lake.Arn}/*"}
"#,
            good: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: !GetAtt Key.Arn}}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Lake.Arn}/*"}
              - {Effect: Allow, Action: "kms:Decrypt", Resource: !GetAtt Key.Arn}
"#,
        };
}

/// What is done with objects, and what that needs.
const NEEDS: [(&str, &str); 2] = [("s3:GetObject", "kms:Decrypt"), ("s3:PutObject", "kms:GenerateDataKey")];

pub(crate) fn check(world: &World, report: &mut Report) {
    for bucket in world.of_type("AWS::S3::Bucket") {
        let Some(key) = bucket_key(world, bucket) else { continue };
        for role in world.of_type("AWS::IAM::Role").filter(|role| !is_delivery(world, role)) {
            let missing = NEEDS.into_iter().find(|(action, needed)| {
                world.permits(role, action, bucket) == Answer::Yes && lacks(world, role, needed, key)
            });
            let Some((action, needed)) = missing else { continue };
            let about = words(
                format!("`{}` may call {action} on `{}`, but not use its key", role.id, bucket.id),
                format!("no policy lets it call {needed} with the key `{}`", key.id),
                format!("allow {needed} on the key"),
            );
            report.resource(OBJECTS_KEY, role, about);
        }
    }
}

/// Whether a role is that of a delivery stream, which has a rule of its own.
fn is_delivery(world: &World, role: &Resource) -> bool {
    let streams = world.of_type(crate::rules::delivery::STREAM);
    let path = format!("{}/RoleARN", crate::rules::delivery::DESTINATION);
    streams.into_iter().any(|one| crate::rules::access::role(world, one, &path) == Some(role))
}
