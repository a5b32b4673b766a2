//! [`Object`]: names and values with an order that equality ignores.

use std::borrow::Cow;

use crate::function::Function;
use crate::node::{Node, Text};

/// Names and values in the order in which they were written.
///
/// Two objects are equal if they have the same entries in any order: order has no meaning in `CloudFormation`.
#[derive(Clone, Debug, Default)]
pub struct Object {
    entries: Vec<(Text, Node)>,
}

impl Object {
    /// An object without entries; does not allocate.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// An empty object with room for `capacity` entries.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity) }
    }

    /// An object of entries whose names are known to be unique, so that there is no search for duplicates.
    pub(crate) const fn from_unique(entries: Vec<(Text, Node)>) -> Self {
        Self { entries }
    }

    /// The object with every value in canonical form.
    pub(crate) fn canonical(self) -> Self {
        let entries = self.entries.into_iter().map(|(name, value)| (name, value.canonical()));
        Self { entries: entries.collect() }
    }

    /// The value under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value under `name`, for changes in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Sets `name` to `value` and returns the previous value; the position in the order is kept.
    pub fn insert(&mut self, name: impl Into<Text>, value: impl Into<Node>) -> Option<Node> {
        self.put(name.into(), value.into())
    }

    fn put(&mut self, name: Text, value: Node) -> Option<Node> {
        if let Some(slot) = self.get_mut(&name) {
            return Some(std::mem::replace(slot, value));
        }
        self.entries.push((name, value));
        None
    }

    /// Sets a static name to `value`, without the cost of returning the previous value.
    pub(crate) fn set(&mut self, name: &'static str, value: Node) {
        match self.get_mut(name) {
            Some(slot) => *slot = value,
            None => self.entries.push((Cow::Borrowed(name), value)),
        }
    }

    /// The value under `name`, for changes in place; it is set to `null` first if it is missing.
    pub fn entry(&mut self, name: &str) -> &mut Node {
        let at = self.entries.iter().position(|(key, _)| key == name).unwrap_or_else(|| {
            self.entries.push((Text::from(name.to_owned()), Node::Null));
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }

    /// Removes the entry under `name`.
    pub fn remove(&mut self, name: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(key, _)| key == name)?;
        Some(self.entries.remove(at).1)
    }

    /// The entries in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    /// The names in order.
    #[must_use]
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|(key, _)| &**key)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The name of the only entry, if there is exactly one.
    fn only(&self) -> Option<&str> {
        match self.entries.as_slice() {
            [(name, _)] => Some(name),
            _ => None,
        }
    }
}

/// Above this number of entries, sorting is cheaper than searching to compare.
const SEARCH_LIMIT: usize = 16;

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        if self.len() <= SEARCH_LIMIT {
            return self.iter().all(|(name, value)| other.get(name) == Some(value));
        }
        sorted(self) == sorted(other)
    }
}

fn sorted(object: &Object) -> Vec<(&str, &Node)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}

impl IntoIterator for Object {
    type Item = (Text, Node);
    type IntoIter = std::vec::IntoIter<(Text, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Into<Text>, V: Into<Node>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut object = Object::with_capacity(entries.size_hint().0);
        for (name, value) in entries {
            object.insert(name, value);
        }
        object
    }
}

impl<K: Into<Text>, V: Into<Node>, const N: usize> From<[(K, V); N]> for Object {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl From<Object> for Node {
    fn from(mut object: Object) -> Self {
        match object.only().and_then(Function::from_key) {
            Some(function) => match object.entries.pop() {
                Some((_, argument)) => Node::call(function, argument),
                None => Node::Object(object),
            },
            None => Node::Object(object),
        }
    }
}
