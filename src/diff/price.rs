//! What a change costs: the price of a mean month before and after, at list prices.

use std::collections::BTreeMap;

use super::change::{Change, Layer};
use super::resource::Effect;
use super::values::PropertyChange;
use crate::assembly::{Manifest, ManifestCost};
use crate::platform::sizing::Amount;

/// The change of the price of a month; `None` if it stays, or is not known.
pub(super) fn change(old: &Manifest, new: &Manifest) -> Option<Change> {
    if old.costs.is_empty() || new.costs.is_empty() {
        return None;
    }
    let by_name = |all: &[ManifestCost]| -> BTreeMap<String, u64> {
        let mut found = BTreeMap::new();
        for one in all {
            *found.entry(one.what.clone()).or_default() += one.cents;
        }
        found
    };
    let (was, is) = (by_name(&old.costs), by_name(&new.costs));
    if was == is {
        return None;
    }
    let text = |cents: u64| Amount::of_cents(cents).to_string();
    let sum = |all: &BTreeMap<String, u64>| all.values().sum::<u64>();
    let (before, after) = (sum(&was), sum(&is));
    let difference = if after >= before {
        format!("+{}", text(after - before))
    } else {
        format!("-{}", text(before - after))
    };
    let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let moved = |name: &&&String| was.get(**name) != is.get(**name);
    let mut values: Vec<(u64, PropertyChange)> = names
        .iter()
        .filter(moved)
        .map(|name| {
            let (one, other) = (was.get(*name).copied(), is.get(*name).copied());
            let size = one.unwrap_or_default().abs_diff(other.unwrap_or_default());
            let (one, other) = (one.map(text), other.map(text));
            (size, PropertyChange::of_text(name, one.as_deref(), other.as_deref()))
        })
        .collect();
    values.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    Some(Change {
        values: values.into_iter().map(|(_, value)| value).collect(),
        ..Change::new(Layer::Price, "price of a month", Effect::Update).says(format!(
            "{} → {} ({difference}), at list prices",
            text(before),
            text(after)
        ))
    })
}
