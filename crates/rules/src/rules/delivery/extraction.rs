//! A query finds the keys that a prefix names.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM, is_partitioned};
use crate::text;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) EXTRACTION "GEN0515" Error
        "The prefix of a delivery stream names a partition key that no query extracts."
        "No record has the key, so that none reaches the prefix: the processor `MetadataExtraction` extracts the keys of `!{partitionKeyFromQuery:…}` with its `MetadataExtractionQuery` (Firehose developer guide, \"Create partitioning keys\"). Add the processor, or the key to its query: `{country: .country}`."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        BufferingHints: {SizeInMBs: 64, IntervalInSeconds: 60}
        DynamicPartitioningConfiguration: {Enabled: true}
        ProcessingConfiguration: {Enabled: true, Processors: [{Type: AppendDelimiterToRecord}]}
        Prefix: "country=!{partitionKeyFromQuery:country}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        BufferingHints: {SizeInMBs: 64, IntervalInSeconds: 60}
        DynamicPartitioningConfiguration: {Enabled: true}
        ProcessingConfiguration: {Enabled: true, Processors: [{Type: MetadataExtraction, Parameters: [{ParameterName: MetadataExtractionQuery, ParameterValue: "{country: .country}"}, {ParameterName: JsonParsingEngine, ParameterValue: JQ-1.6}]}]}
        Prefix: "country=!{partitionKeyFromQuery:country}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM).filter(|one| is_partitioned(one)) {
        let path = format!("{DESTINATION}/Prefix");
        let Some(prefix) = stream.text(&path) else { continue };
        let Some(queries) = queries(stream) else { continue };
        for rest in prefix.split("!{partitionKeyFromQuery:").skip(1) {
            let key = rest.split('}').next().unwrap_or_default();
            if text::is_known(key) && !queries.iter().any(|query| query.contains(key)) {
                let about = words(
                    format!("no query of `{}` extracts the partition key `{key}`", stream.id),
                    "its prefix names the key",
                    format!(
                        "extract it in the query of a `MetadataExtraction` processor: `{{{key}: .{key}}}`"
                    ),
                );
                report.property(EXTRACTION, stream, &path, about);
            }
        }
    }
}

/// The queries that extract keys; `None` if they are not known.
fn queries(stream: &Resource) -> Option<Vec<&str>> {
    let path = format!("{DESTINATION}/ProcessingConfiguration");
    let Some(processing) = stream.get(&path) else { return Some(Vec::new()) };
    let all = match processing.get("Processors") {
        None if processing.get("Enabled").is_none() => return None,
        None => return Some(Vec::new()),
        Some(all) => all.as_array()?,
    };
    let mut queries = Vec::new();
    for processor in all {
        if processor.get("Type")?.as_str()? == "MetadataExtraction" {
            for parameter in processor.get("Parameters")?.as_array()? {
                if parameter.get("ParameterName")?.as_str()? == "MetadataExtractionQuery" {
                    queries.push(
                        parameter
                            .get("ParameterValue")
                            .and_then(Value::as_str)
                            .filter(|one| text::is_known(one))?,
                    );
                }
            }
        }
    }
    Some(queries)
}
