//! What a platform costs in a month, at list prices: each choice of sizing, and what every platform pays.
//!
//! In: a platform and an environment. Out: amounts, each with how it is computed. It counts a full year's mean month
//! once data is as old as its retention; [`NOT_COUNTED`] names what it leaves out.

use super::price::{
    Amount, DPU_HOUR, ENDPOINT_HOUR, FIREHOSE, KEPT_GB, KEPT_SHARD_HOUR, KEY, LONG_KEPT_GB, MANAGED_STORAGE,
    PUT_UNIT, REQUEST, RPU_HOUR, SHARD_HOUR, STORAGE, STREAM_HOUR, STREAM_IN, STREAM_OUT, thousands,
};
use super::{Configured, Inflow, Job, Stream, WORKER_HOUR, delivery, stream, warehouse};
use crate::model::{Dataset, Environment, Freshness, Platform, Schedule, Subnets, WarehouseKind};

/// The hours of a mean month.
const HOURS: u64 = 730;
/// A kilobyte and a gigabyte, as AWS bills them.
const KB: u64 = 1 << 10;
const GB: u64 = 1 << 30;
/// Files of lines take about a fifth of the volume when compressed, and so do Parquet files and Redshift's columns: the
/// blueprints' samples take a seventh to a thirteenth, and real data compresses less well than made-up data.
const COMPRESSED: u64 = 5;
/// A job, and a warehouse that was idle, are billed for at least a minute.
const LEAST_MINUTES: u64 = 1;

/// What is not counted, because it depends on what people do, or because it is small.
pub const NOT_COUNTED: &str = "queries of dashboards and people, QuickSight's users and SPICE, the nodes of a provisioned \
    cluster, KMS requests, GET requests, CloudWatch logs, metrics and alarms, Step Functions, Secrets Manager, data transfer, \
    superseded versions of objects, taxes, free tiers and discounts";

/// A part of the monthly costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What costs it: `stream of event`.
    pub what: String,
    /// The amount.
    pub amount: Amount,
    /// How it is computed.
    pub because: String,
}

/// The monthly costs of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Its parts.
    pub parts: Vec<Cost>,
    /// The most that the daily limit lets the warehouse compute for; `None` for a provisioned cluster.
    pub most: Option<Amount>,
}

impl Bill {
    /// The sum of the parts.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.parts.iter().fold(Amount::default(), |sum, part| sum.plus(part.amount))
    }
}

/// The monthly costs of an environment with this number of interface endpoints in its network.
#[must_use]
pub fn monthly(platform: &Platform, environment: &Environment, endpoints: usize) -> Bill {
    let mut parts = Vec::new();
    for dataset in &platform.datasets {
        if dataset.source.has_stream() {
            let inflow = Inflow::of(platform, environment, dataset);
            parts.push(of_stream(environment, dataset, inflow));
            parts.push(of_delivery(environment, dataset, inflow));
        }
        parts.push(of_jobs(platform, environment, dataset));
    }
    let (computing, most) = of_warehouse(platform, environment);
    parts.extend(computing);
    parts.push(of_storage(platform, environment));
    parts.push(of_managed_storage(platform, environment));
    parts.push(of_lists(platform, environment));
    parts.extend(of_network(environment, endpoints));
    parts.push(Cost { what: "key".to_owned(), amount: KEY.of(1), because: KEY.text() });
    Bill { parts, most }
}

/// A day's quantity in a mean month.
fn month(a_day: u64) -> u64 {
    a_day.saturating_mul(365).div_ceil(12)
}

/// The records of a month.
fn records(inflow: Inflow) -> u64 {
    month(inflow.volume.bytes_per_day().div_ceil(inflow.record_size.bytes()))
}

/// The gigabytes of a month, with each record rounded up to a multiple of `step` bytes.
fn billed(inflow: Inflow, step: u64) -> u64 {
    let each = inflow.record_size.bytes().next_multiple_of(step);
    records(inflow).saturating_mul(each).div_ceil(GB)
}

fn of_stream(environment: &Environment, dataset: &Dataset, inflow: Inflow) -> Cost {
    let days = environment.settings.retention.stream.as_days();
    let a_day = inflow.volume.bytes_per_day().div_ceil(GB);
    let long = LONG_KEPT_GB.of(a_day * days.saturating_sub(7));
    let (amount, because) = match stream(inflow) {
        Stream::Provisioned { shards } => {
            let hours = shards * HOURS;
            let units = records(inflow) * inflow.record_size.bytes().div_ceil(25 * KB);
            let kept = if days > 1 { KEPT_SHARD_HOUR.of(hours) } else { Amount::default() };
            let because = format!(
                "{} shard hours, {} million PUT units of 25 KB, kept for {days} days",
                thousands(hours),
                thousands(units / 1_000_000)
            );
            (SHARD_HOUR.of(hours).plus(PUT_UNIT.of(units)).plus(kept), because)
        }
        Stream::OnDemand => {
            let gigabytes = billed(inflow, KB);
            let readers = match dataset.freshness {
                Freshness::Scheduled => 1,
                Freshness::Seconds => 2,
            };
            let kept = KEPT_GB.of(a_day * (days.min(7) - 1));
            let because = format!(
                "{HOURS} hours; {} GB in, as each record counts as a multiple of 1 KB, and {readers} times out; kept for \
                 {days} days",
                thousands(gigabytes)
            );
            let through = STREAM_IN.of(gigabytes).plus(STREAM_OUT.of(gigabytes * readers));
            (STREAM_HOUR.of(HOURS).plus(through).plus(kept), because)
        }
    };
    Cost { what: format!("stream of {}", dataset.name), amount: amount.plus(long), because }
}

