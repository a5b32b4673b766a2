//! A projection has the digits of the folders.

use super::{TABLE, folder, is_projected, keys, parameter, parameters};
use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) PROJECTION_DIGITS "GEN0540" Error
        "A delivery stream writes the folders of a partition key with two digits, and the projection of the key has one."
        "Athena looks for `month=3`, and the folder is `month=03`: queries return no row of it. `digits` makes Athena fill values with zeros (Athena user guide, \"Supported types for partition projection\"; \"Amazon Data Firehose example\"). Set `projection.KEY.digits` to 2."
        Template {
            bad: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Raw.Arn
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        Prefix: "events/month=!{timestamp:MM}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}]}
        PartitionKeys: [{Name: month, Type: string}]
        Parameters: {projection.enabled: "true", projection.month.type: integer, projection.month.range: "1,12"}
"#,
            good: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Raw.Arn
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        Prefix: "events/month=!{timestamp:MM}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}]}
        PartitionKeys: [{Name: month, Type: string}]
        Parameters: {projection.enabled: "true", projection.month.type: integer, projection.month.range: "1,12", projection.month.digits: "2"}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        let bucket = stream.text(&format!("{DESTINATION}/BucketARN"));
        let Some(bucket) = bucket.and_then(|text| world.target("AWS::S3::Bucket", text)) else { continue };
        let Some(prefix) = stream.literal(&format!("{DESTINATION}/Prefix")) else { continue };
        for table in world.of_type(TABLE).filter(|table| is_projected(table)) {
            let below = folder(world, table, bucket).filter(|folder| !folder.is_empty());
            let Some(below) = below.and_then(|folder| prefix.strip_prefix(folder)) else { continue };
            for key in keys(table).into_iter().filter(|key| writes_two(below, key) && is_short(table, key)) {
                let about = words(
                    format!("the projection of `{key}` of `{}` has no leading zero", table.id),
                    format!("`{}` writes folders with two digits", stream.id),
                    format!("set `projection.{key}.digits` to 2"),
                );
                let path = format!("TableInput/Parameters/projection.{key}.type");
                report.property(PROJECTION_DIGITS, table, &path, about);
            }
        }
    }
}

/// Whether the folder of a key is a part of the time with two digits.
fn writes_two(prefix: &str, key: &str) -> bool {
    let two = |part: &str| ["MM", "dd", "HH"].iter().any(|one| part == format!("{key}=!{{timestamp:{one}}}"));
    prefix.split('/').any(two)
}

/// Whether a projection gives the numbers below ten without a zero, in folders named as the keys.
fn is_short(table: &Resource, key: &str) -> bool {
    let value = |of: &str| parameter(table, &format!("projection.{key}.{of}")).and_then(|one| one.as_str());
    let is_integer = value("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("integer"));
    // A zero in the range may be meant for the digits.
    let is_plain = value("range").is_some_and(|range| {
        range.split(',').all(|end| {
            end.trim() == "0" || (!end.trim().starts_with('0') && end.trim().parse::<u32>().is_ok())
        })
    });
    let has = |name: &str| parameters(table).contains(&name);
    is_integer && is_plain && !has(&format!("projection.{key}.digits")) && !has("storage.location.template")
}
