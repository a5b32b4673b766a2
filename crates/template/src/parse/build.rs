//! YAML, second half: from the tree to nodes, with merge keys and short forms applied.

use std::collections::HashMap;

use super::compose::{Body, Key, Tree};
use super::error::ParseError;
use super::tag::Tag;
use crate::function::Function;
use crate::node::{Node, Object, Text};

/// The maximum number of values in a document, with every use of an alias counted.
const VALUES: usize = 250_000;

/// The maximum bytes of text in a document, with every use of an alias counted.
const BYTES: usize = 64 * 1024 * 1024;

/// The node of a tree.
pub(super) fn build(tree: &Tree) -> Result<Node, ParseError> {
    Builder { values: VALUES, merges: VALUES, bytes: BYTES }.node(tree)
}

/// What may still be built before the document is rejected.
struct Builder {
    values: usize,
    merges: usize,
    bytes: usize,
}

type Entry<'a> = (&'a str, &'a Tree);

impl Builder {
    fn node(&mut self, tree: &Tree) -> Result<Node, ParseError> {
        spend(&mut self.values, 1, tree)?;
        let value = match &tree.body {
            Body::Scalar(_, Some(value)) => value.clone(),
            Body::Scalar(text, None) => {
                spend(&mut self.bytes, text.len(), tree)?;
                Node::from(text.clone())
            }
            Body::List(items) if tree.tag == Tag::Function(Function::GetAtt) => {
                Node::List(items.iter().map(|item| self.name(item)).collect::<Result<_, _>>()?)
            }
            Body::List(items) => {
                Node::List(items.iter().map(|item| self.node(item)).collect::<Result<_, _>>()?)
            }
            Body::Map(entries) => self.map(tree, entries)?,
        };
        Ok(tree.tag.wrap(value))
    }

    /// A part of a `!GetAtt`: a name as written, or a function that returns one.
    fn name(&mut self, tree: &Tree) -> Result<Node, ParseError> {
        match &tree.body {
            Body::Scalar(text, _) if tree.tag == Tag::None => Ok(Node::from(text.clone())),
            _ => self.node(tree),
        }
    }

    fn map<T: AsRef<Tree>>(&mut self, tree: &Tree, entries: &[(Key, T)]) -> Result<Node, ParseError> {
        let entries = self.flat(entries)?;
        let mut built = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            spend(&mut self.bytes, name.len(), tree)?;
            built.push((Text::from(name.to_owned()), self.node(value)?));
        }
        Ok(Node::from(Object::from_unique(built)))
    }

    /// The entries with all merges applied. A mapping's own entries override what it merges, and of several merged
    /// mappings the first wins, as in `PyYAML`.
    fn flat<'a, T: AsRef<Tree>>(&mut self, entries: &'a [(Key, T)]) -> Result<Vec<Entry<'a>>, ParseError> {
        let mut flat = Entries::default();
        for value in entries.iter().filter(|(key, _)| matches!(key, Key::Merge)).map(|(_, value)| value) {
            self.merge(&mut flat, value.as_ref())?;
        }
        for (key, value) in entries {
            if let Key::Name(name) = key {
                flat.put((name, value.as_ref()));
            }
        }
        Ok(flat.list)
    }

    fn merge<'a>(&mut self, flat: &mut Entries<'a>, value: &'a Tree) -> Result<(), ParseError> {
        let maps: Vec<&'a Tree> = match &value.body {
            Body::List(items) if value.tag.levels() == 0 => items.iter().rev().map(AsRef::as_ref).collect(),
            _ => vec![value],
        };
        for map in maps {
            spend(&mut self.merges, 1, map)?;
            match &map.body {
                Body::Map(entries) if map.tag.levels() == 0 => {
                    for entry in self.flat(entries)? {
                        spend(&mut self.merges, 1, map)?;
                        flat.put(entry);
                    }
                }
                _ => {
                    return Err(map.place.error("`<<` requires a mapping or a list of mappings"));
                }
            }
        }
        Ok(())
    }
}

/// Takes an amount from the budget; an error at `tree` if the budget is too small.
fn spend(budget: &mut usize, amount: usize, tree: &Tree) -> Result<(), ParseError> {
    *budget = budget.checked_sub(amount).ok_or_else(|| {
        tree.place.error(format!(
            "with its aliases expanded, this document has more than {VALUES} values or {BYTES} bytes of text"
        ))
    })?;
    Ok(())
}

/// Entries by name, in the order of first occurrence.
#[derive(Default)]
struct Entries<'a> {
    list: Vec<Entry<'a>>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Entries<'a> {
    fn put(&mut self, entry: Entry<'a>) {
        if let Some(at) = self.index.get(entry.0) {
            self.list[*at] = entry;
        } else {
            self.index.insert(entry.0, self.list.len());
            self.list.push(entry);
        }
    }
}
