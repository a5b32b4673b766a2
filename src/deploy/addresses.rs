//! [`Addresses`]: where data enters and leaves a deployed environment.
//!
//! In: a platform, an environment and its deployed version. Out: the names that a producer, an analyst and an operator
//! need. It refuses to call AWS, and to name what is not deployed.

use serde::Serialize;

use super::deployed::Deployed;
use crate::assembly::{Manifest, WarehouseOutputs};
use crate::model::{Platform, Stage};
use crate::platform::Context;

/// Where data enters and leaves a deployed environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Where the records of each dataset enter, in the order of the platform file.
    pub inputs: Vec<Input>,
    /// The warehouse; `None` if it is not deployed.
    pub warehouse: Option<Database>,
    /// The dashboards, in the order of the platform file.
    pub dashboards: Vec<Page>,
}

/// Where the records of a dataset enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Name of the dataset.
    pub dataset: String,
    /// Where its records enter.
    pub entry: Entry,
    /// The state machine that runs its job, loads the result and refreshes aggregates and dashboards.
    pub state_machine: String,
}

/// Where the records of a dataset enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// A Kinesis data stream, by its name.
    Stream(String),
    /// A prefix of the raw bucket: `s3://bucket/customer/`.
    Prefix(String),
}

/// The warehouse of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Database {
    /// Name of the workgroup or the cluster.
    pub name: String,
    /// Name of the database.
    pub database: String,
    /// A relation to query: the first aggregate, or else the first dataset.
    pub relation: String,
}

/// A dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// Its id in QuickSight.
    pub id: String,
    /// Its URL in QuickSight.
    pub url: String,
}

impl Addresses {
    /// Returns the addresses of what is deployed, without those whose stack is gone.
    #[must_use]
    pub fn of(context: Context<'_>, deployed: &Deployed) -> Self {
        let Manifest { buckets, warehouse, datasets, region, stacks, .. } = &deployed.manifest;
        let inputs = datasets.iter().filter_map(|dataset| {
            let entry = if let Some(name) = &dataset.stream {
                Entry::Stream(name.clone())
            } else {
                Entry::Prefix(format!("s3://{}/{}", deployed.value(&buckets.raw)?, dataset.raw_prefix))
            };
            let state_machine = dataset.state_machine.clone();
            Some(Input { dataset: dataset.name.clone(), entry, state_machine })
        });
        let (name, database) = match warehouse {
            WarehouseOutputs::Serverless { workgroup, database, .. } => (workgroup, database),
            WarehouseOutputs::Provisioned { cluster, database, .. } => (cluster, database),
        };
        let warehouse = deployed.value(name).zip(deployed.value(database)).map(|(name, database)| Database {
            name: name.to_owned(),
            database: database.to_owned(),
            relation: relation(context.platform),
        });
        let is_shown = stacks.iter().any(|stack| stack.stage == Stage::Visualization);
        let dashboards = if is_shown { pages(context, region) } else { Vec::new() };
        Self { inputs: inputs.collect(), warehouse, dashboards }
    }
}

/// A relation to query: the first aggregate, or else the first dataset.
fn relation(platform: &Platform) -> String {
    match (platform.aggregates.first(), platform.datasets.first()) {
        (Some(aggregate), _) => format!("report.{}", aggregate.name),
        (None, Some(dataset)) => format!("core.{}", dataset.name),
        (None, None) => String::new(),
    }
}

fn pages(context: Context<'_>, region: &str) -> Vec<Page> {
    let dashboards = context.platform.dashboards.iter();
    dashboards
        .map(|one| {
            let id = context.dashboard_id(&one.name);
            let url = format!("https://{region}.quicksight.aws.amazon.com/sn/dashboards/{id}");
            Page { title: one.title.clone(), id, url }
        })
        .collect()
}
