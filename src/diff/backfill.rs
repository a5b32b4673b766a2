//! [`Backfill`]: what must be processed again for a change to be right in rows that are there.
//!
//! In: the changes of an environment, its manifest. Out: each dataset that needs it, with the causes and the records that can be
//! processed again: those that the raw bucket still has. It refuses to read a clock: a window
//! is an age.

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::Change;
use super::impact::Impact;
use crate::assembly::Manifest;
use crate::model::Period;

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
    /// For how many days the raw bucket keeps records: older ones cannot be processed again.
    pub days: u64,
    /// The command that plans it, for a shell: the window ends when it is run.
    pub command: String,
}

/// The life of raw records if the platform file does not say: the default of the grammar.
const DEFAULT_LIFE: Period = Period::days(90);

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
    let kept = new.declared.get("retention").and_then(|section| section.get("raw"));
    let days = kept.and_then(|text| Period::parse(text).ok()).unwrap_or(DEFAULT_LIFE).as_days();
    let all = causes.into_iter().map(|(dataset, causes)| Backfill {
        platform: new.platform.clone(),
        environment: new.environment.clone(),
        dataset: dataset.to_owned(),
        causes,
        days,
        command: command(new, dataset, days),
    });
    all.collect()
}

/// The command that plans a backfill of everything that is kept.
fn command(new: &Manifest, dataset: &str, days: u64) -> String {
    let (platform, environment) = (&new.platform, &new.environment);
    let from = format!("$(date -u -d '{days} days ago' +%F)");
    format!(
        "gen backfill {dataset} --platform {platform} --env {environment} --from \"{from}\" --to \"$(date -u +%FT%H)\" --attempt 2"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{GRAMMAR, Presence};

    #[test]
    fn raw_records_live_as_long_as_the_grammar_says() {
        let keys =
            GRAMMAR.iter().filter(|section| section.id == "retention").flat_map(|section| section.keys);
        let defaults: Vec<&str> = keys
            .filter(|key| key.name == "raw")
            .filter_map(|key| match key.presence {
                Presence::Default(text) => Some(text),
                Presence::Required | Presence::Optional(_) => None,
            })
            .collect();
        assert_eq!(defaults, ["\"90 days\""]);
        assert_eq!(DEFAULT_LIFE, Period::days(90));
    }
}
