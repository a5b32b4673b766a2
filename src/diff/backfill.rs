//! [`Backfill`]: what must be processed again for a change to be right in rows that are there, and what that costs at most.
//!
//! In: the changes of an environment, its manifests. Out: each dataset that needs it, with the causes, the records that can be
//! processed again (those that the raw bucket still has) and the marks of those that need it, unless all do. It refuses to read
//! a clock: a window is an age.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::accepted::{Clue, clues};
use super::change::Change;
use super::impact::Impact;
use super::relocation;
use crate::assembly::{Manifest, ManifestBackfill};
use crate::model::Period;
use crate::platform::storage::NONCURRENT_DAYS;

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
    /// What marks the records that need it: only hours with such a record are processed again. Empty if all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Clue>,
    /// The days up to now of which a job can read raw records: older ones cannot be processed again.
    pub days: u64,
    /// What all of these days cost at most, at list prices; absent if the manifest does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<BackfillPrice>,
    /// The command that plans it, for a shell: the window ends when it is run.
    pub command: String,
}

/// What a backfill costs at most, as `gen backfill` estimates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BackfillPrice {
    /// Bytes that are read, before compression.
    pub bytes: u64,
    /// Minutes of all workers together.
    pub worker_minutes: u64,
    /// The price in cents, at list prices.
    pub cents: u64,
}

/// The life of raw records if the platform file does not say: the default of the grammar.
const DEFAULT_LIFE: Period = Period::days(90);

/// Why a dataset is processed again.
#[derive(Default)]
struct Need {
    causes: Vec<String>,
    only: BTreeSet<Clue>,
    /// Whether a change needs all records again.
    whole: bool,
}

/// What the changes of an environment need. Datasets that nothing reads again, such as a removed one, need nothing; aggregates are
/// refreshed from the rows of their datasets. No job reads the rows of another dataset.
#[must_use]
pub fn backfills(changes: &[Change], old: &Manifest, new: &Manifest) -> Vec<Backfill> {
    // In another place, there are no records.
    if relocation::change(old, new).is_some() {
        return Vec::new();
    }
    let mut needs: BTreeMap<String, Need> = BTreeMap::new();
    for change in changes.iter().flat_map(Change::all) {
        let is_needed = change.verdicts.iter().any(|one| one.impact == Impact::NeedsBackfill);
        let dataset = change.origin.as_deref().and_then(|origin| origin.strip_prefix("dataset."));
        if let Some(dataset) = dataset.filter(|name| is_needed && new.dataset(name).is_some()) {
            let need = needs.entry(dataset.to_owned()).or_default();
            need.whole = true;
            need.causes.push(change.subject.clone());
        }
    }
    for one in clues(old, new) {
        let need = needs.entry(one.dataset).or_default();
        need.only.insert(one.clue);
        if !need.causes.contains(&one.cause) {
            need.causes.push(one.cause);
        }
    }
    needs.into_iter().map(|(dataset, need)| backfill(old, new, dataset, need)).collect()
}

fn backfill(old: &Manifest, new: &Manifest, dataset: String, need: Need) -> Backfill {
    // A longer retention brings nothing back.
    let hours = readable(old, &dataset).min(readable(new, &dataset));
    Backfill {
        platform: new.platform.clone(),
        environment: new.environment.clone(),
        causes: need.causes,
        only: if need.whole { Vec::new() } else { need.only.into_iter().collect() },
        days: hours.div_ceil(24),
        price: known(new, &dataset).map(|whole| price(whole, hours)),
        command: command(new, &dataset, hours),
        dataset,
    }
}

/// What a manifest says about a dataset.
fn known<'a>(of: &'a Manifest, dataset: &str) -> Option<&'a ManifestBackfill> {
    of.costs.iter().filter_map(|one| one.backfill.as_ref()).find(|one| one.dataset == dataset)
}

/// The hours up to now of which a job can read raw records.
fn readable(of: &Manifest, dataset: &str) -> u64 {
    let kept = of.declared.get("retention").and_then(|section| section.get("raw"));
    let kept = kept.and_then(|text| Period::parse(text).ok()).unwrap_or(DEFAULT_LIFE);
    let hours = kept.as_days().saturating_sub(NONCURRENT_DAYS) * 24;
    known(of, dataset).map_or(hours.saturating_sub(1), |one| one.hours)
}

/// The price of so many hours.
fn price(whole: &ManifestBackfill, hours: u64) -> BackfillPrice {
    let share = |all: u64| {
        let part = u128::from(all) * u128::from(hours);
        u64::try_from(part.div_ceil(u128::from(whole.hours.max(1)))).unwrap_or(u64::MAX)
    };
    BackfillPrice {
        bytes: share(whole.bytes),
        worker_minutes: share(whole.worker_minutes),
        cents: share(whole.cents),
    }
}

/// The command that plans a backfill of the last hours.
fn command(new: &Manifest, dataset: &str, hours: u64) -> String {
    let (platform, environment) = (&new.platform, &new.environment);
    let from = format!("$(date -u -d '{hours} hours ago' +%FT%H)");
    format!(
        "gen backfill {dataset} --platform {platform} --env {environment} --from \"{from}\" --to \"$(date -u +%FT%H)\" --attempt 2"
    )
}

#[cfg(test)]
mod tests {
    use super::super::accepted::DEFAULT_AHEAD;
    use super::*;
    use crate::spec::{GRAMMAR, Presence};

    /// The default of a key of a section.
    fn default_of(section: &str, name: &str) -> Vec<&'static str> {
        let keys = GRAMMAR.iter().filter(|one| one.id == section).flat_map(|one| one.keys);
        let defaults = keys.filter(|key| key.name == name).filter_map(|key| match key.presence {
            Presence::Default(text) => Some(text),
            Presence::Required | Presence::Optional(_) => None,
        });
        defaults.collect()
    }

    #[test]
    fn defaults_are_those_of_the_grammar() {
        assert_eq!(default_of("retention", "raw"), ["\"90 days\""]);
        assert_eq!(DEFAULT_LIFE, Period::days(90));
        assert_eq!(default_of("dataset", "ahead"), ["\"1 day\""]);
        assert_eq!(DEFAULT_AHEAD, Period::days(1));
    }
}
