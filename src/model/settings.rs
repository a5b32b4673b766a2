//! [`Settings`]: what may differ between environments.

use std::collections::BTreeMap;
use std::fmt;

use super::{Period, Volume};

/// What may differ between environments, with the platform's own settings where an environment is silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// All data that comes in.
    pub volume: Volume,
    /// How long things are kept.
    pub retention: Retention,
    /// When datasets are processed that say nothing themselves.
    pub schedule: Schedule,
    /// Who hears of trouble.
    pub alarms: Alarms,
    /// Where the warehouse lives.
    pub network: Network,
    /// What the warehouse is.
    pub warehouse: Warehouse,
    /// Who may look.
    pub principals: Principals,
    /// Keys and values on everything that can carry them; never `aws:`.
    pub tags: BTreeMap<String, String>,
}

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Records in the stream, 1 to 365 days.
    pub stream: Period,
    /// Records as they came.
    pub raw: Period,
    /// Records as they were cleaned.
    pub curated: Period,
    /// Records that were refused.
    pub quarantine: Period,
    /// Logs, and the access logs of buckets.
    pub logs: Period,
}

/// When something runs; all times are UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Every so many minutes, 5 to 1,440, counted from midnight.
    Every(Period),
    /// Once a day.
    Daily {
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
    },
    /// When files are dropped. Only for datasets of files.
    OnArrival,
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Every(period) => write!(f, "every {period}"),
            Schedule::Daily { hour, minute } => write!(f, "daily at {hour:02}:{minute:02} UTC"),
            Schedule::OnArrival => f.write_str("when files arrive"),
        }
    }
}

/// Who hears of trouble.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Electronic mail; each receiver confirms the subscription once.
    pub emails: Vec<String>,
}

/// Where the warehouse lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The subnets.
    pub subnets: Subnets,
}

/// The subnets of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subnets {
    /// A network of the platform's own: private subnets without a way to the internet, and endpoints.
    Own {
        /// The range of the network, `10.20.0.0/16`: 16 to 24 bits of mask.
        cidr: String,
        /// Three: Redshift Serverless wants subnets in three zones.
        zones: u8,
    },
    /// A network that exists, which has the endpoints or the routes that the warehouse needs.
    Existing {
        /// `vpc-…`
        vpc: String,
        /// At least three `subnet-…`, in different zones.
        subnets: Vec<String>,
    },
}

/// What the warehouse is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warehouse {
    /// Serverless or provisioned.
    pub kind: WarehouseKind,
    /// The database.
    pub database: String,
}

/// Serverless or provisioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WarehouseKind {
    /// Redshift Serverless.
    Serverless {
        /// Redshift processing units at rest; sizing chooses where it is `None`. 4, or a multiple of 8 to 512.
        base: Option<u32>,
        /// The most that a query may scale to; sizing chooses where it is `None`.
        most: Option<u32>,
        /// RPU hours a day before further queries are refused; sizing chooses where it is `None`.
        daily_limit: Option<u32>,
    },
    /// A provisioned cluster of RA3 nodes.
    Provisioned {
        /// `ra3.large`, `ra3.xlplus`, `ra3.4xlarge`, `ra3.16xlarge`.
        node_type: String,
        /// How many nodes.
        nodes: u32,
    },
}

/// Who may look: names of QuickSight groups in the default namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principals {
    /// Groups that may change dashboards and data sets.
    pub authors: Vec<String>,
    /// Groups that may look at dashboards.
    pub readers: Vec<String>,
}

/// The five stages, in the order in which they are deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The key, the buckets, the topic of the alarms.
    Storage,
    /// Streams and delivery.
    Ingestion,
    /// The warehouse.
    Aggregation,
    /// The catalogue, the jobs, what runs them.
    Processing,
    /// Data sets and dashboards.
    Visualization,
}

impl Stage {
    /// All of them, in the order in which they are deployed.
    pub const ALL: [Stage; 5] =
        [Stage::Storage, Stage::Ingestion, Stage::Aggregation, Stage::Processing, Stage::Visualization];

    /// The name in the platform file, and of the folder in an assembly.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Stage::Storage => "storage",
            Stage::Ingestion => "ingestion",
            Stage::Aggregation => "aggregation",
            Stage::Processing => "processing",
            Stage::Visualization => "visualization",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
