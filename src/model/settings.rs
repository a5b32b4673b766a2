//! [`Settings`]: what can differ between environments.

use std::collections::BTreeMap;
use std::fmt;

use super::{Period, Volume};

/// What can differ between environments; unset values are inherited from the platform.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The volume of all incoming data.
    pub volume: Volume,
    /// How long data is kept.
    pub retention: Retention,
    /// The schedule of datasets that do not set one.
    pub schedule: Schedule,
    /// The receivers of alarms.
    pub alarms: Alarms,
    /// The network of the warehouse.
    pub network: Network,
    /// The warehouse.
    pub warehouse: Warehouse,
    /// Who can view dashboards.
    pub principals: Principals,
    /// Tags on every resource that supports them; never with an `aws:` prefix.
    pub tags: BTreeMap<String, String>,
}

/// How long data is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Records in the stream, 1 to 365 days.
    pub stream: Period,
    /// Raw records.
    pub raw: Period,
    /// Curated records.
    pub curated: Period,
    /// Rejected records.
    pub quarantine: Period,
    /// Logs, and the access logs of buckets.
    pub logs: Period,
}

/// When something runs; all times are in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// At an interval in minutes, 5 to 1,440, counted from midnight.
    Every(Period),
    /// Once a day.
    Daily {
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
    },
    /// When files arrive. Only for datasets of files.
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

/// The receivers of alarms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alarms {
    /// Email addresses; each receiver must confirm the subscription once.
    pub emails: Vec<String>,
}

/// The network of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// The subnets.
    pub subnets: Subnets,
}

/// The subnets of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subnets {
    /// A VPC of the platform: private subnets without internet access, and endpoints.
    Own {
        /// The CIDR block of the VPC, `10.20.0.0/16`: a prefix length of 16 to 24.
        cidr: String,
        /// The Availability Zones, 2 to 6; at least three with Redshift Serverless.
        zones: u8,
    },
    /// An existing VPC with the endpoints or routes that the warehouse needs.
    Existing {
        /// `vpc-…`
        vpc: String,
        /// At least three `subnet-…`, in different Availability Zones.
        subnets: Vec<String>,
    },
}

/// The warehouse.
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
        /// The base capacity in RPUs: 4, or a multiple of 8 up to 512; sizing chooses it if `None`.
        base: Option<u32>,
        /// The maximum capacity in RPUs; sizing chooses it if `None`.
        most: Option<u32>,
        /// RPU hours per day, after which further queries are rejected; sizing chooses the limit if `None`.
        daily_limit: Option<u32>,
    },
    /// A provisioned cluster of RA3 nodes.
    Provisioned {
        /// `ra3.large`, `ra3.xlplus`, `ra3.4xlarge`, `ra3.16xlarge`.
        node_type: String,
        /// The number of nodes.
        nodes: u32,
    },
}

/// Who can view dashboards: names of QuickSight groups, and how the account's QuickSight is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principals {
    /// Groups that can change dashboards and data sets.
    pub authors: Vec<String>,
    /// Groups that can view dashboards.
    pub readers: Vec<String>,
    /// The Region in which the account's QuickSight keeps users and groups; that of the environment if `None`.
    pub identity_region: Option<String>,
    /// The QuickSight namespace of the groups.
    pub namespace: String,
    /// Roles and users of the account that can assume the role of analysts: `role/Analyst`, or with `*` for a part.
    pub analysts: Vec<String>,
    /// The role of the account with which QuickSight reads secrets; `None` if its policy is attached elsewhere.
    pub secrets_role: Option<String>,
}

impl Default for Principals {
    fn default() -> Self {
        Self {
            authors: Vec::new(),
            readers: Vec::new(),
            identity_region: None,
            namespace: "default".to_owned(),
            analysts: Vec::new(),
            secrets_role: None,
        }
    }
}

/// The five stages, in deployment order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The key, the buckets, the alarm topic.
    Storage,
    /// Streams and delivery.
    Ingestion,
    /// The warehouse.
    Aggregation,
    /// The Data Catalog, the jobs and their orchestration.
    Processing,
    /// Data sets and dashboards.
    Visualization,
}

impl Stage {
    /// All stages, in deployment order.
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
