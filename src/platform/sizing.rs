//! Sizing: from a volume to shards, buffers, workers and RPUs, with the reason for each.
//!
//! In: a volume, the size of records and a schedule. Out: figures, each with its reason and the service quota that it
//! respects. It looks at nothing else: `project` measures records, and a team overrides figures in its platform file.
//!
//! `docs/sizing.md` shows the table that these functions return; a test keeps it up to date.

mod cost;
mod price;
mod stream;
mod warehouse;

pub use cost::{Bill, Cost, NOT_COUNTED, job_price, jobs_of, monthly};
pub use price::{Amount, PRICE_DATE, PRICE_REGION, PRICES, Price};
pub use stream::{Bursts, Inflow, Stream, stream};
pub use warehouse::{Configured, Warehouse, explain_warehouse, warehouse};

use crate::model::{Dataset, Environment, Period, Platform, Schedule, Volume};

/// One figure, and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The name: `stream`, `max workers`.
    pub name: &'static str,
    /// The value with its unit.
    pub value: String,
    /// The reason.
    pub because: String,
    /// The service quota that it respects.
    pub limit: &'static str,
}

/// Bytes in a gigabyte, the unit of volumes.
const GB: u64 = 1_000_000_000;

/// The ratio of the busiest second to the daily mean: a usual evening against a usual night, with room for a burst.
const PEAK: u64 = 5;

/// How Firehose buffers records before it writes a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Seconds, 60 to 900.
    pub seconds: u64,
    /// MiB, at most 128.
    pub mebibytes: u64,
}

/// How Firehose buffers records of a dataset with this schedule: for at most a quarter of the time between two runs,
/// and up to the largest buffer size.
#[must_use]
pub fn delivery(schedule: Schedule) -> Delivery {
    Delivery { seconds: (minutes(schedule) * 60 / 4).clamp(60, 900), mebibytes: 128 }
}

/// The workers of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The worker type.
    pub worker: Worker,
    /// The maximum number of workers for auto scaling, including the driver.
    pub workers: u64,
    /// Minutes after which a run is stopped.
    pub timeout: u64,
    /// Approximate size in bytes of the files that it writes.
    pub file_bytes: u64,
    /// Initial number of shuffle partitions; Spark coalesces small ones.
    pub shuffle_partitions: u64,
    /// Uncompressed bytes that a run reads at most; the next run reads the rest.
    pub input_bytes: u64,
}

/// The Glue version. Glue 5.1 has Spark 3.5.6, Python 3.11, Java 17 and Iceberg 1.10; the jobs are tested on the same
/// version of Spark. Assumes `glue-version-regions`.
pub const GLUE_VERSION: &str = "5.1";

/// The worker type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// 4 vCPUs, 16 GB.
    G1x,
    /// 8 vCPUs, 32 GB.
    G2x,
}

impl Worker {
    /// The number of vCPUs.
    #[must_use]
    pub fn cores(self) -> u64 {
        match self {
            Self::G1x => 4,
            Self::G2x => 8,
        }
    }

    /// The number of data processing units, which are billed.
    #[must_use]
    pub fn dpus(self) -> u64 {
        match self {
            Self::G1x => 1,
            Self::G2x => 2,
        }
    }
}

/// Approximate maximum size in bytes of a shuffle partition: several fit into the memory of a core.
const SHUFFLE_PART: u64 = 128_000_000;

/// Bytes that a `G.1X` worker processes in an hour, a conservative estimate: one laptop core needs 108 seconds of CPU
/// time for 1 GB of the reference job, and such a worker has four cores.
const WORKER_HOUR: u64 = 8 * GB;

/// The workers of a job for this volume: enough to catch up on a missed day within an hour.
#[must_use]
pub fn job(volume: Volume) -> Job {
    let day = volume.bytes_per_day();
    let small = day.div_ceil(WORKER_HOUR) + 1;
    let (worker, workers) =
        if small <= 10 { (Worker::G1x, small) } else { (Worker::G2x, small.div_ceil(2) + 1) };
    let workers = workers.max(2);
    // The driver's node runs no tasks.
    let cores = (workers - 1) * worker.cores();
    Job {
        worker,
        workers,
        // Four rounds of small tasks instead of one round of large ones, which would wait for the slowest.
        shuffle_partitions: (cores * 4).max(day.div_ceil(SHUFFLE_PART)),
        timeout: if day <= 10 * GB { 120 } else { 480 },
        // Redshift splits Parquet files of 128 MB and more; a smaller file is loaded by one slice.
        file_bytes: if day <= GB { 64_000_000 } else { 128_000_000 },
        // About an hour of all workers but the driver's, at most half of the timeout.
        input_bytes: (workers - 1) * (worker.cores() / Worker::G1x.cores()) * WORKER_HOUR,
    }
}

/// Minutes between two runs.
fn minutes(schedule: Schedule) -> u64 {
    match schedule {
        Schedule::Every(period) => Period::as_minutes(period),
        Schedule::Daily { .. } => 24 * 60,
        Schedule::OnArrival => 4,
    }
}

/// The figures of a dataset with their reasons, including those of its stream if it has one.
#[must_use]
pub fn explain_dataset(platform: &Platform, environment: &Environment, dataset: &Dataset) -> Vec<Figure> {
    let (volume, schedule) = (platform.dataset_volume(dataset, environment), environment.schedule(dataset));
    let mut figures = Vec::new();
    if dataset.source.has_stream() {
        figures.push(stream::explain(Inflow::of(platform, environment, dataset)));
        figures.extend(explain_delivery(volume, schedule));
    }
    figures.extend(explain_job(volume));
    figures
}

