//! The type of a delivery stream fits its source.

use crate::finding::{Report, words};
use crate::rules::delivery::STREAM;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SOURCE_TYPE "GEN0506" Error
        "A delivery stream has a Kinesis data stream as its source, and is of another type."
        "Firehose refuses it: with `KinesisStreamSourceConfiguration`, `DeliveryStreamType` must be `KinesisStreamAsSource`; the default is `DirectPut` (Firehose API, CreateDeliveryStream)."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: DirectPut
      KinesisStreamSourceConfiguration: {KinesisStreamARN: "arn:aws:kinesis:eu-west-1:111122223333:stream/events", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      KinesisStreamSourceConfiguration: {KinesisStreamARN: "arn:aws:kinesis:eu-west-1:111122223333:stream/events", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world
        .of_type(STREAM)
        .filter(|one| one.text("KinesisStreamSourceConfiguration/KinesisStreamARN").is_some())
    {
        let kind = match stream.get("DeliveryStreamType") {
            None => "DirectPut",
            Some(_) => match stream.literal("DeliveryStreamType") {
                Some(kind) if kind != "KinesisStreamAsSource" => kind,
                Some(_) | None => continue,
            },
        };
        let about = words(
            format!("`{}` reads a Kinesis data stream, but is of the type {kind}", stream.id),
            "Firehose reads a stream only with the type KinesisStreamAsSource",
            "set `DeliveryStreamType` to `KinesisStreamAsSource`",
        );
        report.property(SOURCE_TYPE, stream, "DeliveryStreamType", about);
    }
}
