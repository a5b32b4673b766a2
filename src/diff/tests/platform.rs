//! Assemblies of a blueprint's platform file, as it is and edited.

use std::path::Path;

use crate::assembly::Assembly;
use crate::diagnostic::SourceFile;
use crate::{lock, spec, synth};

/// The blueprints, by name: the platform file and the lock file.
pub(super) const BLUEPRINTS: [(&str, &str, &str); 3] = [
    (
        "clickstream",
        include_str!("../../../blueprints/clickstream/platform.toml"),
        include_str!("../../../blueprints/clickstream/platform.lock"),
    ),
    (
        "iot-telemetry",
        include_str!("../../../blueprints/iot-telemetry/platform.toml"),
        include_str!("../../../blueprints/iot-telemetry/platform.lock"),
    ),
    (
        "retail-orders",
        include_str!("../../../blueprints/retail-orders/platform.toml"),
        include_str!("../../../blueprints/retail-orders/platform.lock"),
    ),
];

/// A platform file, hand-written SQL by name, and the environment that is synthesized.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Project {
    pub(super) text: String,
    pub(super) lock: String,
    pub(super) own: Vec<(String, String)>,
    pub(super) environment: String,
}

impl Project {
    /// A blueprint in an environment: `clickstream/prod`.
    pub(super) fn of(name: &str) -> Self {
        let (blueprint, environment) = name.split_once('/').expect("a blueprint and an environment");
        let (_, text, lock) =
            BLUEPRINTS.into_iter().find(|(name, ..)| *name == blueprint).expect("a blueprint");
        Self {
            text: text.to_owned(),
            lock: lock.to_owned(),
            own: Vec::new(),
            environment: environment.to_owned(),
        }
    }

    /// The same with one text in place of another one, which it must have.
    pub(super) fn edited(mut self, old: &str, new: &str) -> Self {
        assert!(self.text.contains(old), "the platform file has no {old}");
        self.text = self.text.replacen(old, new, 1);
        self
    }

    /// The assembly, or what is wrong with the platform file.
    pub(super) fn try_assembly(&self) -> Result<Assembly, String> {
        let source = |path: &str, text: &str| SourceFile { path: path.into(), text: text.to_owned() };
        let (platform, found) = spec::read(&source("platform.toml", &self.text));
        let mut platform = platform.ok_or_else(|| format!("{found:?}"))?;
        let lock = source("platform.lock", &self.lock);
        lock::identify(&mut platform, Path::new("platform.toml"), Some(&lock))
            .map_err(|faults| format!("{faults:?}"))?;
        let own: Vec<SourceFile> = self.own.iter().map(|(name, text)| source(name, text)).collect();
        let environment = platform.environments.iter().find(|one| one.name == self.environment.as_str());
        let environment = environment.ok_or("no such environment")?;
        let draft = synth::synth(&platform, environment, &own).map_err(|faults| format!("{faults:?}"))?;
        Assembly::of(&draft).map_err(|error| error.to_string())
    }

    pub(super) fn assembly(&self) -> Assembly {
        self.try_assembly().unwrap_or_else(|why| panic!("{why}\n{}", self.text))
    }
}
