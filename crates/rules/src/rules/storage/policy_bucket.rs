//! A bucket policy is about its own bucket.

use crate::finding::{Report, words};
use crate::permissions::{statements, texts};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) POLICY_BUCKET "GEN0557" Error
        "A bucket policy names another bucket."
        "S3 refuses it: \"MalformedPolicy: Policy has invalid resource\"; each resource of a bucket policy is the bucket that it belongs to, or objects in it (S3 user guide, \"Policies and permissions in Amazon S3\")."
        Template {
            bad: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Curated: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Raw
      PolicyDocument: {Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: !Sub "${Curated.Arn}/*", Condition: {Bool: {"aws:SecureTransport": "false"}}}]}
"#,
            good: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Curated: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Raw
      PolicyDocument: {Statement: [{Effect: Deny, Principal: "*", Action: "s3:*", Resource: !Sub "${Raw.Arn}/*", Condition: {Bool: {"aws:SecureTransport": "false"}}}]}
"#,
        };
}

const BUCKET: &str = "AWS::S3::Bucket";

pub(crate) fn check(world: &World, report: &mut Report) {
    for policy in world.of_type("AWS::S3::BucketPolicy") {
        let Some(bucket) = policy.text("Bucket").and_then(|text| world.target(BUCKET, text)) else {
            continue;
        };
        let Some(document) = policy.get("PolicyDocument") else { continue };
        for (path, statement) in statements(document, "PolicyDocument") {
            for one in texts(statement, "Resource").unwrap_or_default() {
                // Only a reference to another bucket is certainly about another one; both may have one name.
                let other = world.referred(one).filter(|other| other.kind == BUCKET && *other != bucket);
                let same = |other: &crate::world::Resource| {
                    other.get("BucketName").is_some() && other.get("BucketName") == bucket.get("BucketName")
                };
                let Some(other) = other.filter(|other| !same(other) && !text::is_known(one)) else {
                    continue;
                };
                let about = words(
                    format!("the policy of `{}` names the bucket `{}`", bucket.id, other.id),
                    "a bucket policy is about its own bucket",
                    format!("name `{}`, or put the statement into a policy of `{}`", bucket.id, other.id),
                );
                report.property(POLICY_BUCKET, policy, &format!("{path}/Resource"), about);
            }
        }
    }
}
