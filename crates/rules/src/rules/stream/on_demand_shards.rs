//! A stream on demand has no number of shards.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ON_DEMAND_SHARDS "GEN0520" Error
        "A Kinesis data stream is on demand and sets the number of its shards."
        "Kinesis refuses it: in the mode `ON_DEMAND` it manages the shards itself, and `ShardCount` must not be set (Kinesis API, CreateStream; CloudFormation reference, AWS::Kinesis::Stream)."
        Template {
            bad: r"
Resources:
  Events:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: 2, StreamModeDetails: {StreamMode: ON_DEMAND}}
",
            good: r"
Resources:
  Events:
    Type: AWS::Kinesis::Stream
    Properties: {ShardCount: 2, StreamModeDetails: {StreamMode: PROVISIONED}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for stream in world.of_type("AWS::Kinesis::Stream").filter(|one| one.is_set("ShardCount")) {
        if stream.literal("StreamModeDetails/StreamMode") == Some("ON_DEMAND") {
            let about = words(
                format!("`{}` is on demand, but sets the number of its shards", stream.id),
                "Kinesis manages the shards of a stream on demand",
                "remove `ShardCount`, or set the mode to `PROVISIONED`",
            );
            report.property(ON_DEMAND_SHARDS, stream, "ShardCount", about);
        }
    }
}
