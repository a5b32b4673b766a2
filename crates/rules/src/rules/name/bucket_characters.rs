//! A bucket has a name that S3 takes.

use super::literals;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) BUCKET_CHARACTERS "GEN0681" Error
        "The name of a bucket has characters that S3 does not allow."
        "CreateBucket fails with `InvalidBucketName`: a name has lower-case letters, digits, dots and hyphens, begins and ends with a letter or digit, and has no two dots side by side (S3 user guide, \"General purpose bucket naming rules\")."
        Template {
            bad: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "Lake_Raw-${AWS::AccountId}"}}
"#,
            good: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "lake-raw-${AWS::AccountId}"}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for bucket in world.of_type("AWS::S3::Bucket") {
        let Some(name) = bucket.text("BucketName") else { continue };
        let parts = literals(name);
        let is_wrong =
            |one: &char| !(one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, '.' | '-'));
        let edge = |one: Option<char>| one.is_some_and(|one| matches!(one, '.' | '-'));
        let cause = if let Some(wrong) = parts.iter().flat_map(|part| part.chars()).find(is_wrong) {
            format!("a name cannot have `{wrong}`: only lower-case letters, digits, dots and hyphens")
        } else if parts.iter().any(|part| part.contains("..")) {
            "a name cannot have two dots side by side".to_owned()
        } else if edge(parts.first().and_then(|part| part.chars().next()))
            || edge(parts.last().and_then(|part| part.chars().last()))
        {
            "a name begins and ends with a letter or digit".to_owned()
        } else {
            continue;
        };
        let about = words(
            format!("invalid name of the bucket `{}`", bucket.id),
            cause,
            "change `BucketName`, or remove it: CloudFormation then makes one",
        );
        report.property(BUCKET_CHARACTERS, bucket, "BucketName", about);
    }
}
