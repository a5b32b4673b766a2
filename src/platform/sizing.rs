//! Sizing: from a volume to shards, buffers, workers and RPUs, and how each came about.
//!
//! In: a volume and a schedule. Out: figures, each with its reason and the limit of the service that it keeps.
//! It refuses to look at anything else: what a team knows better stands in its platform file.
//!
//! `docs/sizing.md` shows the table that these functions give; a test keeps it so.

use crate::model::{Period, Schedule, Volume, WarehouseKind};

/// One figure, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is of: `stream mode`, `workers at most`.
    pub name: &'static str,
    /// What it is, with its unit.
    pub value: String,
    /// How it came about.
    pub because: String,
    /// The limit of the service that it keeps.
    pub limit: &'static str,
}

/// Bytes in a gigabyte, as volumes count them.
const GB: u64 = 1_000_000_000;

/// The busiest second carries this many times the mean of the day: a usual evening against a usual night, and
/// room for a burst.
const PEAK: u64 = 5;

/// A shard takes 1 MB and 1,000 records a second. Records are taken to have 1 KB, so both are one limit.
const SHARD_BYTES: u64 = 1_000_000;

/// How a stream is provided for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The service adds shards itself.
    OnDemand,
    /// So many shards.
    Provisioned {
        /// 1 to 500.
        shards: u64,
    },
}

/// How a stream of so much is provided for: on demand to 20 GB a day, where bursts cost more trouble than
/// capacity costs money; above that, shards for the busiest second and a quarter more.
#[must_use]
pub fn stream(volume: Volume) -> Stream {
    if volume.bytes_per_day() <= 20 * GB {
        return Stream::OnDemand;
    }
    let peak = volume.bytes_per_day() * PEAK / (24 * 60 * 60);
    Stream::Provisioned { shards: (peak * 5 / 4).div_ceil(SHARD_BYTES).max(2) }
}

/// How Firehose collects records before it writes a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Seconds, 60 to 900.
    pub seconds: u64,
    /// MiB, at most 128.
    pub mebibytes: u64,
}

/// How Firehose collects records of a dataset that is processed on that schedule: a file is at most a quarter
/// of the time between two runs old, and as large as it may be.
#[must_use]
pub fn delivery(schedule: Schedule) -> Delivery {
    Delivery { seconds: (minutes(schedule) * 60 / 4).clamp(60, 900), mebibytes: 128 }
}

/// The workers of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The kind of worker.
    pub worker: Worker,
    /// How many workers auto scaling may use, the driver among them.
    pub workers: u64,
    /// Minutes after which a run is stopped.
    pub timeout: u64,
    /// Bytes of the files that it writes, about.
    pub file_bytes: u64,
    /// Parts that a shuffle starts with; Spark joins small ones.
    pub shuffle_partitions: u64,
}

/// The version of Glue: 5.1 has Spark 3.5.6, Python 3.11, Java 17 and Iceberg 1.10, and the Spark that the jobs are
/// tested on is of that version.
pub const GLUE_VERSION: &str = "5.1";

/// The kind of worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// 4 vCPUs, 16 GB.
    G1x,
    /// 8 vCPUs, 32 GB.
    G2x,
}

impl Worker {
    /// Its cores.
    #[must_use]
    pub fn cores(self) -> u64 {
        match self {
            Self::G1x => 4,
            Self::G2x => 8,
        }
    }
}

/// Bytes of a shuffle's part at most, about: some of them fit into the memory of a core at once.
const SHUFFLE_PART: u64 = 128_000_000;

/// Bytes that a worker of kind `G.1X` gets through in an hour, with much to spare: a core of a laptop takes 108
/// seconds of CPU for 1 GB of the reference job, and such a worker has four.
const WORKER_HOUR: u64 = 8 * GB;

/// The workers of a job for so much a day: enough to make up for a day that was missed within an hour.
#[must_use]
pub fn job(volume: Volume) -> Job {
    let day = volume.bytes_per_day();
    let small = day.div_ceil(WORKER_HOUR) + 1;
    let (worker, workers) =
        if small <= 10 { (Worker::G1x, small) } else { (Worker::G2x, small.div_ceil(2) + 1) };
    let workers = workers.max(2);
    // The driver's node runs no task.
    let cores = (workers - 1) * worker.cores();
    Job {
        worker,
        workers,
        // Four rounds of small tasks rather than one of large ones, of which the slowest would be waited for.
        shuffle_partitions: (cores * 4).max(day.div_ceil(SHUFFLE_PART)),
        timeout: if day <= 10 * GB { 120 } else { 480 },
        // Redshift splits Parquet from 128 MB on; below that, a file is one slice's work.
        file_bytes: if day <= GB { 64_000_000 } else { 128_000_000 },
    }
}

