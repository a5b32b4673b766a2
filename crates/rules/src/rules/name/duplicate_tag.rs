//! A tag has one value.

use super::tags;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DUPLICATE_TAG "GEN0683" Error
        "A resource has two tags with one key."
        "The service refuses it, as \"each tag key must be unique\" for a resource (AWS General Reference, \"Tag naming limits and requirements\"). Remove one."
        Template {
            bad: r"
Resources:
  Raw: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: team, Value: data}, {Key: team, Value: sales}]}}
",
            good: r"
Resources:
  Raw: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: team, Value: data}, {Key: product, Value: sales}]}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for one in world.all().filter(|one| one.kind.starts_with("AWS::")) {
        let all = tags(one);
        for (at, (path, key)) in all.iter().enumerate() {
            if all.iter().take(at).any(|(_, other)| other == key) {
                let about = words(
                    format!("duplicate tag `{key}` of `{}`", one.id),
                    "the keys of the tags of a resource must be unique",
                    "remove one of the tags",
                );
                report.property(DUPLICATE_TAG, one, path, about);
            }
        }
    }
}
