//! Streams: from a volume and the size of records to shards.

use super::{Figure, GB, PEAK};
use crate::model::{Dataset, Environment, Platform, RecordSize, Volume};

/// A shard accepts this many bytes per second.
const SHARD_BYTES: u64 = 1_000_000;

/// A shard accepts this many records per second.
const SHARD_RECORDS: u64 = 1_000;

/// The shards of a new stream in on-demand mode: it accepts 4 MB and 4,000 records per second until it has seen more.
/// Assumes `on-demand-stream`.
const NEW_ON_DEMAND: u64 = 4;

/// The seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// What comes in through a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inflow {
    /// The volume.
    pub volume: Volume,
    /// The size of a record.
    pub record_size: RecordSize,
    /// What a burst above the busiest second may do.
    pub bursts: Bursts,
}

/// What a burst above the busiest second may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bursts {
    /// It must be taken: a protected environment.
    Taken,
    /// It may be refused for a while, and producers send it again: an environment that is not protected.
    Refused,
}

impl Inflow {
    /// What comes in through the stream of a dataset.
    #[must_use]
    pub fn of(platform: &Platform, environment: &Environment, dataset: &Dataset) -> Self {
        Self {
            volume: platform.dataset_volume(dataset, environment),
            record_size: dataset.record_size,
            bursts: if environment.protected { Bursts::Taken } else { Bursts::Refused },
        }
    }
}

/// The capacity mode of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// On-demand mode: the service adds shards itself.
    OnDemand,
    /// Provisioned mode.
    Provisioned {
        /// The number of shards, 1 to 500.
        shards: u64,
    },
}

/// The busiest second of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Busiest {
    bytes: u64,
    records: u64,
}

impl Busiest {
    fn of(inflow: Inflow) -> Self {
        let day = inflow.volume.bytes_per_day();
        let records = day.div_ceil(inflow.record_size.bytes());
        Self { bytes: (day * PEAK).div_ceil(DAY), records: (records * PEAK).div_ceil(DAY) }
    }

    /// The shards that take it, with 25% headroom, and the limit that decides their number.
    fn shards(self) -> (u64, Decides) {
        let with_headroom = |rate: u64, limit: u64| (rate * 5).div_ceil(limit * 4);
        let by_bytes = with_headroom(self.bytes, SHARD_BYTES);
        let by_records = with_headroom(self.records, SHARD_RECORDS);
        if by_records > by_bytes { (by_records, Decides::Records) } else { (by_bytes, Decides::Bytes) }
    }
}

/// The limit of a shard that decides their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decides {
    Records,
    Bytes,
}

impl Decides {
    /// The reason, in words.
    fn words(self) -> &'static str {
        match self {
            Self::Records => "records decide: 1,000 per second and shard",
            Self::Bytes => "bytes decide: 1 MB per second and shard",
        }
    }
}

/// The capacity mode of a stream: on-demand mode up to 20 GB a day, where planning for bursts costs more than the
/// capacity, if a new stream in that mode takes the busiest second. Otherwise, shards for the busiest second and 25%
/// headroom. Where one shard is enough and bursts may be refused, it is one, which costs less than on-demand mode.
#[must_use]
pub fn stream(inflow: Inflow) -> Stream {
    let (shards, _) = Busiest::of(inflow).shards();
    if shards <= 1 && inflow.bursts == Bursts::Refused {
        return Stream::Provisioned { shards: 1 };
    }
    if inflow.volume.bytes_per_day() <= 20 * GB && shards <= NEW_ON_DEMAND {
        return Stream::OnDemand;
    }
    Stream::Provisioned { shards: shards.max(2) }
}

/// The figure of a stream.
pub(super) fn explain(inflow: Inflow) -> Figure {
    let busiest = Busiest::of(inflow);
    let (_, decides) = busiest.shards();
    let load = format!(
        "{} in records of {} are {} KB and {} records in the busiest second, {PEAK} times the mean",
        inflow.volume,
        inflow.record_size,
        busiest.bytes.div_ceil(1_000),
        busiest.records
    );
    let (value, because) = match stream(inflow) {
        Stream::OnDemand => (
            "on demand".to_owned(),
            format!(
                "{load}; Kinesis scales the stream, and a new one takes 4 MB and 4,000 records per second"
            ),
        ),
        Stream::Provisioned { shards: 1 } => (
            "1 shard".to_owned(),
            format!(
                "{load}; one shard is enough, and costs less than a stream on demand; `protected` is not set"
            ),
        ),
        Stream::Provisioned { shards } => {
            (format!("{shards} shards"), format!("{load}; plus 25%, {}", decides.words()))
        }
    };
    Figure { name: "stream", value, because, limit: "1 MB and 1,000 records per second and shard" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inflow(volume: &str, bytes: u64) -> Inflow {
        Inflow {
            volume: Volume::parse(volume).expect("a volume"),
            record_size: RecordSize::Declared(bytes),
            bursts: Bursts::Taken,
        }
    }

    #[test]
    fn a_shard_is_filled_by_records_or_by_bytes() {
        let shards = |volume, bytes| stream(inflow(volume, bytes));
        // 555,555,556 records a day are 32,151 in the busiest second.
        assert_eq!(shards("100 GB/day", 180), Stream::Provisioned { shards: 41 });
        assert!(explain(inflow("100 GB/day", 180)).because.contains("records decide"));
        assert_eq!(shards("100 GB/day", 1_000), Stream::Provisioned { shards: 8 });
        assert_eq!(shards("100 GB/day", 20_000), Stream::Provisioned { shards: 8 });
        assert!(explain(inflow("100 GB/day", 20_000)).because.contains("bytes decide"));
        assert_eq!(shards("20 GB/day", 1_000), Stream::OnDemand);
        // A new stream in on-demand mode would refuse a part of these.
        assert_eq!(shards("20 GB/day", 180), Stream::Provisioned { shards: 9 });
    }

    #[test]
    fn one_shard_is_taken_where_it_is_enough_and_bursts_may_be_refused() {
        let refused = |volume, bytes| stream(Inflow { bursts: Bursts::Refused, ..inflow(volume, bytes) });
        assert_eq!(refused("1 GB/day", 180), Stream::Provisioned { shards: 1 });
        assert_eq!(stream(inflow("1 GB/day", 180)), Stream::OnDemand);
        assert_eq!(refused("10 GB/day", 180), stream(inflow("10 GB/day", 180)));
        assert_eq!(refused("100 GB/day", 180), Stream::Provisioned { shards: 41 });
    }

    #[test]
    fn smaller_records_never_get_fewer_shards_and_all_fit() {
        for gigabytes in [21, 50, 100] {
            let mut before = 0;
            for bytes in (20..=2_000).rev() {
                let inflow = inflow(&format!("{gigabytes} GB/day"), bytes);
                let Stream::Provisioned { shards } = stream(inflow) else { panic!("{inflow:?}") };
                let busiest = Busiest::of(inflow);
                assert!(shards >= before && shards <= 500, "{inflow:?}");
                assert!(busiest.records < shards * SHARD_RECORDS, "{inflow:?}");
                assert!(busiest.bytes < shards * SHARD_BYTES, "{inflow:?}");
                before = shards;
            }
        }
    }
}