/// Firehose bills each record as a multiple of 5 KB, with a Kinesis data stream as the source too; and its files are
/// PUT requests. Assumes `firehose-rounding`.
fn of_delivery(environment: &Environment, dataset: &Dataset, inflow: Inflow) -> Cost {
    let gigabytes = billed(inflow, 5 * KB);
    let hints = delivery(environment.schedule(dataset));
    let by_time = (24 * 60 * 60) / hints.seconds;
    let files = month(by_time.max(inflow.volume.bytes_per_day() / (hints.mebibytes << 20)));
    let because = format!(
        "{} GB, as each record of {} B counts as a multiple of 5 KB; {} files",
        thousands(gigabytes),
        inflow.record_size.bytes(),
        thousands(files)
    );
    let amount = FIREHOSE.of(gigabytes).plus(REQUEST.of(files));
    Cost { what: format!("delivery of {}", dataset.name), amount, because }
}

/// The runs of a dataset in a day; one, if files start them.
fn runs(schedule: Schedule) -> u64 {
    match schedule {
        Schedule::Every(period) => (24 * 60 / period.as_minutes()).max(1),
        Schedule::Daily { .. } | Schedule::OnArrival => 1,
    }
}

/// What the jobs of a dataset are called among the parts of a [`Bill`].
#[must_use]
pub fn jobs_of(dataset: &Dataset) -> String {
    format!("jobs of {}", dataset.name)
}

/// The price of a job that runs for so many minutes with all of its workers: the most that it can cost.
#[must_use]
pub fn job_price(job: Job, minutes: u64) -> Amount {
    DPU_HOUR.of(job.workers * job.worker.dpus() * minutes).part(60)
}

fn of_jobs(platform: &Platform, environment: &Environment, dataset: &Dataset) -> Cost {
    let day = platform.dataset_volume(dataset, environment).bytes_per_day();
    let runs = runs(environment.schedule(dataset));
    // Minutes of one DPU: those of the work, and those of two workers that every run is billed for.
    let working = (day * 60).div_ceil(WORKER_HOUR);
    let starting = runs * 2 * LEAST_MINUTES;
    let hours = month(working + starting).div_ceil(60);
    let because = format!(
        "{} DPU hours: {runs} {} a day of 2 DPU for at least a minute, and one for each 8 GB",
        thousands(hours),
        if runs == 1 { "run" } else { "runs" }
    );
    Cost { what: jobs_of(dataset), amount: DPU_HOUR.of(hours), because }
}

/// The computing of the warehouse, and the most that its daily limit allows.
fn of_warehouse(platform: &Platform, environment: &Environment) -> (Option<Cost>, Option<Amount>) {
    let WarehouseKind::Serverless { base, most, daily_limit } = environment.settings.warehouse.kind else {
        return (None, None);
    };
    let set = Configured { base, most, daily_limit };
    let size = warehouse(environment.settings.volume, platform.freshness(), set);
    let base = u64::from(size.base);
    let (hours, because) = match platform.freshness() {
        Freshness::Seconds => {
            let hours = month(u64::from(size.streaming_hours()));
            (
                hours,
                format!("{} RPU hours: a streaming view keeps {base} RPU running all day", thousands(hours)),
            )
        }
        Freshness::Scheduled => {
            let loads: u64 = platform.datasets.iter().map(|one| runs(environment.schedule(one))).sum();
            let hours = month(loads * LEAST_MINUTES * base).div_ceil(60);
            let because = format!(
                "{} RPU hours: {loads} loads a day at {base} RPU, each for at least a minute; queries come on top",
                thousands(hours)
            );
            (hours, because)
        }
    };
    let cost = Cost { what: "warehouse".to_owned(), amount: RPU_HOUR.of(hours), because };
    (Some(cost), Some(RPU_HOUR.of(month(u64::from(size.daily_limit)))))
}

/// Gigabytes that are stored of all datasets, if those of a day are kept for some days.
fn stored(
    platform: &Platform,
    environment: &Environment,
    days: u64,
    size: impl Fn(&Dataset, u64) -> u64,
) -> u64 {
    let day = |one: &Dataset| size(one, platform.dataset_volume(one, environment).bytes_per_day());
    let bytes: u64 = platform.datasets.iter().map(day).sum();
    bytes.saturating_mul(days).div_ceil(GB)
}

