//! [`Platform`]: everything that one platform file says.

use std::collections::BTreeSet;

use strataform_template::Node;

use super::{
    Aggregate, Dashboard, DataSetOptions, Dataset, Origin, Places, Schedule, Settings, Slug, Stage, Theme,
    VisualSource, Volume,
};

/// Everything that one platform file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Platform {
    /// What it is called: the folder of its output, and the first word of everything it makes.
    pub name: Slug,
    /// What people read.
    pub title: String,
    /// A sentence for people.
    pub description: Option<String>,
    /// The team.
    pub owner: String,
    /// What comes in, in the order of the file; never empty.
    pub datasets: Vec<Dataset>,
    /// Numbers kept ready, in the order of the file.
    pub aggregates: Vec<Aggregate>,
    /// What analysts look at, in the order of the file.
    pub dashboards: Vec<Dashboard>,
    /// What the file says of data sets, in its order; most have no entry.
    pub data_sets: Vec<DataSetOptions>,
    /// Colours and type of the dashboards.
    pub theme: Theme,
    /// Where it runs, in the order of the file; never empty.
    pub environments: Vec<Environment>,
    /// How many stacks the stages with a part for each dataset are divided into, where the file says so:
    /// a power of two.
    pub divisions: Option<u16>,
    /// Where the file says it.
    pub places: Places,
}

impl Platform {
    /// The dataset of that name.
    #[must_use]
    pub fn dataset(&self, name: &str) -> Option<&Dataset> {
        self.datasets.iter().find(|dataset| dataset.name == name)
    }

    /// The aggregate of that name.
    #[must_use]
    pub fn aggregate(&self, name: &str) -> Option<&Aggregate> {
        self.aggregates.iter().find(|aggregate| aggregate.name == name)
    }

    /// What dashboards show or choose from, each once. Texts show nothing.
    #[must_use]
    pub fn shown(&self) -> BTreeSet<VisualSource> {
        self.dashboards.iter().flat_map(Dashboard::sources).cloned().collect()
    }

    /// The datasets that say who sees which rows of what is shown, each once.
    #[must_use]
    pub fn row_rules(&self) -> BTreeSet<VisualSource> {
        let shown = self.shown();
        let used = self.data_sets.iter().filter(|one| shown.contains(&one.source));
        used.filter_map(|one| one.rows.clone().map(VisualSource::Dataset)).collect()
    }

    /// What the file says of the data set of a source.
    #[must_use]
    pub fn data_set(&self, source: &VisualSource) -> Option<&DataSetOptions> {
        self.data_sets.iter().find(|one| one.source == *source)
    }

    /// Returns where the file says what an origin is in an environment, in bytes; an override's place is that of the
    /// first property that it sets.
    #[must_use]
    pub fn place(&self, environment: &Environment, origin: &Origin) -> Option<std::ops::Range<usize>> {
        if let Origin::Override { stage, resource } = origin {
            let mut all = environment.overrides.iter();
            return all
                .find(|one| one.stage == *stage && one.resource == *resource)
                .map(|one| one.span.clone());
        }
        self.places.find(&environment.name, origin)
    }

    /// The environment of that name.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }

    /// How much of a dataset there is in an environment: what it says itself, scaled as the environment's
    /// volume is to the platform's first one, or an equal part of what the others leave.
    #[must_use]
    pub fn dataset_volume(&self, dataset: &Dataset, environment: &Environment) -> Volume {
        let total = u128::from(environment.settings.volume.bytes_per_day());
        let base = u128::from(environment.base_volume.bytes_per_day());
        let scaled = |volume: Volume| u128::from(volume.bytes_per_day()) * total / base;
        let share = if let Some(volume) = dataset.volume {
            scaled(volume)
        } else {
            let said: u128 = self.datasets.iter().filter_map(|one| one.volume).map(scaled).sum();
            let silent = self.datasets.iter().filter(|one| one.volume.is_none()).count().max(1);
            total.saturating_sub(said) / silent as u128
        };
        Volume::clamped(u64::try_from(share).unwrap_or(u64::MAX))
    }
}

/// One place where a platform runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// What it is called.
    pub name: Slug,
    /// Twelve digits; any account may take it where it is `None`.
    pub account: Option<String>,
    /// `eu-west-1`
    pub region: String,
    /// Whether what stores data is kept when it is removed from the template or replaced; it is deleted otherwise.
    pub protected: bool,
    /// The platform's own volume, of which the environment's may be another.
    pub base_volume: Volume,
    /// Its settings.
    pub settings: Settings,
    /// What the file sets on resources directly.
    pub overrides: Vec<Override>,
}

impl Environment {
    /// When a dataset is processed.
    #[must_use]
    pub fn schedule(&self, dataset: &Dataset) -> Schedule {
        dataset.schedule.unwrap_or(self.settings.schedule)
    }
}

/// A property that the file sets on a resource directly.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The stack.
    pub stage: Stage,
    /// The logical id of the resource.
    pub resource: String,
    /// The path of the property: `VersioningConfiguration.Status`.
    pub property: String,
    /// What it becomes.
    pub value: Node,
    /// Where the file says it, in bytes, so that a resource that does not exist is reported there.
    pub span: std::ops::Range<usize>,
}
