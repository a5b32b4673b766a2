//! AWS reserves the tags that begin with `aws:`.

use super::tags;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) RESERVED_TAG "GEN0682" Error
        "The key of a tag begins with `aws:`."
        "The service refuses it: AWS reserves the prefix (AWS General Reference, \"Tag naming limits and requirements\"). Choose another key."
        Template {
            bad: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: "aws:team", Value: data}]}}
"#,
            good: r"
Resources:
  Raw: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: team, Value: data}]}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for one in world.all().filter(|one| one.kind.starts_with("AWS::")) {
        for (path, key) in tags(one) {
            if key.to_ascii_lowercase().starts_with("aws:") {
                let about = words(
                    format!("invalid tag `{key}` of `{}`", one.id),
                    "AWS reserves the prefix `aws:`",
                    "choose a key with another prefix",
                );
                report.property(RESERVED_TAG, one, &path, about);
            }
        }
    }
}