fn of_storage(platform: &Platform, environment: &Environment) -> Cost {
    let retention = &environment.settings.retention;
    let (raw_days, curated_days) = (retention.raw.as_days(), retention.curated.as_days());
    // Firehose compresses what it delivers; files are stored as they are dropped.
    let raw =
        stored(
            platform,
            environment,
            raw_days,
            |one, day| {
                if one.source.has_stream() { day / COMPRESSED } else { day }
            },
        );
    let curated = stored(platform, environment, curated_days, |_, day| day / COMPRESSED);
    let because = format!(
        "{} GB raw after {raw_days} days, {} GB curated after {curated_days} days, compressed to a fifth",
        thousands(raw),
        thousands(curated)
    );
    Cost { what: "storage in S3".to_owned(), amount: STORAGE.of(raw + curated), because }
}

fn of_managed_storage(platform: &Platform, environment: &Environment) -> Cost {
    let days = environment.settings.retention.curated.as_days();
    let gigabytes = stored(platform, environment, days, |_, day| day / COMPRESSED);
    let because = format!("{} GB after {days} days, compressed to a fifth", thousands(gigabytes));
    Cost { what: "storage in Redshift".to_owned(), amount: MANAGED_STORAGE.of(gigabytes), because }
}

/// Each run of a stream lists its folders of raw records, one an hour.
fn of_lists(platform: &Platform, environment: &Environment) -> Cost {
    let folders = environment.settings.retention.raw.as_days() * 24;
    let streams = platform.datasets.iter().filter(|one| one.source.has_stream());
    let lists: u64 = streams.map(|one| runs(environment.schedule(one)) * folders).sum();
    let because = format!(
        "{} LISTs: each run lists the {} hours of raw records",
        thousands(month(lists)),
        thousands(folders)
    );
    Cost { what: "lists in S3".to_owned(), amount: REQUEST.of(month(lists)), because }
}

fn of_network(environment: &Environment, endpoints: usize) -> Option<Cost> {
    let Subnets::Own { zones, .. } = &environment.settings.network.subnets else { return None };
    let count = endpoints as u64 * u64::from(*zones);
    let because = format!(
        "{endpoints} interface endpoints in {zones} zones; the one for S3 is free, and there is no NAT gateway"
    );
    Some(Cost { what: "network".to_owned(), amount: ENDPOINT_HOUR.of(count * HOURS), because })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Period, RecordSize, Volume, fixture};

    /// The monthly cost of one part of the fixture, with this volume and size of records.
    fn part(volume: &str, bytes: u64, what: &str) -> String {
        let mut platform = fixture::platform();
        platform.datasets.truncate(1);
        platform.datasets[0].record_size = RecordSize::Declared(bytes);
        let environment = &mut platform.environments[0];
        environment.settings.volume = Volume::parse(volume).expect("a volume");
        environment.base_volume = environment.settings.volume;
        environment.settings.retention.stream = Period::days(1);
        environment.protected = true;
        let environment = environment.clone();
        let bill = monthly(&platform, &environment, 3);
        bill.parts.into_iter().find(|one| one.what == what).expect("the part is counted").amount.to_string()
    }

    #[test]
    fn small_records_cost_more_where_the_service_rounds_them_up() {
        // 100 GB a day in records of 180 B: 16.9 billion records a month.
        // 41 shards × 730 h × $0.015 + 16,898 million × $0.014.
        assert_eq!(part("100 GB/day", 180, "stream of orders"), "$686");
        // 16,898 million × 5 KB = 80,577 GB at $0.029, and files of 128 MiB.
        assert_eq!(part("100 GB/day", 180, "delivery of orders"), "$2,337");
        assert_eq!(part("100 GB/day", 5_120, "delivery of orders"), "$82.27");
        // 730 h × $0.04, and 29 GB in and twice out.
        assert_eq!(part("1 GB/day", 1_024, "stream of orders"), "$33.84");
    }

    #[test]
    fn a_job_costs_what_its_workers_are_billed_for() {
        // 3 workers of 1 DPU, and 8 workers of 2 DPU, for 52 minutes at $0.44 an hour.
        let of = |gigabytes: u64| super::super::job(Volume::clamped(gigabytes * 1_000_000_000));
        let (small, large) = (of(10), of(100));
        assert_eq!((small.workers, large.workers), (3, 8));
        assert_eq!(job_price(small, 52).to_string(), "$1.14");
        assert_eq!(job_price(large, 52).to_string(), "$6.10");
    }

    #[test]
    fn a_streaming_view_pays_for_the_whole_day() {
        // 32 RPU × 24 h × 30.4 days × $0.375.
        assert_eq!(part("100 GB/day", 180, "warehouse"), "$8,760");
    }

    #[test]
    fn the_total_is_the_sum_and_below_what_the_limit_allows() {
        let platform = fixture::platform();
        let bill = monthly(&platform, &platform.environments[0], 3);
        let warehouse = bill.parts.iter().find(|one| one.what == "warehouse").expect("it is serverless");
        assert!(bill.most.is_some_and(|most| most > warehouse.amount));
        assert!(bill.total() > warehouse.amount);
        assert!(bill.parts.iter().all(|one| one.amount > Amount::default()), "{bill:?}");
    }
}
