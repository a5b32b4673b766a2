//! [`Deployed`]: what is deployed, from its manifest. `put`, `run` and `query` use it.

use strataform_sdk::{Aws, Warehouse};

use super::fault::{ABSENT, Fault};
use super::ledger::Head;
use super::observe::{Observed, observe};
use super::placeholder::Outputs;
use super::store::Store;
use super::warehouse;
use crate::assembly::{DatasetResources, Manifest, OutputRef};
use crate::platform::Context;

/// The manifest of the deployed version, with the current outputs of its stacks.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// The manifest of the deployed version.
    pub manifest: Manifest,
    /// The outputs of stacks, by stack.
    outputs: Outputs,
}

impl Deployed {
    /// What a deployment of this manifest left behind, by the outputs of its stacks.
    #[must_use]
    pub fn new(manifest: Manifest, observed: &Observed) -> Self {
        Self { manifest, outputs: observed.outputs() }
    }

    /// Reads the manifest of the deployed version; `None` if nothing is deployed.
    ///
    /// # Errors
    ///
    /// A `gen` with another manifest format deployed it, or an AWS request fails.
    pub fn of(store: &Store<'_>, observed: &Observed) -> Result<Option<Self>, Fault> {
        let record = observed.head.as_ref().and_then(Head::assembled);
        let manifest = record.map(|record| store.manifest(&record.assembly)).transpose()?.flatten();
        Ok(manifest.map(|manifest| Self::new(manifest, observed)))
    }

    /// Returns the value of an output; `None` if its stack is gone.
    #[must_use]
    pub fn value(&self, of: &OutputRef) -> Option<&str> {
        value(&self.outputs, &of.stack, &of.output)
    }

    /// Returns the value of a required output.
    ///
    /// # Errors
    ///
    /// Its stack is gone.
    pub fn output(&self, of: &OutputRef) -> Result<&str, Fault> {
        self.value(of).ok_or_else(|| absent(&self.manifest.platform, &self.manifest.environment))
    }

    /// Returns the AWS resources of a dataset.
    ///
    /// # Errors
    ///
    /// The dataset is not deployed yet.
    pub fn dataset(&self, name: &str) -> Result<&DatasetResources, Fault> {
        self.manifest.dataset(name).ok_or_else(|| {
            let Manifest { platform, environment, .. } = &self.manifest;
            Fault::refused(ABSENT, format!("dataset `{name}` is not deployed in {platform} {environment}"))
                .help("run `gen synth` and `gen deploy`")
        })
    }

    /// Returns the name of the stream of a dataset.
    ///
    /// # Errors
    ///
    /// The dataset is not deployed yet, or has no stream.
    pub fn stream(&self, name: &str) -> Result<&str, Fault> {
        self.dataset(name)?.stream.as_deref().ok_or_else(|| {
            Fault::refused(ABSENT, format!("dataset `{name}` is deployed without a stream"))
                .help("run `gen synth` and `gen deploy`")
        })
    }

    /// Returns how to send statements to the warehouse.
    ///
    /// # Errors
    ///
    /// The warehouse is not deployed, or an AWS request fails.
    pub fn warehouse(&self, aws: &Aws) -> Result<Warehouse, Fault> {
        let found = warehouse::connection(aws, &self.manifest, &self.outputs)?;
        found.ok_or_else(|| absent(&self.manifest.platform, &self.manifest.environment))
    }
}

/// The value of an output of a stack.
pub(super) fn value<'a>(outputs: &'a Outputs, stack: &str, output: &str) -> Option<&'a str> {
    outputs.get(stack).and_then(|outputs| outputs.get(output)).map(String::as_str)
}

/// Returns what is deployed in an environment: the last version that succeeded, or else the last version.
///
/// # Errors
///
/// Nothing is deployed, a `gen` with another manifest format deployed it, or an AWS request fails.
pub fn deployed(
    aws: &Aws,
    store: &Store<'_>,
    account: &str,
    context: Context<'_>,
) -> Result<Deployed, Fault> {
    let (platform, environment) = (context.platform.name.as_str(), context.environment.name.as_str());
    let observed = observe(aws, store, account, platform, environment)?;
    Deployed::of(store, &observed)?.ok_or_else(|| absent(platform, environment))
}

fn absent(platform: &str, environment: &str) -> Fault {
    Fault::refused(ABSENT, format!("{platform} {environment} is not deployed")).help("run `gen deploy`")
}
