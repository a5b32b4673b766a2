//! The readers of a stream share what a shard gives.

use crate::finding::{Report, words};
use crate::rules::delivery::STREAM as DELIVERY;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) SHARED_READERS "GEN0523" Warning
        "More than two consumers share the throughput of a Kinesis data stream."
        "A shard takes 1 MB/s, and gives 2 MB/s and 5 calls of `GetRecords` a second to all shared consumers together, so that three cannot follow a shard that is full (Kinesis developer guide, \"Quotas and limits\"). Let some read through a stream consumer (`AWS::Kinesis::StreamConsumer`), which has 2 MB/s of its own."
        Template {
            bad: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  First:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: a, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
  Second:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: b, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Events.Arn, RoleARN: "arn:aws:iam::111122223333:role/delivery"}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
            good: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  First:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: a, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: !GetAtt Events.Arn, RoleARN: "arn:aws:iam::111122223333:role/delivery"}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
        };
}

/// What reads a stream, and the property with the stream.
const READERS: [(&str, &str); 3] = [
    ("AWS::Lambda::EventSourceMapping", "EventSourceArn"),
    (DELIVERY, "KinesisStreamSourceConfiguration/KinesisStreamARN"),
    ("AWS::Pipes::Pipe", "Source"),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type("AWS::Kinesis::Stream") {
        let reads = |one: &&Resource, path: &str| {
            one.text(path).and_then(|text| world.referred(text)) == Some(stream)
        };
        // Of resources with conditions, only some may be made.
        let of = |(kind, path): &(&str, &'static str)| {
            world.of_type(kind).filter(|one| reads(one, path) && one.attribute("Condition").is_none()).count()
        };
        let readers: usize = READERS.iter().map(of).sum();
        if readers > 2 {
            let about = words(
                format!("{readers} consumers share the throughput of `{}`", stream.id),
                "a shard takes 1 MB/s and gives 2 MB/s to all of them",
                "let some read through an `AWS::Kinesis::StreamConsumer`",
            );
            report.resource(SHARED_READERS, stream, about);
        }
    }
}
