//! A prefix may name partition keys only of a stream that finds them.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM, is_partitioned};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PARTITION_KEY "GEN0504" Error
        "The prefix of a delivery stream and its dynamic partitioning do not fit."
        "A prefix with `!{partitionKeyFromQuery:…}` or `!{partitionKeyFromLambda:…}` needs dynamic partitioning, and dynamic partitioning needs such a prefix; Firehose refuses one without the other (Firehose developer guide, \"Understand dynamic partitioning\")."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: arn:aws:s3:::lake-raw
        RoleARN: arn:aws:iam::111122223333:role/delivery
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
        Prefix: "year=!{timestamp:yyyy}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        let path = format!("{DESTINATION}/Prefix");
        if stream.get(DESTINATION).is_none() {
            continue;
        }
        let prefix = stream.text(&path);
        // A prefix that is not a text here is known only at deployment.
        if prefix.is_none() && stream.get(&path).is_some() {
            continue;
        }
        let names_keys = prefix.is_some_and(|prefix| prefix.contains("!{partitionKey"));
        let about = match (names_keys, is_partitioned(stream)) {
            (true, false) => words(
                format!("the prefix of `{}` names a partition key, but nothing finds it", stream.id),
                "`DynamicPartitioningConfiguration` is not enabled",
                "enable dynamic partitioning with a processor that extracts the key, or remove the key",
            ),
            (false, true) if prefix.is_none_or(crate::text::is_known) => words(
                format!("`{}` partitions dynamically, but its prefix names no partition key", stream.id),
                "Firehose requires one in the prefix",
                "add `!{partitionKeyFromQuery:KEY}` to the prefix, or turn dynamic partitioning off",
            ),
            (true | false, _) => continue,
        };
        report.property(PARTITION_KEY, stream, &path, about);
    }
}
