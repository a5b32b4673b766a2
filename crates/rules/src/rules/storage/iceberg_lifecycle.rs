//! No lifecycle rule deletes the files of an Iceberg table.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::rules::catalog::{TABLE, folder};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ICEBERG_LIFECYCLE "GEN0550" Error
        "A lifecycle rule deletes objects below the location of an Iceberg table."
        "S3 knows only the age of an object. Iceberg needs a file as long as a snapshot names it: when the first data file is deleted, every query of the table fails. Delete rows with `DELETE`, then expire snapshots; limit the rule to other prefixes (Iceberg documentation, \"Maintenance\": expire snapshots, remove orphan files)."
        Template {
            bad: r#"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules: [{Status: Enabled, ExpirationInDays: 60}]
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      OpenTableFormatInput: {IcebergInput: {MetadataOperation: CREATE}}
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Lake}/iceberg/events/", Columns: [{Name: id, Type: string}]}}
"#,
            good: r#"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration:
        Rules: [{Status: Enabled, Prefix: raw/, ExpirationInDays: 60}]
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      OpenTableFormatInput: {IcebergInput: {MetadataOperation: CREATE}}
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Lake}/iceberg/events/", Columns: [{Name: id, Type: string}]}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for bucket in world.of_type("AWS::S3::Bucket") {
        for (path, rule) in bucket.items("LifecycleConfiguration/Rules") {
            let Some(prefix) = deleting(rule) else { continue };
            for table in world.of_type(TABLE).filter(|one| one.get("OpenTableFormatInput").is_some()) {
                let Some(folder) = folder(world, table, bucket) else { continue };
                if folder.starts_with(prefix) || (!prefix.is_empty() && prefix.starts_with(folder)) {
                    let about = words(
                        format!(
                            "`{}` deletes files of the Iceberg table `{}` by their age",
                            bucket.id, table.id
                        ),
                        "the table needs a file as long as a snapshot names it",
                        "limit the rule to other prefixes; delete rows, and expire snapshots",
                    );
                    report.property(ICEBERG_LIFECYCLE, bucket, &path, about);
                }
            }
        }
    }
}

/// The prefix of a rule that deletes current objects; `None` for any other rule, and if it is not known.
fn deleting(rule: &Value) -> Option<&str> {
    let deletes = ["ExpirationInDays", "ExpirationDate"].iter().any(|key| rule.get(key).is_some());
    let is_limited = ["TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"]
        .iter()
        .any(|key| rule.get(key).is_some());
    let is_on = rule.get("Status").and_then(Value::as_str) == Some("Enabled");
    match rule.get("Prefix") {
        _ if !deletes || is_limited || !is_on => None,
        None => Some(""),
        Some(prefix) => prefix.as_str().filter(|prefix| text::is_known(prefix)),
    }
}
