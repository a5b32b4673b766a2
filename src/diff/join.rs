//! [`joined`]: puts each change below its cause.
//!
//! In: the causes (columns and settings), the changes that follow from them. Out: the causes with their consequences, and what
//! has no cause in the platform file. A change belongs to the columns that it names; otherwise to the section of the file that it was
//! generated for; otherwise to the settings that are common to all sections.

use super::change::{Change, Layer, Touch};
use super::files::HAND_WRITTEN;
use super::impact::Verdict;
use super::resource::Effect;
use crate::assembly::Assembly;

/// Sections whose settings affect everything.
const COMMON: [&str; 8] =
    ["platform", "retention", "principals", "network", "warehouse", "alarms", "theme", "schedule"];

/// Causes with their consequences, and the changes without a cause.
pub(super) fn joined(
    mut causes: Vec<Change>,
    effects: Vec<Change>,
    old: &Assembly,
    new: &Assembly,
) -> Vec<Change> {
    let mut rest = Vec::new();
    let (own, effects): (Vec<Change>, Vec<Change>) =
        effects.into_iter().partition(|one| one.kind == HAND_WRITTEN);
    for effect in effects {
        match cause(&causes, &effect) {
            Some(at) => {
                if let Some(one) = causes.get_mut(at) {
                    one.consequences.push(effect);
                }
            }
            None => rest.push(effect),
        }
    }
    if !rest.is_empty() {
        causes.extend(uncaused(rest, old, new));
    }
    causes.extend(own);
    for one in &mut causes {
        judge(one);
    }
    causes.sort_by_key(|one| std::cmp::Reverse(one.impact()));
    causes
}

/// The place of the cause that a change belongs to: a column of its own section that it names, otherwise the settings of
/// its section, otherwise a column of another section that it names, otherwise what its section has or all have in common.
fn cause(causes: &[Change], effect: &Change) -> Option<usize> {
    let origin = effect.origin.as_ref();
    let is_own = |one: &Change| one.origin.is_some() && one.origin.as_ref() == origin;
    let find = |test: &dyn Fn(&Change) -> bool| causes.iter().position(test);
    let is_column = |one: &Change| one.layer == Layer::Columns && names(one, effect);
    let is_common = |one: &Change| {
        let section = one.origin.as_deref().unwrap_or_default();
        one.layer == Layer::Settings && COMMON.contains(&section.split('.').next().unwrap_or_default())
    };
    find(&|one| is_own(one) && is_column(one))
        .or_else(|| find(&|one| is_own(one) && one.layer == Layer::Settings))
        .or_else(|| find(&is_column))
        // Whatever else changes in a dataset follows from its columns.
        .or_else(|| find(&is_own))
        .or_else(|| find(&is_common))
        .or_else(|| (causes.len() == 1).then_some(0))
}

/// Whether a change is about a column of a cause.
fn names(cause: &Change, effect: &Change) -> bool {
    if !cause.touches.is_disjoint(&effect.touches) {
        return true;
    }
    let mut columns = cause.touches.iter().filter_map(|touch| match touch {
        Touch::Column(_, column) => Some(column),
        Touch::Section(_) => None,
    });
    // A dashboard or an aggregate of another section may read the column.
    let same = cause.origin.is_none() || effect.origin == cause.origin || effect.layer != Layer::Resources;
    same && columns.any(|column| effect.mentions.iter().any(|text| has_word(text, column)))
}

/// Whether a text has a word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |one: Option<char>| one.is_some_and(|one| one.is_alphanumeric() || one == '_');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !is_part(before) && !is_part(after)
    })
}

/// The changes that no setting causes: another version of `gen`, or a file that was changed by hand.
fn uncaused(rest: Vec<Change>, old: &Assembly, new: &Assembly) -> Vec<Change> {
    let (was, is) = (&old.manifest.tool.version, &new.manifest.tool.version);
    let is_declared = !old.manifest.declared.is_empty() && !new.manifest.declared.is_empty();
    let said = if was != is {
        format!("{was} → {is}")
    } else if is_declared {
        "the same settings give other output".to_owned()
    } else {
        return rest;
    };
    vec![Change { consequences: rest, ..Change::new(Layer::Settings, "gen", Effect::Update).says(said) }]
}

/// A cause with no verdict of its own has those of its consequences, through [`Change::impact`]; a dataset that is removed says what
/// stays.
fn judge(one: &mut Change) {
    one.consequences
        .sort_by(|this, that| that.impact().cmp(&this.impact()).then(this.layer.cmp(&that.layer)));
    let silent: Vec<Verdict> =
        one.verdicts.iter().filter(|verdict| !verdict.reason.is_empty()).cloned().collect();
    if !silent.is_empty() {
        one.verdicts = silent;
    }
}
