//! [`Needs`]: what an environment needs of an account, counted in its templates.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::{Environment, Freshness, Subnets, WarehouseKind};
use crate::platform::Context;
use crate::platform::network::Demand;

/// What an environment needs of its account.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    /// `clickstream-dev`: the prefix of physical names.
    pub prefix: String,
    /// Whether the environment has been deployed.
    pub is_deployed: bool,
    /// The Region.
    pub region: String,
    /// How many stacks it has.
    pub stacks: u64,
    /// How many resources of each type it has.
    pub kinds: BTreeMap<String, u64>,
    /// The shards of its provisioned streams.
    pub shards: u64,
    /// Its streams on demand.
    pub on_demand: u64,
    /// The DPUs that its jobs use if all run at the same time.
    pub dpus: f64,
    /// The capacity of its serverless warehouse.
    pub capacity: Option<Capacity>,
    /// The network of the warehouse.
    pub network: Network,
    /// Its dashboards, if it has any.
    pub dashboards: Option<Dashboards>,
}

/// The capacity of a serverless warehouse, in RPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// The base.
    pub base: u64,
    /// The most.
    pub most: u64,
}

/// The network of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Network {
    /// A VPC of the platform's own, with a subnet in each of so many zones.
    Own {
        /// The zones.
        zones: u8,
    },
    /// Existing subnets.
    Existing {
        /// The VPC that they are in.
        vpc: String,
        /// Their IDs.
        subnets: Vec<String>,
        /// The free addresses that each needs.
        free: u32,
        /// The zones that they must be in.
        zones: usize,
    },
}

/// What dashboards need of QuickSight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboards {
    /// The Region of users and groups.
    pub identity_region: String,
    /// The namespace of the groups.
    pub namespace: String,
    /// The groups that can view or change dashboards.
    pub groups: Vec<String>,
    /// The role that reads secrets; `None` if its policy is attached elsewhere.
    pub secrets_role: Option<String>,
}

/// A template that cannot be counted.
#[derive(Debug, thiserror::Error)]
#[error("a template is not valid JSON: {0}")]
pub struct NeedsFault(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Template {
    #[serde(rename = "Resources", default)]
    resources: BTreeMap<String, Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Properties", default)]
    properties: Value,
}

impl Needs {
    /// Counts what an environment needs in its templates.
    ///
    /// # Errors
    ///
    /// A template is not JSON.
    pub fn of<'a>(
        context: Context<'_>,
        templates: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, NeedsFault> {
        let environment = context.environment;
        let mut needs = Self {
            prefix: context.prefix(),
            is_deployed: false,
            region: environment.region.clone(),
            stacks: 0,
            kinds: BTreeMap::new(),
            shards: 0,
            on_demand: 0,
            dpus: 0.0,
            capacity: None,
            network: Network::Own { zones: 0 },
            dashboards: None,
        };
        for bytes in templates {
            let template: Template = serde_json::from_slice(bytes)?;
            needs.stacks += 1;
            for resource in template.resources.values() {
                needs.count(resource);
            }
        }
        needs.network = network(environment, context.platform.freshness(), needs.capacity);
        let principals = &environment.settings.principals;
        let mut groups = [principals.authors.as_slice(), &principals.readers].concat();
        groups.sort();
        groups.dedup();
        needs.dashboards = needs.has("AWS::QuickSight::Dashboard").then(|| Dashboards {
            identity_region: principals.identity_region.clone().unwrap_or_else(|| environment.region.clone()),
            namespace: principals.namespace.clone(),
            groups,
            secrets_role: principals.secrets_role.clone(),
        });
        Ok(needs)
    }

    /// Whether it has a resource of this type.
    #[must_use]
    pub fn has(&self, kind: &str) -> bool {
        self.number(kind) > 0
    }

    /// How many resources of this type it has.
    #[must_use]
    pub fn number(&self, kind: &str) -> u64 {
        self.kinds.get(kind).copied().unwrap_or_default()
    }

    fn count(&mut self, resource: &Resource) {
        *self.kinds.entry(resource.kind.clone()).or_default() += 1;
        let properties = &resource.properties;
        let number = |name: &str| properties[name].as_u64();
        match resource.kind.as_str() {
            "AWS::Kinesis::Stream" if properties["StreamModeDetails"]["StreamMode"] == "ON_DEMAND" => {
                self.on_demand += 1;
            }
            "AWS::Kinesis::Stream" => self.shards += number("ShardCount").unwrap_or(1),
            "AWS::Glue::Job" => {
                let runs = properties["ExecutionProperty"]["MaxConcurrentRuns"].as_f64().unwrap_or(1.0);
                let workers = properties["NumberOfWorkers"].as_f64().unwrap_or(1.0);
                self.dpus += runs * workers * dpus(properties["WorkerType"].as_str().unwrap_or_default());
            }
            "AWS::RedshiftServerless::Workgroup" => {
                // 128 RPUs are the default of the service.
                let base = number("BaseCapacity").unwrap_or(128);
                self.capacity = Some(Capacity { base, most: number("MaxCapacity").unwrap_or(base) });
            }
            _ => {}
        }
    }
}

/// The DPUs of a worker: the Glue guide, "Worker types".
fn dpus(worker: &str) -> f64 {
    match worker {
        "G.025X" => 0.25,
        "G.2X" | "R.2X" => 2.0,
        "G.4X" | "R.4X" => 4.0,
        "G.8X" | "R.8X" => 8.0,
        "G.12X" => 12.0,
        "G.16X" => 16.0,
        // `G.1X`, `R.1X` and `Standard`
        _ => 1.0,
    }
}

fn network(environment: &Environment, freshness: Freshness, capacity: Option<Capacity>) -> Network {
    let (serverless, zones) = match environment.settings.warehouse.kind {
        WarehouseKind::Serverless { .. } => (true, 3),
        WarehouseKind::Provisioned { .. } => (false, 1),
    };
    match &environment.settings.network.subnets {
        Subnets::Own { zones, .. } => Network::Own { zones: *zones },
        Subnets::Existing { vpc, subnets } => {
            let base = capacity.and_then(|capacity| u32::try_from(capacity.base).ok()).unwrap_or_default();
            let demand = Demand::of(base, freshness);
            // What EC2 reports as free is without what AWS reserves.
            let free = if serverless { demand.all() - demand.reserved } else { demand.interfaces };
            Network::Existing { vpc: vpc.clone(), subnets: subnets.clone(), free, zones }
        }
    }
}