/// The capacity of Redshift Serverless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warehouse {
    /// RPUs at rest: 4, or a multiple of 8.
    pub base: u32,
    /// RPUs at most.
    pub most: u32,
    /// RPU hours a day before further queries are refused: what stops a bill that runs away.
    pub daily_limit: u32,
}

/// The capacity of the warehouse of a platform with so much a day.
#[must_use]
pub fn warehouse(volume: Volume) -> Warehouse {
    let (base, most) = match volume.bytes_per_day() {
        ..=GB => (4, 8),
        day if day <= 10 * GB => (8, 32),
        day if day <= 50 * GB => (16, 64),
        _ => (32, 128),
    };
    Warehouse { base, most, daily_limit: base * 16 }
}

/// Minutes between two runs.
fn minutes(schedule: Schedule) -> u64 {
    match schedule {
        Schedule::Every(period) => Period::as_minutes(period),
        Schedule::Daily { .. } => 24 * 60,
        Schedule::OnArrival => 4,
    }
}

/// How the figures of a dataset came about; `streamed` are those of its stream as well.
#[must_use]
pub fn explain_dataset(volume: Volume, schedule: Schedule, source: &crate::model::Source) -> Vec<Figure> {
    let mut figures = Vec::new();
    if source.has_stream() {
        figures.push(explain_stream(volume));
        figures.extend(explain_delivery(volume, schedule));
    }
    figures.extend(explain_job(volume));
    figures
}

fn explain_stream(volume: Volume) -> Figure {
    let peak = volume.bytes_per_day() * PEAK / (24 * 60 * 60) / 1_000;
    let busiest = format!(
        "{volume} is {peak} KB, or as many records of 1 KB, in the busiest second: {PEAK} times the mean"
    );
    let (value, because) = match stream(volume) {
        Stream::OnDemand => {
            ("on demand".to_owned(), format!("{busiest}; to 20 GB/day the service adds shards"))
        }
        Stream::Provisioned { shards } => {
            (format!("{shards} shards"), format!("{busiest}; a quarter more, by 1 MB a second of each shard"))
        }
    };
    Figure { name: "stream", value, because, limit: "1 MB and 1,000 records a second of each shard" }
}

fn explain_delivery(volume: Volume, schedule: Schedule) -> [Figure; 2] {
    let delivery = delivery(schedule);
    let file =
        (volume.bytes_per_day() * delivery.seconds / (24 * 60 * 60)).min(delivery.mebibytes << 20) / 1_000;
    [
        Figure {
            name: "delivery interval",
            value: format!("{} s", delivery.seconds),
            because: format!("processed {schedule}; a file is at most a quarter of that old"),
            limit: "60 to 900 s",
        },
        Figure {
            name: "delivery size",
            value: format!("{} MiB", delivery.mebibytes),
            because: format!("as large as it may be; the interval makes files of about {file} KB"),
            limit: "1 to 128 MiB",
        },
    ]
}

fn explain_job(volume: Volume) -> [Figure; 4] {
    let job = job(volume);
    let worker = match job.worker {
        Worker::G1x => "G.1X",
        Worker::G2x => "G.2X",
    };
    [
        Figure {
            name: "workers at most",
            value: format!("{} {worker}", job.workers),
            because: format!(
                "a missed day of {volume} is made up for in about an hour, and the driver is one more"
            ),
            limit: "2 to 299 workers a job",
        },
        Figure {
            name: "timeout",
            value: format!("{} min", job.timeout),
            because: "a run that takes longer hangs; the next one takes its files".to_owned(),
            limit: "1 to 10,080 min",
        },
        Figure {
            name: "file size",
            value: format!("{} MB", job.file_bytes / 1_000_000),
            because: "Redshift reads a smaller file by one slice alone".to_owned(),
            limit: "Parquet from 128 MB on is split",
        },
        Figure {
            name: "shuffle partitions",
            value: job.shuffle_partitions.to_string(),
            because: "four for each core, and 128 MB of a missed day in each; Spark joins small ones"
                .to_owned(),
            limit: "as many tasks as Spark's driver can follow, some 100,000",
        },
    ]
}

