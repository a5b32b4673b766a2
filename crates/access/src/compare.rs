//! Compares what two templates allow.
//!
//! In: the facts of both. Out: what is allowed only by one of them. A request that is allowed after the change, and was not
//! before, is always in it: either a rule that allows it is new, or a rule that denied it is gone.
//!
//! It refuses to evaluate a request through all policies at once: each policy is compared with itself.

use std::collections::BTreeMap;

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

/// Rules by what they are compared within.
type Index<'a> = BTreeMap<(Effect, &'a str), Vec<Rule>>;

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
    let (old, new) = (index(here), index(there));
    let none = Vec::new();
    let mut given = Vec::new();
    for rule in there.rules.iter().filter(|rule| rule.effect.is_giving() && is_reported(rule, names)) {
        let others = old.get(&(rule.effect, rule.scope.as_str())).unwrap_or(&none);
        let denied = match rule.effect {
            Effect::Allow => new.get(&(Effect::Deny, rule.scope.as_str())).unwrap_or(&none),
            _ => &none,
        };
        given.extend(rule::remainder(rule, others).iter().flat_map(|part| rule::remainder(part, denied)));
    }
    let mut kept_back = Vec::new();
    for rule in here.rules.iter().filter(|rule| !rule.effect.is_giving() && is_reported(rule, names)) {
        let is_gone = rule.target.as_ref().is_some_and(|target| names.is_gone(target, side));
        if !is_gone {
            let others = new.get(&(rule.effect, rule.scope.as_str())).unwrap_or(&none);
            kept_back.extend(rule::remainder(rule, others));
        }
    }
    let (given_change, kept_change) = match side {
        Side::After => (Change::Added, Change::Removed),
        Side::Before => (Change::Removed, Change::Added),
    };
    let mut grants = grants(given, given_change);
    grants.extend(self::grants(kept_back, kept_change));
    grants
}

fn is_reported(rule: &Rule, names: &Names) -> bool {
    match rule.standing {
        Standing::Stated => true,
        Standing::Implied => names.is_kept(&names.own(&rule.place.logical_id)),
        Standing::Possible => false,
    }
}

fn grants(rules: Vec<Rule>, change: Change) -> Vec<Grant> {
    // Scopes keep identities apart, which the reader sees as the principals of one line.
    let rules = rules.into_iter().map(|rule| Rule { scope: String::new(), ..rule }).collect();
    let mut grants: Vec<Grant> = rule::join(rules).iter().map(|rule| Grant::new(rule, change)).collect();
    grants.sort();
    grants.dedup();
    grants
}

fn index(facts: &Facts) -> Index<'_> {
    let mut index: BTreeMap<(Effect, &str), Vec<Rule>> = BTreeMap::new();
    for rule in &facts.rules {
        index.entry((rule.effect, rule.scope.as_str())).or_default().push(rule.clone());
    }
    // Together, they can cover what none of them does alone.
    index.into_iter().map(|(key, rules)| (key, rule::join(rules))).collect()
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
