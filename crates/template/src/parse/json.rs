//! JSON through serde, with a check for duplicate keys.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::error::{ParseErrors, Place};
use super::{REPORTED, without_mark};
use crate::node::{Node, Object, Text};

/// Parses one value that is the whole text.
pub(super) fn read(text: &str) -> Result<Node, ParseErrors> {
    let text = without_mark(text);
    let keys = RefCell::new(Keys::default());
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed(&keys).deserialize(&mut reader).and_then(|node| reader.end().map(|()| node));
    let mut errors = Vec::new();
    for (place, key) in duplicates(text, &keys.into_inner().duplicates) {
        errors.push(place.error(format!("duplicate key `{key}`; remove one of the two")));
    }
    match value {
        Ok(node) if errors.is_empty() => return Ok(node),
        Ok(_) => {}
        Err(error) => errors.push(syntax_place(text, &error).error(reason(&error))),
    }
    Err(ParseErrors(errors))
}

/// Where the value begins.
pub(super) fn start(text: &str) -> Place {
    let text = without_mark(text);
    Place::of_byte(text, text.len() - text.trim_start().len())
}

/// The position of a `serde_json` error, whose columns count bytes.
fn syntax_place(text: &str, error: &serde_json::Error) -> Place {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let before = line.char_indices().take_while(|(at, _)| *at < error.column()).count();
    Place { line: error.line().max(1), column: before.max(1) }
}

/// The message without the position, which is reported separately.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&place).unwrap_or(&message).to_owned()
}

/// The keys seen so far. The deserializer does not know its position, but the count of keys identifies it.
#[derive(Default)]
struct Keys {
    seen: usize,
    duplicates: Vec<(usize, String)>,
}

/// Finds the positions of the counted keys by scanning the text again.
fn duplicates(text: &str, counted: &[(usize, String)]) -> Vec<(Place, String)> {
    if counted.is_empty() {
        return Vec::new();
    }
    let starts = key_starts(text);
    // A key without its colon is not a key yet, and the syntax error there is reported anyway.
    let place = |count: usize| starts.get(count).map(|at| Place::of_byte(text, *at));
    let reported = counted.iter().take(REPORTED);
    let mut found: Vec<_> =
        reported.filter_map(|(count, key)| place(*count).map(|place| (place, key.clone()))).collect();
    found.sort();
    found
}

/// Where each key begins: every string that a colon follows, as far as the text is valid JSON.
fn key_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut string = None;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (byte, string) {
            (b'"', _) => {
                string = Some(at);
                skip_string(&mut bytes);
            }
            (b':', Some(start)) => {
                starts.push(start);
                string = None;
            }
            (b' ' | b'\t' | b'\r' | b'\n', _) => {}
            _ => string = None,
        }
    }
    starts
}

/// Advances past the quote that ends the string.
fn skip_string(bytes: &mut impl Iterator<Item = (usize, u8)>) {
    while let Some((_, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => return,
            _ => {}
        }
    }
}

#[derive(Clone, Copy)]
struct Seed<'a>(&'a RefCell<Keys>);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(Number::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(Number::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::from(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::from(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut entries: Vec<(Text, Node)> = Vec::new();
        let mut names = HashSet::new();
        while let Some(name) = access.next_key::<String>()? {
            let count = self.count();
            let new = names.insert(name.clone());
            if !new && self.0.borrow().duplicates.len() < REPORTED {
                self.0.borrow_mut().duplicates.push((count, name.clone()));
            }
            let value = access.next_value_seed(self)?;
            if new {
                entries.push((Text::from(name), value));
            }
        }
        Ok(Node::from(Object::from_unique(entries)))
    }
}

impl Seed<'_> {
    /// Counts one key, and returns how many there were before it.
    fn count(self) -> usize {
        let mut keys = self.0.borrow_mut();
        keys.seen += 1;
        keys.seen - 1
    }
}
