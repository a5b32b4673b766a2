//! [`Addresses`]: where data enters and leaves a deployed environment.
//!
//! In: a platform and an environment, and what is deployed of it. Out: the names that a producer, an analyst and an
//! operator need. It refuses to ask AWS, and to name what is not deployed.

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
    /// The warehouse; nothing where the environment has none.
    pub warehouse: Option<Database>,
    /// The dashboards, in the order of the platform file.
    pub dashboards: Vec<Page>,
}

/// Where the records of a dataset enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The dataset.
    pub dataset: String,
    /// What takes its records.
    pub entry: Entry,
    /// The state machine that runs its job, loads what the job wrote and refreshes what is built on it.
    pub state_machine: String,
}

/// What takes the records of a dataset.
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
    /// The workgroup or the cluster.
    pub name: String,
    /// The database in it.
    pub database: String,
    /// A table or a view that shows something: the first aggregate, otherwise the first dataset.
    pub relation: String,
}

/// A dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// Its id in QuickSight.
    pub id: String,
    /// Its address in the console of the region.
    pub url: String,
}

impl Addresses {
    /// The addresses of what is deployed; what has none, because its stack is gone, is left out.
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

/// A relation that shows something: the first aggregate, otherwise the first dataset.
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
