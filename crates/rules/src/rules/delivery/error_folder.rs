//! What fails is not in the folder of a table.

use crate::finding::{Report, words};
use crate::rules::catalog::{TABLE, folder, is_partitioned};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ERROR_FOLDER "GEN0513" Warning
        "A delivery stream writes the records that fail into the location of a table."
        "The table reads all objects below its location, so that queries meet records of failures, which have other fields and another format (Athena user guide, \"Specify a table location in Amazon S3\"). Write them to a folder beside those of the tables, or to one whose name begins with `_`, which Athena and Spark skip."
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
        Prefix: "events/"
        ErrorOutputPrefix: "events/failed/"
        ProcessingConfiguration: {Enabled: true, Processors: [{Type: AppendDelimiterToRecord}]}
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}]}}
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
        Prefix: "events/"
        ErrorOutputPrefix: "failed/"
        ProcessingConfiguration: {Enabled: true, Processors: [{Type: AppendDelimiterToRecord}]}
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput: {Name: events, StorageDescriptor: {Location: !Sub "s3://${Raw}/events/", Columns: [{Name: id, Type: string}]}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        let bucket = stream.text(&format!("{DESTINATION}/BucketARN"));
        let Some(bucket) = bucket.and_then(|text| world.target("AWS::S3::Bucket", text)) else { continue };
        let path = format!("{DESTINATION}/ErrorOutputPrefix");
        let Some(prefix) = stream.literal(&path).filter(|prefix| !prefix.is_empty()) else { continue };
        // A table with partitions reads only those; Iceberg, only the files that it names.
        let reads = world
            .of_type(TABLE)
            .filter(|one| !is_partitioned(one) && one.get("OpenTableFormatInput").is_none());
        for table in reads {
            let Some(below) = folder(world, table, bucket).and_then(|folder| prefix.strip_prefix(folder))
            else {
                continue;
            };
            if below.split('/').any(|part| part.starts_with(['_', '.'])) {
                continue;
            }
            let about = words(
                format!("`{}` writes what fails into the location of `{}`", stream.id, table.id),
                "the table reads all objects below its location",
                "set `ErrorOutputPrefix` to a folder outside of the location",
            );
            report.property(ERROR_FOLDER, stream, &path, about);
        }
    }
}
