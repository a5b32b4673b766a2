//! A prefix is a folder.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PREFIX_END "GEN0512" Warning
        "The prefix of a delivery stream begins with `/`, or does not end with it."
        "Firehose joins the prefix and the name of the object as they are: `year=!{timestamp:yyyy}` gives `year=2026delivery-1-…`, so that the value of the partition is wrong, and `/events/` begins with a folder without a name (floci-io/floci#1857, observed on AWS; Firehose developer guide, \"Understand custom prefixes for Amazon S3 objects\")."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        Prefix: "events/year=!{timestamp:yyyy}"
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
        Prefix: "events/year=!{timestamp:yyyy}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        for name in ["Prefix", "ErrorOutputPrefix"] {
            let path = format!("{DESTINATION}/{name}");
            let Some(prefix) = stream.text(&path).filter(|prefix| !prefix.is_empty()) else { continue };
            // A suffix such as `-` or `_` divides the names on purpose; that of a parameter is not known.
            let has_parameter =
                prefix.rfind("${").is_some_and(|at| prefix[at..].find('}') == Some(prefix.len() - at - 1));
            let ends_in_name = name == "Prefix"
                && !has_parameter
                && prefix.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '}');
            let about = if prefix.starts_with('/') {
                words(
                    format!("`{name}` of `{}` begins with `/`", stream.id),
                    "objects would be in a folder without a name",
                    "remove the `/` at the beginning",
                )
            } else if ends_in_name {
                words(
                    format!("`{name}` of `{}` does not end with `/`", stream.id),
                    "Firehose appends the name of the object, or the hour, to the last part",
                    "add `/` at the end",
                )
            } else {
                continue;
            };
            report.property(PREFIX_END, stream, &path, about);
        }
    }
}
