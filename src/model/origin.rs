//! [`Origin`]: the section of the platform file that something was generated for, and [`Places`]: the positions of
//! sections.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::{Identifier, Slug, Stage, VisualSource};

/// The section of a platform file that something was generated for: `dataset.page_view`.
///
/// A stage sets it when it adds a resource, and the manifest stores it. An environment's own setting has the origin of
/// the setting (`warehouse`); [`Places::find`] searches the environment first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// `platform`: the common parts of every platform.
    Platform,
    /// `alarms`
    Alarms,
    /// `network`
    Network,
    /// `warehouse`
    Warehouse,
    /// `theme`
    Theme,
    /// `dataset.<name>`
    Dataset(Identifier),
    /// `aggregate.<name>`
    Aggregate(Identifier),
    /// `dashboard.<name>`
    Dashboard(Identifier),
    /// `data_set.<name>`
    DataSet(Identifier),
    /// `override.<stage>.<logical id>`: the platform file sets a property of the resource directly.
    Override {
        /// The stage.
        stage: Stage,
        /// The logical id.
        resource: String,
    },
}

impl From<&VisualSource> for Origin {
    fn from(source: &VisualSource) -> Self {
        match source {
            VisualSource::Aggregate(name) => Self::Aggregate(name.clone()),
            VisualSource::Dataset(name) | VisualSource::Live(name) => Self::Dataset(name.clone()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::Alarms => f.write_str("alarms"),
            Self::Network => f.write_str("network"),
            Self::Warehouse => f.write_str("warehouse"),
            Self::Theme => f.write_str("theme"),
            Self::Dataset(name) => write!(f, "dataset.{name}"),
            Self::Aggregate(name) => write!(f, "aggregate.{name}"),
            Self::Dashboard(name) => write!(f, "dashboard.{name}"),
            Self::DataSet(name) => write!(f, "data_set.{name}"),
            Self::Override { stage, resource } => write!(f, "override.{stage}.{resource}"),
        }
    }
}

/// An unknown origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown section `{}` of a platform file", .0.escape_debug())]
pub struct OriginFault(pub String);

impl FromStr for Origin {
    type Err = OriginFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || OriginFault(text.to_owned());
        let name = |text: &str| Identifier::new(text).map_err(|_| fault());
        match text.split_once('.') {
            None => match text {
                "platform" => Ok(Self::Platform),
                "alarms" => Ok(Self::Alarms),
                "network" => Ok(Self::Network),
                "warehouse" => Ok(Self::Warehouse),
                "theme" => Ok(Self::Theme),
                _ => Err(fault()),
            },
            Some(("dataset", rest)) => name(rest).map(Self::Dataset),
            Some(("aggregate", rest)) => name(rest).map(Self::Aggregate),
            Some(("dashboard", rest)) => name(rest).map(Self::Dashboard),
            Some(("data_set", rest)) => name(rest).map(Self::DataSet),
            Some(("override", rest)) => {
                let (stage, resource) = rest.split_once('.').ok_or_else(fault)?;
                let stage = Stage::ALL.into_iter().find(|one| one.name() == stage).ok_or_else(fault)?;
                let is_id = !resource.is_empty() && resource.bytes().all(|byte| byte.is_ascii_alphanumeric());
                if is_id { Ok(Self::Override { stage, resource: resource.to_owned() }) } else { Err(fault()) }
            }
            Some(_) => Err(fault()),
        }
    }
}

/// The positions of the sections of a platform file, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    sections: BTreeMap<Origin, Range<usize>>,
    environments: BTreeMap<Slug, EnvironmentPlaces>,
}

/// The positions of an environment and its own sections.
#[derive(Clone, Debug, PartialEq, Eq)]
struct EnvironmentPlaces {
    span: Range<usize>,
    sections: BTreeMap<Origin, Range<usize>>,
}

impl Places {
    /// Adds the position of a section.
    pub fn section(&mut self, origin: Origin, span: Range<usize>) {
        self.sections.insert(origin, span);
    }

    /// Adds the position of an environment and its own sections.
    pub fn environment(
        &mut self,
        name: Slug,
        span: Range<usize>,
        sections: impl IntoIterator<Item = (Origin, Range<usize>)>,
    ) {
        let sections = sections.into_iter().collect();
        self.environments.insert(name, EnvironmentPlaces { span, sections });
    }

    /// Returns the position of an origin in an environment: the environment's own section, otherwise the common one. An
    /// origin without a section in the file has the position of its environment.
    #[must_use]
    pub fn find(&self, environment: &Slug, origin: &Origin) -> Option<Range<usize>> {
        let environment = self.environments.get(environment);
        let own = environment.and_then(|one| one.sections.get(origin));
        let common = || self.sections.get(origin);
        let default = || match origin {
            Origin::Platform | Origin::Alarms | Origin::Network | Origin::Warehouse | Origin::Theme => {
                environment.map(|one| &one.span)
            }
            // No longer in the file.
            Origin::Dataset(_)
            | Origin::Aggregate(_)
            | Origin::Dashboard(_)
            | Origin::DataSet(_)
            | Origin::Override { .. } => None,
        };
        own.or_else(common).or_else(default).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Identifier {
        Identifier::new(text).expect("a test's names are valid")
    }

    #[test]
    fn every_origin_round_trips() {
        let all = [
            Origin::Platform,
            Origin::Alarms,
            Origin::Network,
            Origin::Warehouse,
            Origin::Theme,
            Origin::Dataset(name("page_view")),
            Origin::Aggregate(name("daily")),
            Origin::Dashboard(name("sales")),
            Origin::DataSet(name("daily")),
            Origin::Override { stage: Stage::Storage, resource: "RawBucket".to_owned() },
        ];
        for one in all {
            assert_eq!(one.to_string().parse(), Ok(one));
        }
        for wrong in [
            "",
            "dataset",
            "dataset.",
            "dataset.A b",
            "override.x.Y",
            "override.storage",
            "override.storage.",
            "platform.x",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_environment_overrides_common_sections() {
        let (dev, prod) = (Slug::new("dev", 12).expect("a name"), Slug::new("prod", 12).expect("a name"));
        let mut places = Places::default();
        places.section(Origin::Warehouse, 1..2);
        places.environment(dev.clone(), 3..4, [(Origin::Warehouse, 5..6)]);
        places.environment(prod.clone(), 7..8, []);
        assert_eq!(places.find(&dev, &Origin::Warehouse), Some(5..6));
        assert_eq!(places.find(&prod, &Origin::Warehouse), Some(1..2));
        assert_eq!(places.find(&prod, &Origin::Network), Some(7..8));
        assert_eq!(places.find(&prod, &Origin::Dataset(name("gone"))), None);
    }
}
