//! Compares what two templates allow.
//!
//! In: the facts of both. Out: what is allowed only by one of them. A request that is allowed after the change, and was not
//! before, is always in it: either a rule that allows it is new, or a rule that denied it is gone.
//!
//! It refuses to evaluate a request through all policies at once: each policy is compared with itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::facts::Facts;
use crate::grant::{Change, Effect, Grant};
use crate::names::{Names, Side};
use crate::rule::{self, Rule, Standing};

/// What a change of a template does to access.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What is possible only after the change.
    pub broader: Vec<Grant>,
    /// What is possible only before the change.
    pub narrower: Vec<Grant>,
    /// What changed and could not be read, with its place; it could give any access.
    pub unreadable: Vec<String>,
}

impl Comparison {
    /// Whether the change does nothing to access.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.broader.is_empty() && self.narrower.is_empty() && self.unreadable.is_empty()
    }

    /// Whether someone could have more access after the change.
    #[must_use]
    pub fn can_broaden(&self) -> bool {
        !self.broader.is_empty() || !self.unreadable.is_empty()
    }
}

/// Compares the facts of both sides.
pub(crate) fn compare(before: &Facts, after: &Facts, names: &Names) -> Comparison {
    Comparison {
        broader: only_in(before, after, names, Side::After),
        narrower: only_in(after, before, names, Side::Before),
        unreadable: unreadable(before, after),
    }
}

/// What is possible on `side`, whose facts are `there`, and not on the other one.
fn only_in(here: &Facts, there: &Facts, names: &Names, side: Side) -> Vec<Grant> {
    let is_gone = |rule: &Rule| rule.target.as_ref().is_some_and(|target| names.is_gone(target, side));
    let mut given: Vec<&Rule> = unmatched(there, here, names);
    given.retain(|rule| rule.effect.is_giving());
    let mut kept_back: Vec<&Rule> = unmatched(here, there, names);
    kept_back.retain(|rule| !rule.effect.is_giving() && !is_gone(rule));
    let scopes: BTreeSet<&str> = given.iter().chain(&kept_back).map(|rule| rule.scope.as_str()).collect();
    let (old, new) = (Index::new(here, &scopes), Index::new(there, &scopes));
    let given = given.into_iter().flat_map(|rule| {
        let left = rule::remainder(rule, old.get(rule.effect, rule));
        // What is allowed and denied at once is not possible.
        let denied = if rule.effect == Effect::Allow { new.get(Effect::Deny, rule) } else { &[] };
        left.into_iter().flat_map(move |part| rule::remainder(&part, denied))
    });
    let kept_back = kept_back.into_iter().flat_map(|rule| rule::remainder(rule, new.get(rule.effect, rule)));
    let (given_change, kept_change) = match side {
        Side::After => (Change::Added, Change::Removed),
        Side::Before => (Change::Removed, Change::Added),
    };
    let mut all = grants(given, given_change);
    all.extend(grants(kept_back, kept_change));
    all
}

/// The rules that could be reported, without those that the other side has, too.
fn unmatched<'a>(these: &'a Facts, other: &Facts, names: &Names) -> Vec<&'a Rule> {
    let known: BTreeSet<_> = other.rules.iter().map(Rule::key).collect();
    let reported = these.rules.iter().filter(|rule| is_reported(rule, names));
    reported.filter(|rule| !known.contains(&rule.key())).collect()
}

/// Rules by what they are compared within.
struct Index<'a>(BTreeMap<(Effect, &'a str), Vec<Rule>>);

impl<'a> Index<'a> {
    /// The rules of these scopes.
    fn new(facts: &'a Facts, scopes: &BTreeSet<&str>) -> Self {
        let mut index: BTreeMap<(Effect, &str), Vec<Rule>> = BTreeMap::new();
        for rule in facts.rules.iter().filter(|rule| scopes.contains(rule.scope.as_str())) {
            index.entry((rule.effect, rule.scope.as_str())).or_default().push(rule.clone());
        }
        // Together, they can cover what none of them does alone.
        Self(index.into_iter().map(|(key, rules)| (key, rule::join(rules))).collect())
    }

    fn get(&self, effect: Effect, rule: &'a Rule) -> &[Rule] {
        self.0.get(&(effect, rule.scope.as_str())).map_or(&[], Vec::as_slice)
    }
}

fn is_reported(rule: &Rule, names: &Names) -> bool {
    match rule.standing {
        Standing::Stated => true,
        Standing::Implied => names.is_kept(&names.own(&rule.place.logical_id)),
        Standing::Possible => false,
    }
}

fn grants(rules: impl Iterator<Item = Rule>, change: Change) -> Vec<Grant> {
    // Scopes keep identities apart, which the reader sees as the principals of one line.
    let rules = rules.map(|rule| Rule { scope: String::new(), ..rule }).collect();
    let mut grants: Vec<Grant> = rule::join(rules).iter().map(|rule| Grant::new(rule, change)).collect();
    grants.sort();
    grants.dedup();
    grants
}

/// What could not be read on one side and is not the same on the other.
fn unreadable(before: &Facts, after: &Facts) -> Vec<String> {
    let mut changed = Vec::new();
    for (these, those) in [(before, after), (after, before)] {
        for one in &these.unread {
            if !those.unread.iter().any(|other| one.is_same(other)) {
                changed.push(one.to_string());
            }
        }
    }
    changed.sort();
    changed.dedup();
    changed
}
