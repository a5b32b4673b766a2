//! A delivery stream has one destination.

use crate::finding::{Report, words};
use crate::rules::delivery::STREAM;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ONE_DESTINATION "GEN0519" Error
        "A delivery stream has more than one destination."
        "Firehose refuses it: exactly one destination configuration may be given (Firehose API, CreateDeliveryStream). Make a delivery stream for each destination; several may read one Kinesis data stream."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
      S3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-copy", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery"}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        let all = stream.properties.as_object().into_iter().flatten();
        // What a function returns may be nothing.
        let is_given = |value: &serde_json::Value| {
            value.as_object().is_some_and(|members| !members.keys().any(|key| key.starts_with("Fn::")))
        };
        let given = all.filter(|(name, value)| name.ends_with("DestinationConfiguration") && is_given(value));
        let names: Vec<&str> = given.map(|(name, _)| name.as_str()).collect();
        if let [first, second, ..] = names[..] {
            let about = words(
                format!("`{}` has {} destinations", stream.id, names.len()),
                format!("`{first}` and `{second}` are both given"),
                "keep one, and make another delivery stream for the other",
            );
            report.property(ONE_DESTINATION, stream, second, about);
        }
    }
}
