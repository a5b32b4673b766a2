//! Records are kept for as long as they are retried.

use super::STREAM;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) RECORD_AGE "GEN0524" Warning
        "An event source mapping retries records for longer than their stream keeps them."
        "The limit has no effect: the stream deletes a record when its retention has passed, by default after 24 hours (Kinesis developer guide, \"Change the data retention period\"). Raise `RetentionPeriodHours`, or lower `MaximumRecordAgeInSeconds`."
        Template {
            bad: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: reader, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, MaximumRecordAgeInSeconds: 172800, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
"#,
            good: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1, RetentionPeriodHours: 72}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: reader, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, MaximumRecordAgeInSeconds: 172800, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for mapping in world.of_type("AWS::Lambda::EventSourceMapping") {
        let path = "MaximumRecordAgeInSeconds";
        let stream = mapping.text("EventSourceArn").and_then(|text| world.target(STREAM, text));
        let (Some(stream), Some(age)) = (stream, mapping.number(path)) else { continue };
        let hours = match stream.get("RetentionPeriodHours") {
            None => 24.0,
            Some(_) => match stream.number("RetentionPeriodHours") {
                Some(hours) => hours,
                None => continue,
            },
        };
        if age > hours * 3600.0 {
            let about = words(
                format!("`{}` retries records for {age} seconds", mapping.id),
                format!("`{}` keeps them for {hours} hours", stream.id),
                "raise `RetentionPeriodHours` of the stream, or lower the age",
            );
            report.property(RECORD_AGE, mapping, path, about);
        }
    }
}
