//! [`Platform`]: the contents of a platform file.

use std::collections::{BTreeMap, BTreeSet};

use strataform_template::Node;

use super::{
    Aggregate, Dashboard, DataSetOptions, Dataset, Freshness, Origin, Places, Policy, Schedule, Settings,
    Slug, Stage, Suppression, TableFormat, Theme, VisualSource, Volume,
};

/// The contents of a platform file.
#[derive(Clone, Debug, PartialEq)]
pub struct Platform {
    /// The name: the folder of its output, and the prefix of everything it creates.
    pub name: Slug,
    /// The title that people read.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
    /// The owning team.
    pub owner: String,
    /// The datasets, in the order of the file; never empty.
    pub datasets: Vec<Dataset>,
    /// The aggregates, in the order of the file.
    pub aggregates: Vec<Aggregate>,
    /// The dashboards, in the order of the file.
    pub dashboards: Vec<Dashboard>,
    /// Options of data sets, in the order of the file; most data sets have none.
    pub data_sets: Vec<DataSetOptions>,
    /// The colors and font of the dashboards.
    pub theme: Theme,
    /// The environments, in the order of the file; never empty.
    pub environments: Vec<Environment>,
    /// The number of stacks that stages with resources for each dataset are divided into, if the file sets it: a
    /// power of two.
    pub divisions: Option<u16>,
    /// The policies.
    pub policy: Policy,
    /// The positions of sections in the file.
    pub places: Places,
}

impl Platform {
    /// The dataset with this name.
    #[must_use]
    pub fn dataset(&self, name: &str) -> Option<&Dataset> {
        self.datasets.iter().find(|dataset| dataset.name == name)
    }

    /// Whether a dataset is an Iceberg table.
    #[must_use]
    pub fn has_iceberg(&self) -> bool {
        self.datasets.iter().any(|dataset| dataset.table_format == TableFormat::Iceberg)
    }

    /// The aggregate with this name.
    #[must_use]
    pub fn aggregate(&self, name: &str) -> Option<&Aggregate> {
        self.aggregates.iter().find(|aggregate| aggregate.name == name)
    }

    /// How soon records must be in Redshift, at the soonest.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        let streams = self.datasets.iter().any(|dataset| dataset.freshness == Freshness::Seconds);
        if streams { Freshness::Seconds } else { Freshness::Scheduled }
    }

    /// The sources that dashboards show or choose from, once each. Text visuals show none.
    #[must_use]
    pub fn shown(&self) -> BTreeSet<VisualSource> {
        self.dashboards.iter().flat_map(Dashboard::sources).cloned().collect()
    }

    /// The datasets with row-level security rules for what is shown, once each.
    #[must_use]
    pub fn row_rules(&self) -> BTreeSet<VisualSource> {
        let shown = self.shown();
        let used = self.data_sets.iter().filter(|one| shown.contains(&one.source));
        used.filter_map(|one| one.rows.clone().map(VisualSource::Dataset)).collect()
    }

    /// The file's options for the data set of a source.
    #[must_use]
    pub fn data_set(&self, source: &VisualSource) -> Option<&DataSetOptions> {
        self.data_sets.iter().find(|one| one.source == *source)
    }

    /// Returns the position of an origin in an environment, in bytes; that of an override is the first property that
    /// it sets.
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

    /// The environment with this name.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name == name)
    }

    /// The volume of a dataset in an environment: its own volume, scaled by the ratio of the environment's volume to
    /// the platform's, or an equal share of what the other datasets leave.
    #[must_use]
    pub fn dataset_volume(&self, dataset: &Dataset, environment: &Environment) -> Volume {
        let total = u128::from(environment.settings.volume.bytes_per_day());
        let base = u128::from(environment.base_volume.bytes_per_day());
        let scaled = |volume: Volume| u128::from(volume.bytes_per_day()) * total / base;
        let share = if let Some(volume) = dataset.volume {
            scaled(volume)
        } else {
            let declared: u128 = self.datasets.iter().filter_map(|one| one.volume).map(scaled).sum();
            let silent = self.datasets.iter().filter(|one| one.volume.is_none()).count().max(1);
            total.saturating_sub(declared) / silent as u128
        };
        Volume::clamped(u64::try_from(share).unwrap_or(u64::MAX))
    }
}

/// An environment of a platform.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// The name.
    pub name: Slug,
    /// Twelve digits; any account if `None`.
    pub account: Option<String>,
    /// `eu-west-1`
    pub region: String,
    /// Whether stateful resources are retained when they are removed from the template or replaced; otherwise they
    /// are deleted.
    pub protected: bool,
    /// The platform's own volume, which may differ from the environment's.
    pub base_volume: Volume,
    /// Its settings.
    pub settings: Settings,
    /// Properties that the file overrides on resources.
    pub overrides: Vec<Override>,
    /// What the file accepts of what rules find.
    pub suppressions: Vec<Suppression>,
    /// What the file declares for it.
    pub declared: Declarations,
}

/// What a platform file declares for an environment: the text of each key, by section and key.
pub type Declarations = BTreeMap<String, BTreeMap<String, String>>;

impl Environment {
    /// The schedule of a dataset.
    #[must_use]
    pub fn schedule(&self, dataset: &Dataset) -> Schedule {
        dataset.schedule.unwrap_or(self.settings.schedule)
    }
}

/// A property that the file overrides on a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The stack.
    pub stage: Stage,
    /// The logical id of the resource.
    pub resource: String,
    /// The path of the property: `VersioningConfiguration.Status`.
    pub property: String,
    /// The new value.
    pub value: Node,
    /// The position in the file, in bytes, so that an override of an unknown resource is reported there.
    pub span: std::ops::Range<usize>,
}
