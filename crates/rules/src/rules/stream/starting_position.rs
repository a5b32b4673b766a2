//! A consumer of a stream starts somewhere.

use super::reads_stream;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) STARTING_POSITION "GEN0521" Error
        "An event source mapping reads a Kinesis data stream without a starting position."
        "Lambda refuses it: `StartingPosition` is required for Kinesis (Lambda API, CreateEventSourceMapping). `TRIM_HORIZON` reads from the oldest record, `LATEST` what comes after the mapping."
        Template {
            bad: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: reader, EventSourceArn: !GetAtt Events.Arn, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
"#,
            good: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: reader, EventSourceArn: !GetAtt Events.Arn, StartingPosition: TRIM_HORIZON, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let all = world.of_type("AWS::Lambda::EventSourceMapping");
    for mapping in all.filter(|one| reads_stream(world, one) && one.get("StartingPosition").is_none()) {
        let about = words(
            format!("`{}` reads a Kinesis data stream without a starting position", mapping.id),
            "Lambda requires it for streams",
            "set `StartingPosition` to `TRIM_HORIZON` or `LATEST`",
        );
        report.property(STARTING_POSITION, mapping, "StartingPosition", about);
    }
}
