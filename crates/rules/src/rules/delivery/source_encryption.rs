//! Firehose encrypts only what producers put into the delivery stream itself.

use crate::finding::{Report, words};
use crate::rules::delivery::STREAM;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SOURCE_ENCRYPTION "GEN0511" Error
        "A delivery stream with a Kinesis data stream as its source has server-side encryption of its own."
        "Firehose refuses it: server-side encryption can be enabled only for a delivery stream that uses `DirectPut`; with a data stream as its source, Firehose stores no data at rest (Firehose API, StartDeliveryStreamEncryption; developer guide, \"Data protection in Amazon Data Firehose\"). Remove it, and encrypt the data stream: `StreamEncryption`."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: KinesisStreamAsSource
      DeliveryStreamEncryptionConfigurationInput: {KeyType: AWS_OWNED_CMK}
      KinesisStreamSourceConfiguration: {KinesisStreamARN: "arn:aws:kinesis:eu-west-1:111122223333:stream/events", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamType: DirectPut
      DeliveryStreamEncryptionConfigurationInput: {KeyType: AWS_OWNED_CMK}
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "DeliveryStreamEncryptionConfigurationInput";
    for stream in world.of_type(STREAM) {
        let has_source = stream.literal("DeliveryStreamType") == Some("KinesisStreamAsSource");
        // A configuration that a function returns may be none.
        if has_source && stream.literal(&format!("{path}/KeyType")).is_some() {
            let about = words(
                format!("`{}` reads a Kinesis data stream, and encrypts on its own", stream.id),
                "Firehose encrypts only a delivery stream of the type `DirectPut`",
                format!("remove `{path}`, and set `StreamEncryption` of the data stream"),
            );
            report.property(SOURCE_ENCRYPTION, stream, path, about);
        }
    }
}
