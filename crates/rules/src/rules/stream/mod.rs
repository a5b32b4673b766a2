//! Rules of Kinesis data streams.

pub(super) mod on_demand_shards;
