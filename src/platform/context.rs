//! [`Context`]: the platform and the environment that stacks are made for, and the names in it.

use std::collections::BTreeMap;

use strataform_template::{Declaration, Resource};

use crate::model::{Dataset, Environment, Identifier, Platform, Volume};

/// The platform and the environment that stacks are made for.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The environment.
    pub environment: &'a Environment,
}

impl<'a> Context<'a> {
    /// `clickstream-dev`: the first words of what has a name of its own.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}-{}", self.platform.name, self.environment.name)
    }

    /// `clickstream_dev`: the same for the catalogue and the warehouse.
    #[must_use]
    pub fn snake_prefix(&self) -> String {
        format!("{}_{}", self.platform.name.snake(), self.environment.name.snake())
    }

    /// `clickstream-dev-page-view`: the name of a dataset's stream, delivery, job and state machine.
    ///
    /// At most 24 + 1 + 12 + 1 + 60 = 98 bytes; where a service takes fewer, see [`Context::short_name`].
    #[must_use]
    pub fn dataset_name(&self, dataset: &Identifier) -> String {
        format!("{}-{}", self.prefix(), dataset.kebab())
    }

    /// `clickstream-dev-traffic`: the id of a dashboard.
    #[must_use]
    pub fn dashboard_id(&self, dashboard: &Identifier) -> String {
        format!("{}-{}", self.prefix(), dashboard.kebab())
    }

    /// The name of a dataset's thing within 64 bytes, for services that take no more: the end is replaced by
    /// eight digits of a hash where it would be longer, so that two long names stay apart.
    #[must_use]
    pub fn short_name(&self, dataset: &Identifier) -> String {
        let name = self.dataset_name(dataset);
        if name.len() <= 64 {
            return name;
        }
        format!("{}-{:08x}", &name[..55], fnv(name.as_bytes()))
    }

    /// The partition of the environment's region, as ARNs have it: `aws`, `aws-cn` or `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        partition(&self.environment.region)
    }

    /// How much of a dataset comes in.
    #[must_use]
    pub fn volume(&self, dataset: &Dataset) -> Volume {
        self.platform.dataset_volume(dataset, self.environment)
    }

    /// What stores data, with what becomes of it when it is deleted or replaced: a protected environment keeps it, any
    /// other one gives it up.
    ///
    /// Every store of every stage is declared by this: what stays behind keeps its name, and is in the way when an
    /// environment that comes and goes is made again.
    #[must_use]
    pub fn store<R: Resource>(&self, store: impl Into<Declaration<R>>) -> Declaration<R> {
        let store = store.into();
        if self.environment.protected { store.retain() } else { store.give_up() }
    }

    /// The datasets by the stack that holds what is made for each of them: the number of the stack, from 1, and
    /// its datasets in the order of the file. Empty divisions are left out.
    ///
    /// One stack holds 24 datasets; above that, there are as many as a power of two gives for 12 each, so that
    /// none comes near the limits of a stack. A dataset's name alone decides which one it is in: what is added
    /// or removed beside it never moves it, since moving is deleting and making anew. Only another number of
    /// divisions does; `platform.divisions` fixes it.
    #[must_use]
    pub fn divisions(&self) -> Vec<(u16, Vec<&'a Dataset>)> {
        let datasets = &self.platform.datasets;
        let count = match self.platform.divisions {
            Some(count) => u32::from(count),
            None if datasets.len() <= 24 => 1,
            None => u32::try_from(datasets.len().div_ceil(12).next_power_of_two()).unwrap_or(64),
        };
        let mut divisions: BTreeMap<u16, Vec<&Dataset>> = BTreeMap::new();
        for dataset in datasets {
            let at = fnv(dataset.name.as_str().as_bytes()) % count.max(1);
            divisions.entry(u16::try_from(at).unwrap_or(u16::MAX - 1) + 1).or_default().push(dataset);
        }
        divisions.into_iter().collect()
    }

    /// The tags of everything: the user's, and what it belongs to.
    #[must_use]
    pub fn tags(&self) -> Vec<(String, String)> {
        let said = &self.environment.settings.tags;
        let own = [
            ("strataform:platform", self.platform.name.as_str()),
            ("strataform:environment", self.environment.name.as_str()),
            ("owner", self.platform.owner.as_str()),
        ];
        own.into_iter()
            .filter(|(key, _)| !said.contains_key(*key))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .chain(said.iter().map(|(key, value)| (key.clone(), value.clone())))
            .collect()
    }
}

/// The partition of a region, as ARNs have it.
#[must_use]
pub fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// FNV-1a with 32 bits: names need to stay apart, not secret.
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
        assert_eq!(of(24).len(), 1);
        assert!(of(25).len() > 1);
        for (_, datasets) in of(1_000) {
            assert!(datasets.len() <= 24, "{}", datasets.len());
        }
    }

    #[test]
    fn a_dataset_that_comes_or_goes_moves_no_other() {
        let (fewer, more) = (of(90), of(96));
        for (part, datasets) in fewer {
            let now = more.iter().find(|(one, _)| *one == part).expect("the division is still there");
            assert!(datasets.iter().all(|name| now.1.contains(name)));
        }
    }
}
