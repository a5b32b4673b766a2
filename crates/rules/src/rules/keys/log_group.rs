//! The key of a log group admits CloudWatch Logs.

use super::admits_service;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LOG_GROUP_KEY "GEN0625" Error
        "The policy of a log group's key does not admit CloudWatch Logs."
        "CloudWatch Logs refuses the key at deployment: the key policy must allow the service principal `logs.REGION.amazonaws.com` to encrypt and decrypt (CloudWatch Logs user guide, \"Encrypt log data using AWS KMS\")."
        Template {
            bad: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 30, KmsKeyId: !GetAtt Key.Arn}
"#,
            good: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
          - {Effect: Allow, Principal: {Service: !Sub "logs.${AWS::Region}.amazonaws.com"}, Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"], Resource: "*"}
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 30, KmsKeyId: !GetAtt Key.Arn}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for group in world.of_type("AWS::Logs::LogGroup") {
        let key = group.text("KmsKeyId").and_then(|text| world.target("AWS::KMS::Key", text));
        let Some(key) = key.filter(|key| !admits_service(key, "logs")) else { continue };
        let about = words(
            format!("the key `{}` does not admit CloudWatch Logs", key.id),
            format!("the log group `{}` is encrypted with it", group.id),
            "allow `logs.REGION.amazonaws.com` to use the key in its policy",
        );
        report.property(LOG_GROUP_KEY, group, "KmsKeyId", about);
    }
}
