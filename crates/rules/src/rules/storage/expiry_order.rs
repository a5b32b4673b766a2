//! Objects are moved before they expire.

use super::{LIFECYCLE, transitions};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) EXPIRY_ORDER "GEN0552" Error
        "A lifecycle rule deletes objects before it moves them, or on the same day."
        "S3 refuses it: the days of the expiration must be greater than those of each transition, for versions that are not current, too (S3 user guide, \"Lifecycle configuration elements\"; \"'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action\", go-to-k/cdkd#1426). Delete later, or remove the transition."
        Template {
            bad: r"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: 60, Transitions: [{StorageClass: GLACIER_IR, TransitionInDays: 90}]}]}
",
            good: r"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: 365, Transitions: [{StorageClass: GLACIER_IR, TransitionInDays: 90}]}]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for bucket in world.of_type("AWS::S3::Bucket") {
        for (path, _) in bucket.items(LIFECYCLE) {
            for one in transitions(bucket, &path) {
                let names: [&str; 2] = if one.is_current {
                    ["ExpirationInDays", "ExpirationInDays"]
                } else {
                    ["NoncurrentVersionExpiration/NoncurrentDays", "NoncurrentVersionExpirationInDays"]
                };
                let expiry = names.iter().find_map(|name| bucket.number(&format!("{path}/{name}")));
                let Some(expiry) = expiry.filter(|expiry| *expiry <= one.days) else { continue };
                let about = words(
                    format!("`{}` moves objects to {} after {} days", bucket.id, one.class, one.days),
                    format!("the same rule deletes them after {expiry} days"),
                    "delete them later, or remove the transition",
                );
                report.property(EXPIRY_ORDER, bucket, &one.path, about);
            }
        }
    }
}
