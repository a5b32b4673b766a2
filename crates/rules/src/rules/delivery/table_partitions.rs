//! The prefix of a delivery stream has the partitions of the table over it.

use crate::finding::{Report, words};
use crate::rules::catalog::{TABLE, folder, keys, parameter};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) TABLE_PARTITIONS "GEN0508" Error
        "A delivery stream writes into the location of a table without a folder for each of its partition keys."
        "The table then has no partition with these objects, and queries return no row of them. In the style of Hive, the prefix below the location names each key: `year=!{timestamp:yyyy}/` (Athena user guide, \"Partition your data\"; Firehose developer guide, \"Understand custom prefixes for Amazon S3 objects\")."
        Template {
            bad: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Raw.Arn
        RoleARN: arn:aws:iam::111122223333:role/delivery
        Prefix: "events/year=!{timestamp:yyyy}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}]}
        PartitionKeys: [{Name: year, Type: string}, {Name: month, Type: string}]
"#,
            good: r#"
Resources:
  Raw: {Type: AWS::S3::Bucket}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Raw.Arn
        RoleARN: arn:aws:iam::111122223333:role/delivery
        Prefix: "events/year=!{timestamp:yyyy}/month=!{timestamp:MM}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}]}
        PartitionKeys: [{Name: year, Type: string}, {Name: month, Type: string}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        let bucket = stream.text(&format!("{DESTINATION}/BucketARN"));
        let Some(bucket) = bucket.and_then(|text| world.target("AWS::S3::Bucket", text)) else { continue };
        let path = format!("{DESTINATION}/Prefix");
        let Some(prefix) = stream.literal(&path) else { continue };
        for table in world.of_type(TABLE) {
            let Some(folder) = folder(world, table, bucket) else { continue };
            let below = prefix.strip_prefix(folder).filter(|below| !folder.is_empty() && below.contains('='));
            let Some(below) = below else { continue };
            let lacks = |key: &String| !below.split('/').any(|part| part.split('=').next() == Some(key));
            let Some(key) = folders(table).into_iter().find(lacks) else { continue };
            let about = words(
                format!(
                    "the prefix of `{}` has no folder `{key}=` for the partitions of `{}`",
                    stream.id, table.id
                ),
                format!("it writes below {folder}, the location of the table"),
                format!("add `{key}=…/` to the prefix, or remove the key from the table"),
            );
            report.property(TABLE_PARTITIONS, stream, &path, about);
        }
    }
}

/// The names of the folders of a table's partitions: those of its location template, or else its partition keys.
fn folders(table: &Resource) -> Vec<String> {
    match parameter(table, "storage.location.template").map(|one| one.as_str()) {
        Some(Some(template)) => template
            .split('/')
            .filter_map(|part| part.split_once('='))
            .map(|(name, _)| name.to_owned())
            .collect(),
        // It is known only at deployment.
        Some(None) => Vec::new(),
        None => keys(table).into_iter().map(str::to_owned).collect(),
    }
}
