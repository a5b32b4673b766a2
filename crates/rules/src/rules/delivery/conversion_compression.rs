//! Parquet and ORC are compressed by their own settings.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM, conversion};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONVERSION_COMPRESSION "GEN0502" Error
        "A delivery stream converts records and compresses the objects, too."
        "Firehose refuses it: with format conversion, `CompressionFormat` must be `UNCOMPRESSED`, because Parquet and ORC compress their own blocks (Firehose API, ExtendedS3DestinationConfiguration). Remove it, and set the compression of the serializer."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: arn:aws:s3:::lake-raw
        RoleARN: arn:aws:iam::111122223333:role/delivery
        CompressionFormat: GZIP
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: "arn:aws:iam::111122223333:role/delivery", DatabaseName: lake, TableName: events}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: arn:aws:s3:::lake-raw
        RoleARN: arn:aws:iam::111122223333:role/delivery
        CompressionFormat: UNCOMPRESSED
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: "arn:aws:iam::111122223333:role/delivery", DatabaseName: lake, TableName: events}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| conversion(one).is_some()) {
        let path = format!("{DESTINATION}/CompressionFormat");
        let Some(format) = stream.literal(&path).filter(|format| *format != "UNCOMPRESSED") else { continue };
        let about = words(
            format!("`{}` converts records, and compresses the objects with {format}", stream.id),
            "Parquet and ORC compress their own blocks",
            "remove `CompressionFormat`; set `Compression` of the serializer",
        );
        report.property(CONVERSION_COMPRESSION, stream, &path, about);
    }
}