fn explain_delivery(volume: Volume, schedule: Schedule) -> [Figure; 2] {
    let delivery = delivery(schedule);
    let file =
        (volume.bytes_per_day() * delivery.seconds / (24 * 60 * 60)).min(delivery.mebibytes << 20) / 1_000;
    [
        Figure {
            name: "delivery interval",
            value: format!("{} s", delivery.seconds),
            because: format!("processed {schedule}; Firehose buffers for at most a quarter of that"),
            limit: "60 to 900 s",
        },
        Figure {
            name: "delivery size",
            value: format!("{} MiB", delivery.mebibytes),
            because: format!("the maximum; with the interval, files have about {file} KB"),
            limit: "1 to 128 MiB",
        },
    ]
}

fn explain_job(volume: Volume) -> [Figure; 5] {
    let job = job(volume);
    let worker = match job.worker {
        Worker::G1x => "G.1X",
        Worker::G2x => "G.2X",
    };
    [
        Figure {
            name: "max workers",
            value: format!("{} {worker}", job.workers),
            because: format!(
                "they catch up on a missed day of {volume} in about an hour; one more is the driver"
            ),
            limit: "2 to 299 workers per job",
        },
        Figure {
            name: "timeout",
            value: format!("{} min", job.timeout),
            because: "a longer run is stuck; the next run processes its files".to_owned(),
            limit: "1 to 10,080 min",
        },
        Figure {
            name: "file size",
            value: format!("{} MB", job.file_bytes / 1_000_000),
            because: "a smaller file is loaded by a single Redshift slice".to_owned(),
            limit: "Redshift splits Parquet files of 128 MB and more",
        },
        Figure {
            name: "shuffle partitions",
            value: job.shuffle_partitions.to_string(),
            because: "four per core or more, each at most 128 MB of a missed day; Spark coalesces small ones"
                .to_owned(),
            limit: "as many tasks as the Spark driver can track, about 100,000",
        },
        Figure {
            name: "input per run",
            value: format!("{} GB", job.input_bytes / GB),
            because:
                "about an hour for the workers; after an outage, runs follow each other until all is read"
                    .to_owned(),
            limit: "none",
        },
    ]
}

/// The reason for a figure that the platform file sets.
const CONFIGURED: &str = "set in the platform file";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Freshness, RecordSize, WarehouseKind};

    fn inflow(volume: Volume) -> Inflow {
        Inflow { volume, record_size: RecordSize::Declared(1_000), bursts: Bursts::Taken }
    }

    fn volumes() -> impl Iterator<Item = Volume> {
        (0..=200).map(|step| Volume::clamped(10_000_000 + step * 500_000_000))
    }

    #[test]
    fn more_data_never_gets_less_capacity() {
        let rank = |volume| {
            let shards = match stream(inflow(volume)) {
                Stream::OnDemand => 0,
                Stream::Provisioned { shards } => shards,
            };
            let job = job(volume);
            let cores = job.workers * job.worker.cores();
            let warehouse = warehouse(volume, Freshness::Seconds, Configured::default());
            [
                shards,
                cores,
                job.timeout,
                job.file_bytes,
                job.shuffle_partitions,
                u64::from(warehouse.base),
                u64::from(warehouse.most),
                u64::from(warehouse.daily_limit),
            ]
        };
        for (less, more) in volumes().zip(volumes().skip(1)) {
            assert!(rank(less).iter().zip(rank(more)).all(|(less, more)| *less <= more), "{less} {more}");
        }
    }

    #[test]
    fn every_figure_is_within_the_limits_of_its_service() {
        for volume in volumes() {
            let job = job(volume);
            assert!((2..=299).contains(&job.workers) && job.timeout <= 10_080, "{volume}");
            assert!((16..=10_000).contains(&job.shuffle_partitions), "{volume}");
            let warehouse = warehouse(volume, Freshness::Seconds, Configured::default());
            assert!(warehouse.base == 4 || warehouse.base.is_multiple_of(8), "{volume}");
            assert!(warehouse.base <= 512 && warehouse.most <= 1_024 && warehouse.base < warehouse.most);
        }
        for minutes in [5, 15, 60, 1_440] {
            let delivery = delivery(Schedule::Every(Period::minutes(minutes)));
            assert!((60..=900).contains(&delivery.seconds) && delivery.mebibytes <= 128);
        }
    }

    #[test]
    fn the_docs_show_the_current_table() {
        let mut table = String::from(
            "| volume | stream, records of 1 KB | of 250 B | max workers | timeout | file size | shuffle partitions | input per run | base RPU | max RPU | RPU hours per day |\n\
             |---|---|---|---|---|---|---|---|---|---|---|\n",
        );
        for text in
            ["10 MB/day", "100 MB/day", "1 GB/day", "10 GB/day", "20 GB/day", "50 GB/day", "100 GB/day"]
        {
            let volume = Volume::parse(text).expect("a volume");
            let [workers, timeout, file, parts, input] = explain_job(volume).map(|figure| figure.value);
            let kind = WarehouseKind::Serverless { base: None, most: None, daily_limit: None };
            let warehouse =
                explain_warehouse(volume, Freshness::Scheduled, &kind).into_iter().map(|figure| figure.value);
            let streams = [RecordSize::Declared(1_000), RecordSize::Assumed]
                .map(|record_size| stream::explain(Inflow { record_size, ..inflow(volume) }).value);
            let job = [workers, timeout, file, parts, input];
            let first = [text.to_owned()].into_iter().chain(streams).chain(job);
            let cells: Vec<String> = first.chain(warehouse).collect();
            table.extend(["| ", &cells.join(" | "), " |\n"]);
        }
        let page = include_str!("../../docs/sizing.md");
        assert!(page.contains(&table), "docs/sizing.md must contain this table:\n{table}");
    }
}
