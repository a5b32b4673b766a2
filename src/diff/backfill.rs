//! [`Backfill`]: what must be processed again for a change to be right in rows that are there.
//!
//! In: the changes of an environment, its manifest. Out: each dataset that needs it, with the causes and the records that can be
//! processed again: those that the raw bucket still has. It refuses to read a clock: a window is an age.

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::Change;
use super::impact::Impact;
use crate::assembly::Manifest;

/// A dataset of which records must be processed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backfill {
    /// The platform.
    pub platform: String,
    /// The environment.
    pub environment: String,
    /// The dataset.
    pub dataset: String,
    /// The subjects of the changes that need it.
    pub causes: Vec<String>,
    /// How long the raw bucket keeps records, as the platform file declares it; absent if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// What the changes of an environment need. Datasets that nothing reads again, such as a removed one, need nothing; aggregates are
/// refreshed from the rows of their datasets.
#[must_use]
pub fn backfills(changes: &[Change], new: &Manifest) -> Vec<Backfill> {
    let mut causes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for change in changes.iter().flat_map(Change::all) {
        let needs = change.verdicts.iter().any(|one| one.impact == Impact::NeedsBackfill);
        let dataset = change.origin.as_deref().and_then(|origin| origin.strip_prefix("dataset."));
        let dataset = dataset.filter(|name| needs && new.dataset(name).is_some());
        if let Some(dataset) = dataset {
            causes.entry(dataset).or_default().push(change.subject.clone());
        }
    }
    let kept = new.declared.get("retention").and_then(|section| section.get("raw")).cloned();
    let all = causes.into_iter().map(|(dataset, causes)| Backfill {
        platform: new.platform.clone(),
        environment: new.environment.clone(),
        dataset: dataset.to_owned(),
        causes,
        kept: kept.clone(),
    });
    all.collect()
}
