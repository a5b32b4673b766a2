//! [`Rule`]: what one statement, or one setting, allows or forbids.
//!
//! In: rules as the readers produce them. Out: what is left of a rule without another one ([`subtract`]), and rules joined
//! where they differ in one respect ([`join`]).
//!
//! It refuses to know where rules come from.

use crate::condition::{self, Clause, Relation};
use crate::grant::Effect;
use crate::set::{Set, Split};

/// A rule: these principals, these actions, these resources, under these conditions.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) effect: Effect,
    /// Rules are compared only with rules of the same scope: of identities, or of one resource's policy.
    pub(crate) scope: String,
    /// The resource that the rule guards, if it exists on its own.
    pub(crate) target: Option<String>,
    pub(crate) principals: Set,
    pub(crate) actions: Set,
    pub(crate) resources: Set,
    pub(crate) conditions: Vec<Clause>,
    pub(crate) standing: Standing,
    pub(crate) place: Place,
}

/// What two rules are compared by.
type Key<'a> = (Effect, &'a str, [&'a Set; 3], &'a [Clause]);

/// Whether a template states a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Stated,
    /// What the service does unless something is stated; not worth mentioning for a new resource.
    Implied,
    /// What may hold, but is not known to: it covers what is stated, and is not reported itself.
    Possible,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) logical_id: String,
    pub(crate) path: String,
}

#[derive(Clone, Copy)]
enum Dimension {
    Principals,
    Actions,
    Resources,
}

const DIMENSIONS: [Dimension; 3] = [Dimension::Principals, Dimension::Actions, Dimension::Resources];

/// How many parts a rule may fall into; with more, it is reported as it is.
const PARTS: usize = 1_000;

impl Rule {
    /// A rule of everyone, about everything; the readers replace what they know.
    pub(crate) fn new(effect: Effect, scope: impl Into<String>, place: Place) -> Self {
        Self {
            effect,
            scope: scope.into(),
            target: None,
            principals: Set::all(),
            actions: Set::all(),
            resources: Set::all(),
            conditions: Vec::new(),
            standing: Standing::Stated,
            place,
        }
    }

    /// What is compared: two rules with the same key are the same, wherever they stand.
    pub(crate) fn key(&self) -> Key<'_> {
        (self.effect, &self.scope, [&self.principals, &self.actions, &self.resources], &self.conditions)
    }

    fn set(&self, dimension: Dimension) -> &Set {
        match dimension {
            Dimension::Principals => &self.principals,
            Dimension::Actions => &self.actions,
            Dimension::Resources => &self.resources,
        }
    }

    fn with(&self, dimension: Dimension, set: Set) -> Self {
        let mut rule = self.clone();
        match dimension {
            Dimension::Principals => rule.principals = set,
            Dimension::Actions => rule.actions = set,
            Dimension::Resources => rule.resources = set,
        }
        rule
    }
}

/// What is left of a rule without others; at least that, perhaps more.
pub(crate) fn remainder(rule: &Rule, others: &[Rule]) -> Vec<Rule> {
    if others.iter().any(|other| subtract(rule, other).is_some_and(|left| left.is_empty())) {
        return Vec::new();
    }
    let mut parts = vec![rule.clone()];
    for other in others {
        let split = |part: Rule| subtract(&part, other).unwrap_or_else(|| vec![part]);
        parts = parts.into_iter().flat_map(split).collect();
        if parts.len() > PARTS {
            return vec![rule.clone()];
        }
    }
    parts
}

/// What is left of one rule without another; `None` if that is all of it.
fn subtract(rule: &Rule, by: &Rule) -> Option<Vec<Rule>> {
    for dimension in DIMENSIONS {
        rule.set(dimension).split(by.set(dimension)).inside?;
    }
    let mut rest = rule.clone();
    let mut outside = Vec::new();
    for dimension in DIMENSIONS {
        let split: Split = rest.set(dimension).split(by.set(dimension));
        let inside = split.inside?;
        outside.extend(split.outside.map(|set| rest.with(dimension, set)));
        rest = rest.with(dimension, inside);
    }
    for clause in &by.conditions {
        match condition::relate(&rest.conditions, clause) {
            Relation::Implied => {}
            Relation::Partly(inside, other) => {
                outside.push(Rule { conditions: other, ..rest.clone() });
                rest.conditions = inside;
            }
            Relation::Unrelated => return None,
        }
    }
    Some(outside)
}

/// Joins rules that differ in one respect, until none do.
pub(crate) fn join(mut rules: Vec<Rule>) -> Vec<Rule> {
    let mut length = rules.len() + 1;
    while rules.len() < length {
        length = rules.len();
        for dimension in [Dimension::Actions, Dimension::Resources, Dimension::Principals] {
            rules = joined(rules, dimension);
        }
    }
    rules
}

fn joined(rules: Vec<Rule>, along: Dimension) -> Vec<Rule> {
    let mut result: Vec<Rule> = Vec::new();
    for rule in rules {
        let found = result.iter().enumerate().find_map(|(place, other)| {
            let union = is_alike(other, &rule, along).then(|| union(other, &rule, along)).flatten();
            union.map(|set| (place, set))
        });
        match found {
            Some((place, set)) => result[place] = result[place].with(along, set),
            None => result.push(rule),
        }
    }
    result
}

fn union(one: &Rule, other: &Rule, along: Dimension) -> Option<Set> {
    let (one, other) = (one.set(along), other.set(along));
    if one == other { Some(one.clone()) } else { one.union(other) }
}

/// Whether the rules are the same in all other respects.
fn is_alike(one: &Rule, other: &Rule, along: Dimension) -> bool {
    let is_equal = |dimension: Dimension| match (dimension, along) {
        (Dimension::Principals, Dimension::Principals)
        | (Dimension::Actions, Dimension::Actions)
        | (Dimension::Resources, Dimension::Resources) => true,
        (Dimension::Principals | Dimension::Actions | Dimension::Resources, _) => {
            one.set(dimension) == other.set(dimension)
        }
    };
    one.effect == other.effect
        && one.scope == other.scope
        && one.place.logical_id == other.place.logical_id
        && one.conditions == other.conditions
        && DIMENSIONS.into_iter().all(is_equal)
}
