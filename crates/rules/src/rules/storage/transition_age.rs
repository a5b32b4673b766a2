//! Objects stay in the first class for 30 days before they get infrequent access.

use super::{LIFECYCLE, transitions};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TRANSITION_AGE "GEN0551" Error
        "A lifecycle rule moves objects to infrequent access in less than 30 days."
        "S3 refuses it: \"'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'\"; the same holds for `ONEZONE_IA` (S3 user guide, \"Transitioning objects using Amazon S3 Lifecycle\"; hashicorp/terraform-provider-aws#6201). Set 30 days or more."
        Template {
            bad: r"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Status: Enabled, Transitions: [{StorageClass: STANDARD_IA, TransitionInDays: 7}]}]}
",
            good: r"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Status: Enabled, Transitions: [{StorageClass: STANDARD_IA, TransitionInDays: 30}]}]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for bucket in world.of_type("AWS::S3::Bucket") {
        for (path, _) in bucket.items(LIFECYCLE) {
            for one in transitions(bucket, &path) {
                if one.days < 30.0 && ["STANDARD_IA", "ONEZONE_IA"].contains(&one.class) {
                    let about = words(
                        format!("`{}` moves objects to {} after {} days", bucket.id, one.class, one.days),
                        "S3 requires at least 30 days",
                        "set 30 days or more",
                    );
                    report.property(TRANSITION_AGE, bucket, &one.path, about);
                }
            }
        }
    }
}
