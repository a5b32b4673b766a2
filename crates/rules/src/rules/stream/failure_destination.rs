//! What a function cannot process goes somewhere.

use super::reads_stream;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) FAILURE_DESTINATION "GEN0522" Warning
        "An event source mapping of a Kinesis data stream has no destination for what fails."
        "By default, Lambda retries a batch until its records expire, and the shard stands still for as long; with limits of retries or age, it drops the records. Without a destination, nobody hears of it (Lambda developer guide, \"Retain discarded batch records for a Kinesis Data Streams event source\"). Set `DestinationConfig.OnFailure` to a queue, topic or bucket, and `MaximumRetryAttempts`."
        Template {
            bad: r"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: reader, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, MaximumRetryAttempts: 3}
",
            good: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: reader, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, MaximumRetryAttempts: 3, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let all = world.of_type("AWS::Lambda::EventSourceMapping");
    for mapping in all.filter(|one| reads_stream(world, one) && one.get("DestinationConfig").is_none()) {
        let about = words(
            format!("`{}` has no destination for records that its function fails on", mapping.id),
            "they block their shard until they expire, or are dropped",
            "set `DestinationConfig.OnFailure`, and `MaximumRetryAttempts`",
        );
        report.property(FAILURE_DESTINATION, mapping, "DestinationConfig", about);
    }
}
