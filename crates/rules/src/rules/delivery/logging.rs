//! A delivery stream logs what it cannot deliver.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) LOGGING "GEN0507" Warning
        "The error log of a delivery stream is turned off."
        "Firehose tells why a delivery or a conversion fails only there (Firehose developer guide, \"Monitor Amazon Data Firehose using CloudWatch Logs\"). Set `CloudWatchLoggingOptions.Enabled` with a log group and a log stream."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery", CloudWatchLoggingOptions: {Enabled: false}}
"#,
            good: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration: {BucketARN: "arn:aws:s3:::lake-raw", RoleARN: "arn:aws:iam::111122223333:role/delivery", CloudWatchLoggingOptions: {Enabled: true, LogGroupName: /delivery, LogStreamName: errors}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = format!("{DESTINATION}/CloudWatchLoggingOptions/Enabled");
    for stream in world.of_type(STREAM).filter(|one| one.flag(&path) == Some(false)) {
        let about = words(
            format!("`{}` logs no errors", stream.id),
            "its `CloudWatchLoggingOptions` are turned off",
            "turn them on, with a log group and a log stream",
        );
        report.property(LOGGING, stream, &path, about);
    }
}
