//! Another Region or account: everything is created there, and what is deployed stays where it is.
//!
//! In: two manifests. Out: one change with its verdicts, and what else the platform file causes below it. Resources are not
//! compared: those of the new place are others.

use super::change::{Change, Layer};
use super::impact::{Impact, Verdict};
use super::resource::Effect;
use crate::assembly::{Manifest, ManifestStack};

/// How a stack belongs to a Region and an account.
const STACKS: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html";

/// The place of an environment as it is written.
fn place(of: &Manifest) -> String {
    of.account.as_ref().map_or_else(|| of.region.clone(), |account| format!("{} of {account}", of.region))
}

/// The move to another place; `None` if there is none. An account that is not named is any.
pub(super) fn change(old: &Manifest, new: &Manifest) -> Option<Change> {
    let is_other = |(one, other): (&String, &String)| one != other;
    if old.region == new.region && !old.account.as_ref().zip(new.account.as_ref()).is_some_and(is_other) {
        return None;
    }
    let verdicts = [
        (Impact::NeedsBackfill, "what is created there has no records and no rows"),
        (
            Impact::BreaksConsumers,
            "whoever sends records, queries or looks at dashboards must use the new ones",
        ),
    ];
    let verdicts = verdicts.map(|(impact, reason)| Verdict::new(impact, reason).by(STACKS)).into();
    let said = format!("{} → {}", place(old), place(new));
    let mut change =
        Change::new(Layer::Settings, "place of the environment", Effect::Update).says(said).judged(verdicts);
    let of_stack = |stack: &ManifestStack, effect| Change {
        file: Some(stack.template.clone()),
        ..Change::new(Layer::Resources, format!("stack {}", stack.name), effect)
    };
    let created = new.stacks.iter().map(|one| of_stack(one, Effect::Create));
    let stay = old.stacks.iter().map(|one| {
        of_stack(one, Effect::Release).says(format!("stays in {} until `gen destroy`", place(old)))
    });
    change.consequences = created.chain(stay).collect();
    Some(change)
}

/// The move with what else changes; that the setting itself differs is said by the move.
pub(super) fn joined(moved: Change, causes: Vec<Change>) -> Vec<Change> {
    let is_place = |one: &Change| {
        one.layer == Layer::Settings
            && !one.properties.is_empty()
            && one.properties.iter().all(|key| ["region", "account"].contains(&key.as_str()))
    };
    let mut found = vec![moved];
    found.extend(causes.into_iter().filter(|one| !is_place(one)));
    found.sort_by_key(|one| std::cmp::Reverse(one.impact()));
    found
}
