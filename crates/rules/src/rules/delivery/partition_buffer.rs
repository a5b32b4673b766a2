//! Firehose refuses to partition from a buffer below 64 MB.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM, is_partitioned};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PARTITION_BUFFER "GEN0503" Error
        "A delivery stream partitions dynamically with a buffer below 64 MB."
        "Firehose refuses it at deployment: with dynamic partitioning, `BufferingHints.SizeInMBs` must be at least 64 (Firehose developer guide, \"Enable dynamic partitioning\")."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: arn:aws:s3:::lake-raw
        RoleARN: arn:aws:iam::111122223333:role/delivery
        BufferingHints: {SizeInMBs: 5}
        DynamicPartitioningConfiguration: {Enabled: true}
        ProcessingConfiguration: {Enabled: true, Processors: [{Type: MetadataExtraction, Parameters: [{ParameterName: MetadataExtractionQuery, ParameterValue: "{country: .country}"}, {ParameterName: JsonParsingEngine, ParameterValue: JQ-1.6}]}]}
        Prefix: "country=!{partitionKeyFromQuery:country}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: arn:aws:s3:::lake-raw
        RoleARN: arn:aws:iam::111122223333:role/delivery
        BufferingHints: {SizeInMBs: 64}
        DynamicPartitioningConfiguration: {Enabled: true}
        ProcessingConfiguration: {Enabled: true, Processors: [{Type: MetadataExtraction, Parameters: [{ParameterName: MetadataExtractionQuery, ParameterValue: "{country: .country}"}, {ParameterName: JsonParsingEngine, ParameterValue: JQ-1.6}]}]}
        Prefix: "country=!{partitionKeyFromQuery:country}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| is_partitioned(one)) {
        let path = format!("{DESTINATION}/BufferingHints/SizeInMBs");
        let Some(size) = stream.number(&path).filter(|size| *size < 64.0) else { continue };
        let about = words(
            format!("`{}` partitions records from a buffer of {size} MB", stream.id),
            "Firehose requires at least 64 MB with dynamic partitioning",
            "set `SizeInMBs` to 64 or more",
        );
        report.property(PARTITION_BUFFER, stream, &path, about);
    }
}
