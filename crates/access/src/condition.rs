//! [`Clause`]: one operator and key of a `Condition`, with its values.
//!
//! In: the `Condition` of a statement. Out: whether a clause implies another one, or which of its values do.
//!
//! It refuses to combine clauses: a clause is implied by one clause, or not at all.

use serde_json::Value;

use crate::item::{Item, Matcher};
use crate::json;
use crate::operator::{self, Bound, Operator, Qualifier, Sense, Test};
use crate::set::Set;

/// A clause; all clauses of a condition must hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Clause {
    pub(crate) operator: Operator,
    /// The key in lower case.
    pub(crate) key: String,
    pub(crate) values: Vec<Item>,
    /// The operator and the key as they are written; not compared, since it is last and follows from them.
    pub(crate) shown: Shown,
}

/// Names as they are written, which are equal to each other.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) operator: String,
    pub(crate) key: String,
}

impl PartialEq for Shown {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Shown {}

impl PartialOrd for Shown {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Shown {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// How a condition relates to a clause.
pub(crate) enum Relation {
    /// Where the condition holds, the clause holds.
    Implied,
    /// It holds where the first condition does; the second is the rest.
    Partly(Vec<Clause>, Vec<Clause>),
    Unrelated,
}

impl Clause {
    /// A clause from its names and its values as text.
    pub(crate) fn new(operator: &str, key: &str, values: &[String]) -> Self {
        let mut items: Vec<Item> = values.iter().map(|text| operator::value(operator, text)).collect();
        items.sort();
        items.dedup();
        Self {
            operator: Operator::parse(operator),
            key: key.to_lowercase(),
            values: items,
            shown: Shown { operator: operator.to_owned(), key: key.to_owned() },
        }
    }

    /// Whether this value of a clause with `operator` implies the clause.
    fn covers(&self, operator: &Operator, value: &Item) -> bool {
        match &self.operator.test {
            Test::Text | Test::Arn | Test::Address | Test::Value(_) | Test::Unknown(_) => {
                Set::Only(self.values.clone()).covers(value)
            }
            Test::TextIgnoringCase => Set::Only(self.values.clone()).covers(&value.lowered()),
            Test::Below(bound) => self
                .values
                .iter()
                .any(|wide| wide == value && is_looser(*bound, &operator.test) || is_below(value, wide)),
            Test::Above(bound) => self
                .values
                .iter()
                .any(|wide| wide == value && is_looser(*bound, &operator.test) || is_below(wide, value)),
        }
    }

    /// Whether this clause holds wherever the other one does.
    fn is_implied_by(&self, stricter: &Self) -> bool {
        if !self.is_about(stricter) {
            return false;
        }
        match (&self.operator.test, self.operator.sense, self.operator.qualifier) {
            (Test::Unknown(_), _, _) | (_, Sense::None, Qualifier::Any | Qualifier::All) => {
                self.values == stricter.values
            }
            (_, Sense::One, _) => stricter.values.iter().all(|value| self.covers(&stricter.operator, value)),
            (_, Sense::None, Qualifier::Single) => {
                let excluded = Set::Only(stricter.values.clone());
                self.values.iter().all(|value| excluded.covers(value))
            }
        }
    }

    fn is_about(&self, stricter: &Self) -> bool {
        self.key == stricter.key && stricter.operator.is_stricter_than(&self.operator)
    }

    /// The values that imply `wide`, and the others: a request that matches a value matches one of the parts.
    fn split(&self, wide: &Self) -> Option<(Vec<Item>, Vec<Item>)> {
        let is_whole = match (&self.operator.test, self.operator.sense, self.operator.qualifier) {
            (Test::Unknown(_), _, _) | (_, Sense::None, _) | (_, _, Qualifier::All) => true,
            (_, Sense::One, Qualifier::Single | Qualifier::Any) => false,
        };
        if is_whole || !wide.is_about(self) {
            return None;
        }
        let (inside, outside): (Vec<Item>, Vec<Item>) =
            self.values.iter().cloned().partition(|value| wide.covers(&self.operator, value));
        (!inside.is_empty() && !outside.is_empty()).then_some((inside, outside))
    }
}

/// Relates a condition to a clause of another.
pub(crate) fn relate(condition: &[Clause], clause: &Clause) -> Relation {
    if condition.iter().any(|stricter| clause.is_implied_by(stricter)) {
        return Relation::Implied;
    }
    for (place, one) in condition.iter().enumerate() {
        if let Some((inside, outside)) = one.split(clause) {
            let with = |values: Vec<Item>| {
                let mut parts = condition.to_vec();
                parts[place].values = values;
                parts
            };
            return Relation::Partly(with(inside), with(outside));
        }
    }
    Relation::Unrelated
}

/// Reads a `Condition`; `None` if it has another shape.
pub(crate) fn read(value: Option<&Value>) -> Option<Vec<Clause>> {
    let mut clauses = Vec::new();
    let Some(value) = value else { return Some(clauses) };
    if json::is_intrinsic(value) {
        return None;
    }
    for (operator, keys) in value.as_object()? {
        if json::is_intrinsic(keys) {
            return None;
        }
        for (key, values) in keys.as_object()? {
            clauses.push(Clause::new(operator, key, &json::texts(values)?));
        }
    }
    clauses.sort();
    Some(clauses)
}

/// Whether the operator's bound is at least as strict.
fn is_looser(bound: Bound, stricter: &Test) -> bool {
    match stricter {
        Test::Below(other) | Test::Above(other) => bound == Bound::Included || *other == Bound::Excluded,
        Test::Text
        | Test::TextIgnoringCase
        | Test::Arn
        | Test::Address
        | Test::Value(_)
        | Test::Unknown(_) => false,
    }
}

fn is_below(low: &Item, high: &Item) -> bool {
    match (&low.matcher, &high.matcher) {
        (Matcher::Number(low), Matcher::Number(high)) => low < high,
        _ => false,
    }
}
