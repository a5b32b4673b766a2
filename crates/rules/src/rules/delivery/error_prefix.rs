//! A prefix with expressions needs a place for what fails.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ERROR_PREFIX "GEN0505" Error
        "A delivery stream has a prefix with expressions and no error prefix that names the type of error."
        "Firehose refuses it: if the prefix has expressions, `ErrorOutputPrefix` must be set and contain `!{firehose:error-output-type}` (Firehose developer guide, \"Understand custom prefixes for Amazon S3 objects\")."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: arn:aws:s3:::lake-raw
        RoleARN: arn:aws:iam::111122223333:role/delivery
        Prefix: "year=!{timestamp:yyyy}/"
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
        let (prefix, path) = (format!("{DESTINATION}/Prefix"), format!("{DESTINATION}/ErrorOutputPrefix"));
        if !stream.text(&prefix).is_some_and(|prefix| prefix.contains("!{")) {
            continue;
        }
        let is_right = match stream.get(&path) {
            None => false,
            Some(value) => value.as_str().is_none_or(|text| {
                text.contains("!{firehose:error-output-type}") || !crate::text::is_known(text)
            }),
        };
        if !is_right {
            let about = words(
                format!("the error prefix of `{}` does not name the type of error", stream.id),
                "its prefix has expressions",
                "set `ErrorOutputPrefix` to a text with `!{firehose:error-output-type}`",
            );
            report.property(ERROR_PREFIX, stream, &path, about);
        }
    }
}
