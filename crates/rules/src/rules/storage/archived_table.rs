//! The data of a table is not archived.

use super::{LIFECYCLE, prefix, transitions};
use crate::finding::{Report, words};
use crate::rules::catalog::{TABLE, folder};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ARCHIVED_TABLE "GEN0553" Warning
        "A lifecycle rule archives the objects of a table."
        "Objects in `GLACIER` and `DEEP_ARCHIVE` cannot be read until they are restored: Athena leaves them out without a word, and Spark fails on them (Athena user guide, \"Query restored Amazon S3 Glacier objects\"; Glue developer guide, \"Excluding Amazon S3 storage classes\"). Use `GLACIER_IR`, which can be read at once, or another prefix."
        Template {
            bad: r#"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Status: Enabled, Prefix: events/, Transitions: [{StorageClass: GLACIER, TransitionInDays: 90}]}]}
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Lake}/events/", Columns: [{Name: id, Type: string}]}}
"#,
            good: r#"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: [{Status: Enabled, Prefix: events/, Transitions: [{StorageClass: GLACIER_IR, TransitionInDays: 90}]}]}
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Lake}/events/", Columns: [{Name: id, Type: string}]}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for bucket in world.of_type("AWS::S3::Bucket") {
        for (path, rule) in bucket.items(LIFECYCLE) {
            let Some(prefix) = prefix(rule) else { continue };
            let archives = |class: &str| ["GLACIER", "DEEP_ARCHIVE"].contains(&class);
            let all = transitions(bucket, &path);
            let Some(one) = all.iter().find(|one| one.is_current && archives(one.class)) else { continue };
            for table in world.of_type(TABLE) {
                let Some(folder) = folder(world, table, bucket) else { continue };
                if folder.starts_with(prefix) || (!folder.is_empty() && prefix.starts_with(folder)) {
                    let about = words(
                        format!("`{}` moves objects of the table `{}` to {}", bucket.id, table.id, one.class),
                        "they cannot be read there before they are restored",
                        "use `GLACIER_IR`, or limit the rule to other prefixes",
                    );
                    report.property(ARCHIVED_TABLE, bucket, &one.path, about);
                }
            }
        }
    }
}
