//! Firehose refuses to convert records from a buffer below 64 MB.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM, conversion};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONVERSION_BUFFER "GEN0501" Error
        "A delivery stream converts records to Parquet or ORC with a buffer below 64 MB."
        "Firehose refuses it at deployment: `BufferingHints.SizeInMBs` must be at least 64 where format conversion is enabled (Firehose developer guide, \"Enable record format conversion\"). Set it to 64 to 128."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: arn:aws:s3:::lake-raw
        RoleARN: arn:aws:iam::111122223333:role/delivery
        BufferingHints: {SizeInMBs: 1, IntervalInSeconds: 60}
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
        BufferingHints: {SizeInMBs: 128, IntervalInSeconds: 60}
        DataFormatConversionConfiguration:
          SchemaConfiguration: {RoleARN: "arn:aws:iam::111122223333:role/delivery", DatabaseName: lake, TableName: events}
          InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}
          OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| conversion(one).is_some()) {
        let path = format!("{DESTINATION}/BufferingHints/SizeInMBs");
        let Some(size) = stream.number(&path).filter(|size| *size < 64.0) else { continue };
        let about = words(
            format!("`{}` converts records from a buffer of {size} MB", stream.id),
            "Firehose requires at least 64 MB where it converts records",
            "set `SizeInMBs` to 64 or more; 128 is the default with conversion",
        );
        report.property(CONVERSION_BUFFER, stream, &path, about);
    }
}
