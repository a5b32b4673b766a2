//! The warehouse: from a volume to RPUs, and to the RPU hours of a day.

use super::{CONFIGURED, Figure, GB};
use crate::model::{Freshness, Volume, WarehouseKind};

/// Hours a day at base capacity for loads and queries.
const QUERY_HOURS: u32 = 16;

/// Hours a day in which a streaming view keeps the warehouse running: it refreshes all the time.
/// Assumes `auto-refresh-cost`.
const STREAMING_HOURS: u32 = 24;

/// The largest maximum that every Region accepts. Assumes `rpu-range`.
const MOST: u32 = 512;

/// The capacity of Redshift Serverless that a platform file sets; sizing chooses the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Configured {
    /// The base capacity in RPUs.
    pub base: Option<u32>,
    /// The maximum capacity in RPUs.
    pub most: Option<u32>,
    /// RPU hours a day.
    pub daily_limit: Option<u32>,
}

/// The capacity of Redshift Serverless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warehouse {
    /// The base capacity in RPUs: 4, or a multiple of 8.
    pub base: u32,
    /// The maximum capacity in RPUs, at least the base.
    pub most: u32,
    /// RPU hours a day after which queries are rejected: what stops runaway costs.
    pub daily_limit: u32,
}

impl Warehouse {
    /// The RPU hours that streaming views take in a day; a limit that is not above them stops the warehouse every day.
    #[must_use]
    pub fn streaming_hours(self) -> u32 {
        self.base.saturating_mul(STREAMING_HOURS)
    }
}

/// The capacity of the warehouse of a platform with this volume; `freshness` is that of its soonest dataset.
///
/// The three figures belong together: a maximum that is set bounds the base, and the limit of a day follows the base.
#[must_use]
pub fn warehouse(volume: Volume, freshness: Freshness, set: Configured) -> Warehouse {
    let derived = match volume.bytes_per_day() {
        ..=GB => 4,
        day if day <= 10 * GB => 8,
        day if day <= 50 * GB => 16,
        _ => 32,
    };
    let base = set.base.unwrap_or_else(|| derived.min(set.most.unwrap_or(derived)));
    let most = set.most.unwrap_or_else(|| if base == 4 { 8 } else { base.saturating_mul(4).min(MOST) });
    let daily_limit = set.daily_limit.unwrap_or_else(|| base.saturating_mul(hours(freshness)));
    Warehouse { base, most: most.max(base), daily_limit }
}

/// The hours a day at base capacity that the limit allows.
fn hours(freshness: Freshness) -> u32 {
    match freshness {
        Freshness::Scheduled => QUERY_HOURS,
        Freshness::Seconds => STREAMING_HOURS + QUERY_HOURS,
    }
}

/// The figures of the warehouse with their reasons.
#[must_use]
pub fn explain_warehouse(volume: Volume, freshness: Freshness, kind: &WarehouseKind) -> Vec<Figure> {
    let set = match kind {
        WarehouseKind::Serverless { base, most, daily_limit } => {
            Configured { base: *base, most: *most, daily_limit: *daily_limit }
        }
        WarehouseKind::Provisioned { node_type, nodes } => {
            let value = format!("{nodes} {node_type}");
            let (because, limit) = (CONFIGURED.to_owned(), "2 to 128 nodes, depending on the node type");
            return vec![Figure { name: "warehouse", value, because, limit }];
        }
    };
    let size = warehouse(volume, freshness, set);
    let figure = |name, configured: Option<u32>, used: u32, unit, because: String, limit| Figure {
        name,
        value: format!("{used} {unit}"),
        because: if configured.is_some() { CONFIGURED.to_owned() } else { because },
        limit,
    };
    let rest = format!("{volume}: 4 up to 1 GB/day, 8 up to 10 GB/day, 16 up to 50 GB/day, 32 above");
    let scale = "a multiple of the base capacity, for peaks such as morning dashboards".to_owned();
    let day = match freshness {
        Freshness::Scheduled => {
            "sixteen hours at base capacity; an alarm goes off at three quarters".to_owned()
        }
        Freshness::Seconds => format!(
            "a streaming view keeps the warehouse running all day, which takes {} RPU hours; sixteen hours at base \
             capacity come on top, and an alarm goes off at three quarters of the sum",
            size.streaming_hours()
        ),
    };
    vec![
        figure("warehouse base", set.base, size.base, "RPU", rest, "4, or a multiple of 8 to 512 RPU"),
        figure("warehouse maximum", set.most, size.most, "RPU", scale, "512 RPU"),
        figure("warehouse per day", set.daily_limit, size.daily_limit, "RPU hours", day, "none"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(volume: &str, freshness: Freshness, set: Configured) -> Warehouse {
        warehouse(Volume::parse(volume).expect("a volume"), freshness, set)
    }

    #[test]
    fn a_streaming_view_can_run_all_day_with_room_for_loads_and_without_an_alarm() {
        for volume in ["10 MB/day", "5 GB/day", "30 GB/day", "100 GB/day"] {
            for base in [None, Some(4), Some(64), Some(512)] {
                let set = Configured { base, ..Configured::default() };
                let one = size(volume, Freshness::Seconds, set);
                assert!(one.daily_limit > one.base * 24, "{volume} {base:?}");
                assert!(one.daily_limit * 3 / 4 > one.base * 24, "{volume} {base:?}");
            }
        }
    }

    #[test]
    fn base_maximum_and_limit_belong_together() {
        let base = Configured { base: Some(64), ..Configured::default() };
        let sized = size("1 GB/day", Freshness::Scheduled, base);
        assert_eq!(sized, Warehouse { base: 64, most: 256, daily_limit: 1_024 });
        let most = Configured { most: Some(16), ..Configured::default() };
        let sized = size("100 GB/day", Freshness::Scheduled, most);
        assert_eq!(sized, Warehouse { base: 16, most: 16, daily_limit: 256 });
    }
}
