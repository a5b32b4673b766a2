//! The hints of a buffer are within the limits of Firehose.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) BUFFER_LIMITS "GEN0514" Error
        "A delivery stream buffers for more than 900 seconds, or more than 128 MB."
        "Firehose refuses it: `IntervalInSeconds` is 0 to 900, and `SizeInMBs` 1 to 128 (Firehose API, BufferingHints)."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        BufferingHints: {SizeInMBs: 128, IntervalInSeconds: 3600}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        BufferingHints: {SizeInMBs: 128, IntervalInSeconds: 900}
"#,
        };
}

const LIMITS: [(&str, f64, f64); 2] = [("IntervalInSeconds", 0.0, 900.0), ("SizeInMBs", 1.0, 128.0)];

/// Where a delivery stream has hints for S3.
const PLACES: [&str; 4] = [
    DESTINATION,
    "ExtendedS3DestinationConfiguration/S3BackupConfiguration",
    "S3DestinationConfiguration",
    "RedshiftDestinationConfiguration/S3Configuration",
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        for place in PLACES {
            for (name, least, most) in LIMITS {
                let path = format!("{place}/BufferingHints/{name}");
                let Some(value) = stream.number(&path).filter(|value| !(least..=most).contains(value)) else {
                    continue;
                };
                let about = words(
                    format!("`{name}` of `{}` is {value}", stream.id),
                    format!("Firehose takes {least} to {most}"),
                    format!("set it to {least} to {most}"),
                );
                report.property(BUFFER_LIMITS, stream, &path, about);
            }
        }
    }
}
