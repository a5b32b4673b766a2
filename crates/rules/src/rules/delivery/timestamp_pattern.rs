//! A prefix has the year and the day of the calendar.

use crate::finding::{Report, words};
use crate::rules::delivery::{DESTINATION, STREAM};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TIMESTAMP_PATTERN "GEN0517" Error
        "The prefix of a delivery stream has the year of weeks or the day of the year beside a month."
        "Objects are in wrong folders: in Java's patterns, `YYYY` is the year that the week belongs to, so that 29 December 2025 gets 2026, and `DD` is the day of the year, which has three digits from April on; the calendar's are `yyyy` and `dd` (aws-samples/aws-blog-firehose-custom-prefixes-for-s3-objects#1; Firehose developer guide, \"Understand custom prefixes for Amazon S3 objects\")."
        Template {
            bad: r#"
Resources:
  Delivery:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      ExtendedS3DestinationConfiguration:
        BucketARN: "arn:aws:s3:::lake-raw"
        RoleARN: "arn:aws:iam::111122223333:role/delivery"
        Prefix: "year=!{timestamp:YYYY}/month=!{timestamp:MM}/"
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
        Prefix: "year=!{timestamp:yyyy}/month=!{timestamp:MM}/"
        ErrorOutputPrefix: "failed/!{firehose:error-output-type}/"
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type(STREAM) {
        for name in ["Prefix", "ErrorOutputPrefix"] {
            let path = format!("{DESTINATION}/{name}");
            let Some(prefix) = stream.text(&path) else { continue };
            let patterns: String =
                prefix.split("!{timestamp:").skip(1).filter_map(|rest| rest.split('}').next()).collect();
            // Texts in quotes are no patterns; with a week, its year is right.
            if patterns.contains('\'') || !patterns.contains(['M', 'L']) || patterns.contains(['w', 'W']) {
                continue;
            }
            let wrong = [("Y", "the year of the week", "yyyy"), ("D", "the day of the year", "dd")];
            for (letter, meaning, right) in
                wrong.into_iter().filter(|(letter, _, _)| patterns.contains(letter))
            {
                let about = words(
                    format!("`{name}` of `{}` has {meaning}: `{letter}`", stream.id),
                    "the month beside it is that of the calendar",
                    format!("write `{right}`"),
                );
                report.property(TIMESTAMP_PATTERN, stream, &path, about);
            }
        }
    }
}
