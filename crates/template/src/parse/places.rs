//! [`Places`]: where the values of a text are, so that a message about one can point at it.

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, Span, StrInput};

use super::DEPTH;
use super::tag::Tag;
use crate::function::Function;
use crate::pointer;

/// Where the values of a JSON or YAML text are, by the JSON pointers of their JSON forms: `/Resources/Raw/Properties`.
///
/// What an alias repeats has no place of its own, and neither has what comes after a syntax error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    found: BTreeMap<String, Place>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Place {
    key: Option<Range<usize>>,
    value: Range<usize>,
    /// Whether the value is neither a list nor a mapping.
    is_scalar: bool,
}

impl Places {
    /// Finds the places in a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut finder = Finder {
            parser: Parser::new_from_str(text),
            bytes: Bytes::of(text),
            found: BTreeMap::new(),
            left: POINTERS,
        };
        // After an error, what was found before it is right.
        let _ = finder.document();
        Self { found: finder.found }
    }

    /// The key of a value, or a value that has none. Of a value that is not in the text: the nearest one that it would be in.
    #[must_use]
    pub fn key(&self, pointer: &str) -> Range<usize> {
        let place = self.nearest(pointer);
        place.map_or(0..0, |place| place.key.clone().unwrap_or_else(|| place.value.clone()))
    }

    /// A value in one piece; the key of a list or a mapping. Of a value that is not in the text: the nearest one that it would be
    /// in, as the `!Ref` that is the `Ref` in its JSON form.
    #[must_use]
    pub fn value(&self, pointer: &str) -> Range<usize> {
        let place = self.nearest(pointer).filter(|place| place.is_scalar);
        place.map_or_else(|| self.key(pointer), |place| place.value.clone())
    }

    fn nearest(&self, pointer: &str) -> Option<&Place> {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.found.get(pointer) {
                return Some(place);
            }
            pointer = pointer.get(..pointer.rfind('/')?)?;
        }
    }
}

/// Bytes of a text by the numbers of its characters.
struct Bytes {
    /// `None` if each character is a byte.
    at: Option<Vec<usize>>,
    length: usize,
}

impl Bytes {
    fn of(text: &str) -> Self {
        let at = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self { at, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = match &self.at {
            Some(at) => at.get(character).copied(),
            None => Some(character),
        };
        byte.unwrap_or(self.length).min(self.length)
    }
}

/// Reading stopped: the text is invalid, or nested too deeply.
struct Halt;

struct Finder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    bytes: Bytes,
    found: BTreeMap<String, Place>,
    /// How many bytes of pointers may still be kept.
    left: usize,
}

/// The most bytes of all pointers: each repeats the keys on the way to its value, and keys may be long.
const POINTERS: usize = 64 << 20;

impl<'a> Finder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Halt> {
        self.parser.next_event().and_then(Result::ok).ok_or(Halt)
    }

    fn range(&self, span: &Span) -> Range<usize> {
        self.bytes.byte(span.start.index())..self.bytes.byte(span.end.index())
    }

    fn document(&mut self) -> Result<(), Halt> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (event, span) => return self.node((event, span), "", None, 0),
            }
        }
    }

    /// Notes a value, and what is in it.
    fn node(
        &mut self,
        (event, span): (Event<'a>, Span),
        pointer: &str,
        key: Option<Range<usize>>,
        depth: usize,
    ) -> Result<(), Halt> {
        if depth > DEPTH {
            return Err(Halt);
        }
        let is_scalar = matches!(event, Event::Scalar(..) | Event::Alias(_));
        // What has no place of its own has that of the nearest value around it.
        if let Some(left) = self.left.checked_sub(pointer.len()) {
            self.left = left;
            self.found.insert(pointer.to_owned(), Place { key, value: self.range(&span), is_scalar });
        }
        match event {
            Event::SequenceStart(_, tag) => {
                let inside = inside(pointer, Tag::of(tag.as_ref()).ok());
                let mut at = 0;
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Ok(()),
                        item => self.node(item, &format!("{inside}/{at}"), None, depth + 1)?,
                    }
                    at += 1;
                }
            }
            Event::MappingStart(_, tag) => self.mapping(&inside(pointer, Tag::of(tag.as_ref()).ok()), depth),
            _ => Ok(()),
        }
    }

    fn mapping(&mut self, pointer: &str, depth: usize) -> Result<(), Halt> {
        loop {
            let (name, key) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(()),
                (Event::Scalar(name, ..), span) => (name, self.range(&span)),
                _ => return Err(Halt),
            };
            let value = self.next()?;
            let pointer = format!("{pointer}/{}", pointer::escaped(&name));
            self.node(value, &pointer, Some(key), depth + 1)?;
        }
    }
}

/// The pointer of what a tag is applied to: `!If [a, b, c]` is `{"Fn::If": [a, b, c]}`.
fn inside(pointer: &str, tag: Option<Tag>) -> String {
    match tag {
        Some(Tag::Function(function)) => format!("{pointer}/{}", Function::key(function)),
        Some(Tag::Condition) => format!("{pointer}/Condition"),
        Some(
            Tag::None
            | Tag::Bare
            | Tag::Text
            | Tag::Integer
            | Tag::Float
            | Tag::Boolean
            | Tag::Null
            | Tag::List
            | Tag::Map,
        )
        | None => pointer.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_pointer() {
        let yaml = "# é\nResources:\n  Raw:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags: !If [a, [{Key: k}], b]\n";
        let json = "{\n\t\"Resources\": {\"Raw\": {\"Type\": \"AWS::S3::Bucket\",\n \"Properties\": {\"Tags\": {\"Fn::If\": [\"a\", [{\"Key\": \"k\"}], \"b\"]}}}}}";
        for text in [yaml, json] {
            let places = Places::of(text);
            let value = |pointer: &str| text[places.value(pointer)].trim_matches('"').to_owned();
            let key = |pointer: &str| text[places.key(pointer)].trim_matches('"').to_owned();
            assert_eq!(value("/Resources/Raw/Type"), "AWS::S3::Bucket", "{text}");
            assert_eq!(key("/Resources/Raw/Type"), "Type");
            assert_eq!(value("/Resources/Raw"), "Raw", "a mapping is its key");
            assert_eq!(value("/Resources/Raw/Properties/Tags/Fn::If/1/0/Key"), "k");
            assert_eq!(value("/Resources/Raw/Properties/BucketName/0"), "Properties", "it is not there");
            assert_eq!(value("/Nothing"), text[places.key("")].trim_matches('"'));
        }
    }

    #[test]
    fn an_invalid_text_has_the_places_before_the_fault() {
        let text = "Resources:\n  Raw:\n    Type: x\n  - no\n";
        assert_eq!(&text[Places::of(text).value("/Resources/Raw/Type")], "x");
        assert_eq!(Places::of("").value("/a"), 0..0);
        let deep = "[".repeat(20_000);
        assert!(Places::of(&deep).found.len() < 300);
    }
}
