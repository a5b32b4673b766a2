//! Rules of Kinesis data streams.

pub(super) mod failure_destination;
pub(super) mod on_demand_shards;
pub(super) mod record_age;
pub(super) mod shared_readers;
pub(super) mod starting_position;

use crate::text;
use crate::world::{Resource, World};

/// The type of Kinesis data streams.
const STREAM: &str = "AWS::Kinesis::Stream";

/// Whether an event source mapping reads a Kinesis data stream, itself or through a stream consumer.
fn reads_stream(world: &World, mapping: &Resource) -> bool {
    let Some(source) = mapping.text("EventSourceArn") else { return false };
    match world.referred(source) {
        Some(one) => [STREAM, "AWS::Kinesis::StreamConsumer"].contains(&one.kind.as_str()),
        None => {
            source.split(':').nth(2) == Some("kinesis")
                || (text::is_known(source) && world.target(STREAM, source).is_some())
        }
    }
}
