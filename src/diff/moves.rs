//! Resources that would move to another stack under the same name: `CloudFormation` creates the new one before it deletes
//! the old one, and fails.
//!
//! In: the changes of all stacks, the templates before and after. Out: a verdict on each resource that is created.

use std::collections::{BTreeMap, BTreeSet};

use super::assembly::Templates;
use super::change::{Change, Layer};
use super::impact::{Impact, Verdict};
use super::resource::{Effect, names};

/// How names are kept apart.
const NAMES: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html";

/// The custom names of the resources that have one of these effects: the stack, the logical ID and the name, by type and
/// name.
fn named(
    changes: &[Change],
    templates: &Templates<'_>,
    effects: &[Effect],
) -> BTreeMap<String, (String, String, String)> {
    let is_meant = |one: &&Change| one.layer == Layer::Resources && effects.contains(&one.effect);
    let subjects: BTreeSet<&str> = changes.iter().filter(is_meant).map(|one| one.subject.as_str()).collect();
    let mut found = BTreeMap::new();
    for (stack, (template, _)) in templates {
        let all = names(template, |logical| subjects.contains(format!("{stack}/{logical}").as_str()));
        found.extend(
            all.into_iter().map(|(key, (logical, name))| (key, ((*stack).to_owned(), logical, name))),
        );
    }
    found
}

/// Adds the verdicts.
pub(super) fn judge(changes: &mut [Change], before: &Templates<'_>, after: &Templates<'_>) {
    let gone = named(changes, before, &[Effect::Delete, Effect::Release]);
    if gone.is_empty() {
        return;
    }
    for (key, (stack, logical, name)) in named(changes, after, &[Effect::Create]) {
        let Some((from, ..)) = gone.get(&key).filter(|(from, ..)| *from != stack) else { continue };
        let subject = format!("{stack}/{logical}");
        let is_meant = |one: &&mut Change| one.layer == Layer::Resources && one.subject == subject;
        for one in changes.iter_mut().filter(is_meant) {
            let reason =
                format!("stack {from} has {name}: CloudFormation cannot create a second one of that name");
            let mut verdicts = std::mem::take(&mut one.verdicts);
            verdicts.push(Verdict::new(Impact::Refused, reason).by(NAMES));
            *one = one.clone().judged(verdicts);
        }
    }
}
