//! Rules for Kinesis, Data Firehose and SQS.

use super::super::impact::Impact::{BreaksConsumers, DestroysData, Interrupts, Refused};
use super::super::impact::Moment::Now;
use super::Rule;
use super::Unset::Is;
use super::When::{Appears, Becomes, Changes, Disappears, Falls, Leaves, MoreThanDoubles, Replaced};

const RETENTION: &str =
    "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DecreaseStreamRetentionPeriod.html";
const SHARDS: &str = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html";
const MODES: &str = "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html";
const PARTITIONING: &str = "https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html";
const DESTINATION: &str =
    "https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html";
const PREFIXES: &str = "https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html";
const BUFFERED: &str =
    "https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeleteDeliveryStream.html";
const QUEUES: &str =
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html";

/// The rules.
pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: "AWS::Kinesis::Stream",
        path: "RetentionPeriodHours",
        when: Falls(Is(24.0)),
        impact: DestroysData,
        moment: Now,
        reason: "older records can no longer be read, at once",
        source: RETENTION,
    },
    Rule {
        kind: "AWS::Kinesis::Stream",
        path: "ShardCount",
        when: MoreThanDoubles(Is(1.0)),
        impact: Refused,
        moment: Now,
        reason: "the number of shards changes at most to the double or to the half",
        source: SHARDS,
    },
    Rule {
        kind: "AWS::Kinesis::Stream",
        path: "StreamModeDetails/StreamMode",
        when: Becomes("PROVISIONED"),
        impact: Interrupts,
        moment: Now,
        reason: "writes above the capacity of its shards are rejected; the mode changes at most twice a day",
        source: MODES,
    },
    Rule {
        kind: "AWS::KinesisFirehose::DeliveryStream",
        path: "ExtendedS3DestinationConfiguration/DynamicPartitioningConfiguration/Enabled",
        when: Becomes("true"),
        impact: Refused,
        moment: Now,
        reason: "dynamic partitioning can be enabled only when the stream is created",
        source: PARTITIONING,
    },
    Rule {
        kind: "AWS::KinesisFirehose::DeliveryStream",
        path: "ExtendedS3DestinationConfiguration/DynamicPartitioningConfiguration/Enabled",
        when: Leaves("true"),
        impact: Refused,
        moment: Now,
        reason: "dynamic partitioning cannot be disabled",
        source: PARTITIONING,
    },
    Rule {
        kind: "AWS::KinesisFirehose::DeliveryStream",
        path: "AmazonopensearchserviceDestinationConfiguration",
        when: Appears,
        impact: Refused,
        moment: Now,
        reason: "a stream to another service cannot deliver to OpenSearch",
        source: DESTINATION,
    },
    Rule {
        kind: "AWS::KinesisFirehose::DeliveryStream",
        path: "AmazonopensearchserviceDestinationConfiguration",
        when: Disappears,
        impact: Refused,
        moment: Now,
        reason: "a stream to OpenSearch cannot deliver to another service",
        source: DESTINATION,
    },
    Rule {
        kind: "AWS::KinesisFirehose::DeliveryStream",
        path: "ExtendedS3DestinationConfiguration/Prefix",
        when: Changes,
        impact: BreaksConsumers,
        moment: Now,
        reason: "new files lie in other folders: what reads the old ones misses them",
        source: PREFIXES,
    },
    Rule {
        kind: "AWS::KinesisFirehose::DeliveryStream",
        path: "",
        when: Replaced,
        impact: Interrupts,
        moment: Now,
        reason: "records that the old stream has buffered may be lost",
        source: BUFFERED,
    },
    Rule {
        kind: "AWS::SQS::Queue",
        path: "MessageRetentionPeriod",
        when: Falls(Is(345_600.0)),
        impact: DestroysData,
        moment: Now,
        reason: "older messages are deleted",
        source: QUEUES,
    },
];
