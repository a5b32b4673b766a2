//! [`Set`]: one dimension of a rule: these items, or everything but these.
//!
//! In: items, as `Action` or `NotAction` lists them. Out: which part of a set is in another ([`Set::split`]).
//!
//! It refuses to be exact where that takes more than items: a part is then too large, never too small.

use crate::item::{Item, Matcher};
use crate::network::Network;

/// Items, or everything but items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Set {
    Only(Vec<Item>),
    AllBut(Vec<Item>),
}

/// The two parts of a set, relative to another set; `None` is empty.
pub(crate) struct Split {
    pub(crate) inside: Option<Set>,
    pub(crate) outside: Option<Set>,
}

impl Set {
    /// Everything.
    pub(crate) fn all() -> Self {
        Self::AllBut(Vec::new())
    }

    /// These items; everything, if one of them is `*`.
    pub(crate) fn only(items: Vec<Item>) -> Self {
        if items.iter().any(Item::is_universal) { Self::all() } else { Self::Only(absorb(items)) }
    }

    /// Everything but these items.
    pub(crate) fn all_but(items: Vec<Item>) -> Self {
        Self::AllBut(absorb(items))
    }

    /// Whether the item is in the set, for certain.
    pub(crate) fn covers(&self, item: &Item) -> bool {
        match self {
            Self::Only(items) => items.iter().any(|wide| wide.covers(item)) || is_within(item, items),
            Self::AllBut(items) => !items.iter().any(|excluded| excluded.overlaps(item)),
        }
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Only(items) => items.is_empty(),
            Self::AllBut(items) => items.iter().any(Item::is_universal),
        }
    }

    /// Adds the items of another set of the same kind, if it is one.
    pub(crate) fn union(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Only(one), Self::Only(two)) => Some(Self::only([one.clone(), two.clone()].concat())),
            (Self::AllBut(_), _) | (_, Self::AllBut(_)) => None,
        }
    }

    /// The part that is in `by`, and the part that could be outside.
    pub(crate) fn split(&self, by: &Self) -> Split {
        match (self, by) {
            (Self::Only(items), _) => split_items(items, by),
            (Self::AllBut(_), Self::Only(_)) => Split { inside: None, outside: Some(self.clone()) },
            (Self::AllBut(own), Self::AllBut(others)) => {
                let excluded = Self::Only(own.clone());
                let newly: Vec<Item> = others.iter().filter(|item| !excluded.covers(item)).cloned().collect();
                let outside = (!newly.is_empty()).then(|| Self::only(newly));
                let inside = Self::all_but([own.clone(), others.clone()].concat());
                Split { inside: Some(inside), outside }
            }
        }
    }
}

fn split_items(items: &[Item], by: &Set) -> Split {
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for item in items {
        if by.covers(item) {
            inside.push(item.clone());
            continue;
        }
        let excluded = match by {
            Set::Only(_) => Vec::new(),
            Set::AllBut(excluded) => excluded.iter().filter(|one| one.overlaps(item)).cloned().collect(),
        };
        // What is excluded from within the item is the part outside; the rest is inside.
        let is_part = |one: &Item| item.covers(one) && !one.covers(item);
        if !excluded.is_empty() && excluded.iter().all(is_part) {
            inside.push(item.clone());
            outside.extend(excluded);
        } else {
            outside.push(item.clone());
        }
    }
    let set = |items: Vec<Item>| (!items.is_empty()).then(|| Set::only(items));
    Split { inside: set(inside), outside: set(outside) }
}

/// Whether ranges cover the item together.
fn is_within(item: &Item, items: &[Item]) -> bool {
    match &item.matcher {
        Matcher::Network(network) => {
            let blocks: Vec<Network> = items.iter().filter_map(network_of).collect();
            network.is_within(&blocks)
        }
        Matcher::Ports(ports) => ports.is_within(items.iter().filter_map(|item| match &item.matcher {
            Matcher::Ports(ports) => Some(ports),
            _ => None,
        })),
        Matcher::Glob(_) | Matcher::Arn(_) | Matcher::Party(..) | Matcher::Number(_) => false,
    }
}

fn network_of(item: &Item) -> Option<Network> {
    match item.matcher {
        Matcher::Network(network) => Some(network),
        _ => None,
    }
}

/// The items in order, without those that another one includes.
fn absorb(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by(|one, other| one.cmp(other).then_with(|| one.text.cmp(&other.text)));
    items.dedup();
    let is_kept = |&(place, item): &(usize, &Item)| {
        // Of two that include each other, the first is kept.
        !items
            .iter()
            .enumerate()
            .any(|(other, wide)| other != place && wide.covers(item) && (other < place || !item.covers(wide)))
    };
    items.iter().enumerate().filter(is_kept).map(|(_, item)| item.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::Set;
    use crate::item::Item;

    fn set(text: &str) -> Set {
        let items = |list: &str| list.split(' ').filter(|one| !one.is_empty()).map(Item::action).collect();
        match text.strip_prefix('!') {
            Some(list) => Set::all_but(items(list)),
            None => Set::only(items(text)),
        }
    }

    #[test]
    fn a_set_is_split_by_another() {
        let cases = [
            ("a b", "a", Some("a"), Some("b")),
            ("a:* a:x", "a:*", Some("a:*"), None),
            ("a:*", "a:x", None, Some("a:*")),
            ("*", "!a b", Some("!a b"), Some("a b")),
            ("!a", "!a b", Some("!a b"), Some("b")),
            ("!a b", "!a", Some("!a b"), None),
            ("!a:*", "!a:x", Some("!a:*"), None),
            ("!a", "b c", None, Some("!a")),
            ("!a", "*", Some("!a"), None),
            ("s3:*", "!iam:*", Some("s3:*"), None),
            ("s3:*", "!s3:put*", Some("s3:*"), Some("s3:put*")),
            ("s3:putobject", "!s3:put*", None, Some("s3:putobject")),
            ("s3:a*", "!s3:*b", None, Some("s3:a*")),
        ];
        for (this, by, inside, outside) in cases {
            let split = set(this).split(&set(by));
            assert_eq!(split.inside, inside.map(set), "{this} in {by}");
            assert_eq!(split.outside, outside.map(set), "{this} out of {by}");
        }
    }
}