/// How the figures of the warehouse came about.
#[must_use]
pub fn explain_warehouse(volume: Volume, kind: &WarehouseKind) -> Vec<Figure> {
    let (base, most, daily_limit) = match kind {
        WarehouseKind::Serverless { base, most, daily_limit } => (*base, *most, *daily_limit),
        WarehouseKind::Provisioned { node_type, nodes } => {
            let value = format!("{nodes} {node_type}");
            let (because, limit) = (SAID.to_owned(), "2 to 128 nodes, by their type");
            return vec![Figure { name: "warehouse", value, because, limit }];
        }
    };
    let size = warehouse(volume);
    let figure = |name, said: Option<u32>, derived: u32, unit, because: String, limit| Figure {
        name,
        value: format!("{} {unit}", said.unwrap_or(derived)),
        because: if said.is_some() { SAID.to_owned() } else { because },
        limit,
    };
    let rest = format!("{volume}: 4 to 1 GB, 8 to 10 GB, 16 to 50 GB, 32 above");
    let scale = "a few times what it has at rest, for the morning's dashboards".to_owned();
    let day = "sixteen hours of work at rest's capacity; an alarm tells of three quarters of it".to_owned();
    vec![
        figure("warehouse at rest", base, size.base, "RPU", rest, "4, or a multiple of 8 to 512 RPU"),
        figure("warehouse at most", most, size.most, "RPU", scale, "1,024 RPU"),
        figure("warehouse a day", daily_limit, size.daily_limit, "RPU hours", day, "none"),
    ]
}

/// Why a figure is what it is where the platform file says it.
const SAID: &str = "the platform file says so";

#[cfg(test)]
mod tests {
    use super::*;

    fn volumes() -> impl Iterator<Item = Volume> {
        (0..=200).map(|step| Volume::clamped(10_000_000 + step * 500_000_000))
    }

    #[test]
    fn more_data_never_gets_less() {
        let rank = |volume| {
            let shards = match stream(volume) {
                Stream::OnDemand => 0,
                Stream::Provisioned { shards } => shards,
            };
            let job = job(volume);
            let cores = job.workers * job.worker.cores();
            let warehouse = warehouse(volume);
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
            if let Stream::Provisioned { shards } = stream(volume) {
                let peak = volume.bytes_per_day() * PEAK / 86_400;
                assert!((2..=500).contains(&shards) && shards * SHARD_BYTES > peak, "{volume}");
            }
            let job = job(volume);
            assert!((2..=299).contains(&job.workers) && job.timeout <= 10_080, "{volume}");
            assert!((16..=10_000).contains(&job.shuffle_partitions), "{volume}");
            let warehouse = warehouse(volume);
            assert!(warehouse.base == 4 || warehouse.base.is_multiple_of(8), "{volume}");
            assert!(warehouse.base <= 512 && warehouse.most <= 1_024 && warehouse.base < warehouse.most);
        }
        for minutes in [5, 15, 60, 1_440] {
            let delivery = delivery(Schedule::Every(Period::minutes(minutes)));
            assert!((60..=900).contains(&delivery.seconds) && delivery.mebibytes <= 128);
        }
    }

    #[test]
    fn the_page_shows_the_table_that_the_functions_give() {
        let mut table = String::from(
            "| volume | stream | workers at most | timeout | file size | shuffle partitions | RPU at rest | at most | RPU hours a day |\n\
             |---|---|---|---|---|---|---|---|---|\n",
        );
        for text in
            ["10 MB/day", "100 MB/day", "1 GB/day", "10 GB/day", "20 GB/day", "50 GB/day", "100 GB/day"]
        {
            let volume = Volume::parse(text).expect("a volume");
            let [workers, timeout, file, parts] = explain_job(volume).map(|figure| figure.value);
            let kind = WarehouseKind::Serverless { base: None, most: None, daily_limit: None };
            let warehouse = explain_warehouse(volume, &kind).into_iter().map(|figure| figure.value);
            let first = [text.to_owned(), explain_stream(volume).value, workers, timeout, file, parts];
            let cells: Vec<String> = first.into_iter().chain(warehouse).collect();
            table.extend(["| ", &cells.join(" | "), " |\n"]);
        }
        let page = include_str!("../../docs/sizing.md");
        assert!(page.contains(&table), "docs/sizing.md should have this table:\n{table}");
    }
}
