//! [`Context`]: the platform and the environment that stacks are generated for, and the names in them.

use std::collections::BTreeMap;

use strataform_template::{Declaration, Resource};

use super::sizing::{self, Configured, Inflow};
use crate::model::{Dataset, Environment, Identifier, Platform, Volume};

/// The platform and the environment that stacks are generated for.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The environment.
    pub environment: &'a Environment,
}

impl<'a> Context<'a> {
    /// `clickstream-dev`: the prefix of physical names.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}-{}", self.platform.name, self.environment.name)
    }

    /// `clickstream_dev`: the same for the Data Catalog and the warehouse.
    #[must_use]
    pub fn snake_prefix(&self) -> String {
        format!("{}_{}", self.platform.name.snake(), self.environment.name.snake())
    }

    /// `clickstream-dev-page-view`: the name of a dataset's stream, job and other resources.
    ///
    /// At most 24 + 1 + 12 + 1 + 60 = 98 bytes; for services that accept fewer, see [`Context::short_name`].
    #[must_use]
    pub fn dataset_name(&self, dataset: &Identifier) -> String {
        format!("{}-{}", self.prefix(), dataset.kebab())
    }

    /// `clickstream-dev-traffic`: the ID of a dashboard.
    #[must_use]
    pub fn dashboard_id(&self, dashboard: &Identifier) -> String {
        format!("{}-{}", self.prefix(), dashboard.kebab())
    }

    /// The name of a dataset's resource in at most 64 bytes, for services with that limit. The end of a longer name is
    /// replaced by eight digits of a hash, so that two long names stay distinct.
    #[must_use]
    pub fn short_name(&self, dataset: &Identifier) -> String {
        let name = self.dataset_name(dataset);
        if name.len() <= 64 {
            return name;
        }
        format!("{}-{:08x}", &name[..55], fnv(name.as_bytes()))
    }

    /// The partition of the environment's region, as in ARNs: `aws`, `aws-cn` or `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        strataform_symbols::partition(&self.environment.region)
    }

    /// The volume of a dataset.
    #[must_use]
    pub fn volume(&self, dataset: &Dataset) -> Volume {
        self.platform.dataset_volume(dataset, self.environment)
    }

    /// What comes in through the stream of a dataset.
    #[must_use]
    pub fn inflow(&self, dataset: &Dataset) -> Inflow {
        Inflow::of(self.platform, self.environment, dataset)
    }

    /// The capacity of the warehouse, if it is serverless and the platform file sets this of it.
    #[must_use]
    pub fn capacity(&self, set: Configured) -> sizing::Warehouse {
        sizing::warehouse(self.environment.settings.volume, self.platform.freshness(), set)
    }

    /// A resource that stores data, with its deletion and update-replace policy: `Retain` in a protected environment,
    /// `Delete` in any other.
    ///
    /// Every stage declares its data stores with this function. A retained resource keeps its physical name, and would
    /// be in the way when a short-lived environment is created again.
    #[must_use]
    pub fn store<R: Resource>(&self, store: impl Into<Declaration<R>>) -> Declaration<R> {
        let store = store.into();
        if self.environment.protected { store.retain() } else { store.delete() }
    }

    /// The datasets by the stack that contains their resources: the number of the stack, from 1, and its datasets in
    /// the order of the platform file. Empty divisions are left out.
    ///
    /// One stack holds 8 datasets. Above that, `platform.divisions` decides how many stacks there are, or the smallest
    /// power of two that suits. A dataset's name alone decides which one it is in: adding or removing another dataset
    /// never moves it, because moving means deleting and recreating. Only another number of divisions does, which
    /// `platform.divisions` fixes.
    #[must_use]
    pub fn divisions(&self) -> Vec<(u16, Vec<&'a Dataset>)> {
        let datasets = &self.platform.datasets;
        let divisions = match self.platform.divisions {
            Some(count) => divided(datasets, count),
            None if datasets.len() <= LARGEST_DIVISION => divided(datasets, 1),
            None => chosen(datasets),
        };
        divisions.into_iter().map(|(at, datasets)| (at + 1, datasets)).collect()
    }

    /// The tags of every resource: the configured ones, and the platform, environment and owner.
    #[must_use]
    pub fn tags(&self) -> Vec<(String, String)> {
        let configured = &self.environment.settings.tags;
        let own = [
            ("strataform:platform", self.platform.name.as_str()),
            ("strataform:environment", self.environment.name.as_str()),
            ("owner", self.platform.owner.as_str()),
        ];
        own.into_iter()
            .filter(|(key, _)| !configured.contains_key(*key))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .chain(configured.iter().map(|(key, value)| (key.clone(), value.clone())))
            .collect()
    }
}

/// The most stacks that datasets are divided into.
const MOST_DIVISIONS: u16 = 256;

/// Datasets of one stack, at most, where the number of stacks is chosen: each takes up to 110 KB of a template's 1 MB,
/// and up to 35 of its 500 resources.
const LARGEST_DIVISION: usize = 8;

/// The datasets by division, from 0.
fn divided(datasets: &[Dataset], count: u16) -> BTreeMap<u16, Vec<&Dataset>> {
    let mut divisions: BTreeMap<u16, Vec<&Dataset>> = BTreeMap::new();
    for dataset in datasets {
        let at = fnv(dataset.name.as_str().as_bytes()) % u32::from(count.max(1));
        divisions.entry(u16::try_from(at).unwrap_or_default()).or_default().push(dataset);
    }
    divisions
}

/// The smallest power of two with 4 datasets a division on average and at most 8 in each, or 256.
fn chosen(datasets: &[Dataset]) -> BTreeMap<u16, Vec<&Dataset>> {
    let mean = datasets.len().div_ceil(4).next_power_of_two();
    let mut count = u16::try_from(mean).unwrap_or(MOST_DIVISIONS).min(MOST_DIVISIONS);
    loop {
        let divisions = divided(datasets, count);
        if count >= MOST_DIVISIONS || divisions.values().all(|one| one.len() <= LARGEST_DIVISION) {
            return divisions;
        }
        count *= 2;
    }
}

/// 32-bit FNV-1a: names must stay distinct, not secret.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    fn of(count: usize) -> Vec<(u16, Vec<String>)> {
        let mut platform = fixture::platform();
        let first = platform.datasets[0].clone();
        platform.datasets = (0..count)
            .map(|at| Dataset {
                name: Identifier::new(&format!("data{at}")).expect("a name"),
                ..first.clone()
            })
            .collect();
        let context = Context { platform: &platform, environment: &platform.environments[0] };
        let names = |datasets: Vec<&Dataset>| datasets.iter().map(|one| one.name.to_string()).collect();
        context.divisions().into_iter().map(|(part, datasets)| (part, names(datasets))).collect()
    }

    #[test]
    fn few_datasets_share_a_stack_and_many_are_spread_within_its_limits() {
        assert_eq!(of(8).len(), 1);
        assert!(of(9).len() > 1);
        for (_, datasets) in of(1_000) {
            assert!(datasets.len() <= 24, "{}", datasets.len());
        }
    }

    #[test]
    fn adding_or_removing_a_dataset_moves_no_other() {
        let (fewer, more) = (of(90), of(96));
        for (part, datasets) in fewer {
            let now = more.iter().find(|(one, _)| *one == part).expect("the division is still there");
            assert!(datasets.iter().all(|name| now.1.contains(name)));
        }
    }
}
