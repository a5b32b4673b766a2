//! A bucket without ACLs has none.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) BUCKET_ACL "GEN0559" Error
        "A bucket has an access control list, although its ownership forbids them."
        "S3 refuses it: \"Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting\", which is the default since April 2023 (S3 user guide, \"Controlling ownership of objects and disabling ACLs\"; cfn-lint E3045). Remove `AccessControl`, and let a bucket policy admit others; for logs: logging.s3.amazonaws.com."
        Template {
            bad: r"
Resources:
  Logs: {Type: AWS::S3::Bucket, Properties: {AccessControl: LogDeliveryWrite}}
",
            good: r"
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties: {AccessControl: LogDeliveryWrite, OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerPreferred}]}}
",
        };
}

/// The lists that grant to others than the owner of the bucket.
const LISTS: [&str; 5] =
    ["AuthenticatedRead", "AwsExecRead", "LogDeliveryWrite", "PublicRead", "PublicReadWrite"];

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "AccessControl";
    for bucket in world.of_type("AWS::S3::Bucket") {
        let Some(list) = bucket.literal(path).filter(|list| LISTS.contains(list)) else { continue };
        let rule = "OwnershipControls/Rules/0/ObjectOwnership";
        let is_enforced =
            bucket.get("OwnershipControls").is_none() || bucket.literal(rule) == Some("BucketOwnerEnforced");
        if is_enforced {
            let about = words(
                format!("`{}` has the access control list {list}", bucket.id),
                "its objects belong to the owner of the bucket, which forbids lists",
                "remove `AccessControl`, and admit others by a bucket policy",
            );
            report.property(BUCKET_ACL, bucket, path, about);
        }
    }
}
