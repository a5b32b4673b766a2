//! Versions that are not current expire.

use super::LIFECYCLE;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) NONCURRENT "GEN0554" Warning
        "A bucket with versions deletes objects by their age, but keeps the versions for ever."
        "With versioning, `ExpirationInDays` only makes a version that is not current: the data stays, and is paid for, until another action deletes it (S3 user guide, \"Expiring objects\"). Add `NoncurrentVersionExpiration`."
        Template {
            bad: r"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: 60}]}
",
            good: r"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
      LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: 60, NoncurrentVersionExpiration: {NoncurrentDays: 7}}]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let has_versions = |text: Option<&str>| text == Some("Enabled");
    for bucket in world
        .of_type("AWS::S3::Bucket")
        .filter(|one| has_versions(one.text("VersioningConfiguration/Status")))
    {
        let Some(rules) = bucket.get(LIFECYCLE) else { continue };
        let text = rules.to_string();
        // Rules that a function returns may delete versions.
        if text.contains("NoncurrentVersionExpiration") || text.contains("Fn::") || !rules.is_array() {
            continue;
        }
        let all = bucket.items(LIFECYCLE).into_iter();
        let mut deleting = all.filter(|(path, rule)| {
            bucket.number(&format!("{path}/ExpirationInDays")).is_some()
                && rule.get("Status").is_some_and(|one| one == "Enabled")
        });
        if let Some((path, _)) = deleting.next() {
            let about = words(
                format!("`{}` keeps the versions of objects that it deletes", bucket.id),
                "it has versioning, and no rule deletes versions that are not current",
                "add `NoncurrentVersionExpiration` to the rule",
            );
            report.property(NONCURRENT, bucket, &path, about);
        }
    }
}
