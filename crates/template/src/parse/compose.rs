//! YAML, first half: from the parser's events to a tree with its aliases resolved.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, StrInput};

use super::error::{ParseError, ParseErrors, Place};
use super::tag::Tag;
use super::{DEPTH, REPORTED};
use crate::node::Node;

/// A value as written. Values that an alias repeats are shared, not copied.
pub(super) struct Tree {
    pub(super) place: Place,
    pub(super) tag: Tag,
    pub(super) body: Body,
    /// The depth of its JSON form.
    height: usize,
}

pub(super) enum Body {
    /// The text as written, and its value if that differs.
    Scalar(String, Option<Node>),
    List(Vec<Rc<Tree>>),
    Map(Vec<(Key, Rc<Tree>)>),
}

/// A key of a mapping. Numbers and booleans are kept as written, because names in a template are text: `012345678901`
/// is an account, not an octal number.
pub(super) enum Key {
    Name(String),
    /// `<<`: the mappings in the value are merged into this one.
    Merge,
}

/// What to do with a key that a mapping already has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeated {
    Refuse,
    /// The last one counts, as in `PyYAML`.
    Replace,
}

/// The first document of the text, with the keys that were replaced; an empty document is null.
pub(super) fn compose(text: &str, repeated: Repeated) -> Result<(Rc<Tree>, Vec<ParseError>), ParseErrors> {
    let mut composer = Composer {
        parser: Parser::new_from_str(text),
        open_end: OpenEnd::of(text),
        last: Place { line: 1, column: 1 },
        end: 0,
        anchors: BTreeMap::new(),
        errors: Vec::new(),
        repeated,
        replaced: Vec::new(),
    };
    match composer.stream() {
        Ok(tree) if composer.errors.is_empty() => Ok((tree, composer.replaced)),
        _ => Err(ParseErrors(composer.errors)),
    }
}

/// Parsing stopped early; the reason is among the errors.
struct Halt;

struct Composer<'a> {
    parser: Parser<'a, StrInput<'a>>,
    open_end: Option<OpenEnd>,
    last: Place,
    /// Where the last event ends, in characters.
    end: usize,
    anchors: BTreeMap<usize, Rc<Tree>>,
    errors: Vec<ParseError>,
    repeated: Repeated,
    replaced: Vec<ParseError>,
}

fn place(mark: &Marker) -> Place {
    Place { line: mark.line().max(1), column: mark.col() + 1 }
}

impl<'a> Composer<'a> {
    fn next(&mut self) -> Result<Event<'a>, Halt> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                self.last = place(&span.start);
                self.end = span.end.index();
                Ok(event)
            }
            Some(Err(error)) => Err(self.halt(place(error.marker()), error.info())),
            None => Err(self.halt(self.last, "unexpected end of the text")),
        }
    }

    fn fault(&mut self, place: Place, reason: impl Into<String>) {
        if self.errors.len() < REPORTED {
            self.errors.push(place.error(reason));
        }
    }

    fn halt(&mut self, place: Place, reason: impl Into<String>) -> Halt {
        self.fault(place, reason);
        Halt
    }

    fn stream(&mut self) -> Result<Rc<Tree>, Halt> {
        let mut first = None;
        loop {
            match self.next()? {
                Event::StreamEnd => break,
                Event::DocumentStart(_) if first.is_some() => {
                    return Err(self.halt(
                        self.last,
                        "unexpected second document; a template must be the only document of its file",
                    ));
                }
                Event::DocumentStart(_) => {
                    let event = self.next()?;
                    first = Some(self.node(event, 0)?);
                }
                _ => {}
            }
        }
        Ok(first
            .unwrap_or_else(|| Rc::new(Tree::scalar(self.last, Tag::None, String::new(), Some(Node::Null)))))
    }

    /// One value, at a depth inside the document.
    fn node(&mut self, event: Event<'a>, depth: usize) -> Result<Rc<Tree>, Halt> {
        let place = self.last;
        let (anchor, tree) = match event {
            Event::Alias(anchor) => return self.alias(anchor, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.tag(Tag::of(tag.as_ref()));
                (anchor, self.scalar(place, tag, text.into_owned(), style))
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = self.tag(Tag::of(tag.as_ref()));
                (anchor, self.list(place, tag, depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                let tag = self.tag(Tag::of(tag.as_ref()));
                (anchor, self.map(place, tag, depth)?)
            }
            _ => return Err(self.halt(place, "expected a value")),
        };
        self.check_depth(place, depth, tree.height)?;
        let tree = Rc::new(tree);
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&tree));
        }
        Ok(tree)
    }

    fn tag(&mut self, tag: Result<Tag, String>) -> Tag {
        tag.unwrap_or_else(|reason| {
            self.fault(self.last, reason);
            Tag::Bare
        })
    }

    fn check_depth(&mut self, place: Place, depth: usize, height: usize) -> Result<(), Halt> {
        if depth + height > DEPTH {
            let reason = format!("nested deeper than {DEPTH} levels");
            return Err(self.halt(place, reason));
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, depth: usize) -> Result<Rc<Tree>, Halt> {
        let Some(tree) = self.anchors.get(&anchor).map(Rc::clone) else {
            return Err(self.halt(self.last, "this alias is inside the value that it refers to"));
        };
        self.check_depth(self.last, depth, tree.height)?;
        Ok(tree)
    }

    fn scalar(&mut self, place: Place, tag: Tag, mut text: String, style: ScalarStyle) -> Tree {
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if block && self.open_end.as_ref().is_some_and(|end| end.adds_a_break(self.end, &text)) {
            text.pop();
        }
        let value = tag.scalar(&text, style == ScalarStyle::Plain).unwrap_or_else(|reason| {
            self.fault(place, reason);
            None
        });
        Tree::scalar(place, tag, text, value)
    }

    fn list(&mut self, place: Place, tag: Tag, depth: usize) -> Result<Tree, Halt> {
        if !tag.takes_list() {
            self.fault(place, "this tag does not apply to a list");
        }
        let inside = depth + tag.levels() + 1;
        self.check_depth(place, inside, 0)?;
        let (mut items, mut height) = (Vec::new(), 0);
        loop {
            match self.next()? {
                Event::SequenceEnd => break,
                event => {
                    let item = self.node(event, inside)?;
                    height = height.max(item.height);
                    items.push(item);
                }
            }
        }
        Ok(Tree { place, tag, body: Body::List(items), height: tag.levels() + 1 + height })
    }

    fn map(&mut self, place: Place, tag: Tag, depth: usize) -> Result<Tree, Halt> {
        if !tag.takes_map() {
            self.fault(place, "this tag does not apply to a mapping");
        }
        let inside = depth + tag.levels() + 1;
        self.check_depth(place, inside, 0)?;
        let (mut entries, mut height, mut names) = (Vec::new(), 0, HashSet::new());
        loop {
            let event = match self.next()? {
                Event::MappingEnd => break,
                event => event,
            };
            let key = self.key(event, inside, &mut names)?;
            let event = self.next()?;
            let value = self.node(event, inside)?;
            height = height.max(value.height);
            entries.extend(key.map(|key| (key, value)));
        }
        Ok(Tree { place, tag, body: Body::Map(entries), height: tag.levels() + 1 + height })
    }

    /// A key; `None` if it is invalid and parsing continues.
    fn key(
        &mut self,
        event: Event<'a>,
        depth: usize,
        names: &mut HashSet<String>,
    ) -> Result<Option<Key>, Halt> {
        let place = self.last;
        let plain = matches!(&event, Event::Scalar(_, ScalarStyle::Plain, _, None));
        let tree = self.node(event, depth)?;
        let text = match &tree.body {
            Body::Scalar(text, _) if tree.tag.levels() == 0 => text.clone(),
            _ => {
                self.fault(place, "a key must be a string");
                return Ok(None);
            }
        };
        if plain && text.is_empty() {
            self.fault(place, "missing key");
            return Ok(None);
        }
        if plain && text == "<<" {
            return Ok(Some(Key::Merge));
        }
        if !names.insert(text.clone()) {
            let reason = format!("duplicate key `{text}`; remove one of the two");
            match self.repeated {
                Repeated::Refuse => {
                    self.fault(place, reason);
                    return Ok(None);
                }
                Repeated::Replace if self.replaced.len() < REPORTED => {
                    self.replaced.push(place.error(reason));
                }
                Repeated::Replace => {}
            }
        }
        Ok(Some(Key::Name(text)))
    }
}

impl Tree {
    fn scalar(place: Place, tag: Tag, text: String, value: Option<Node>) -> Self {
        Self { place, tag, body: Body::Scalar(text, value), height: tag.levels() }
    }
}

/// The end of a text whose last line has no line break. A block scalar there has none either, but the parser adds
/// one.
struct OpenEnd {
    characters: usize,
    /// Whether the last line is blank: it may be a line of the scalar or be outside.
    blank: bool,
}

impl OpenEnd {
    fn of(text: &str) -> Option<Self> {
        let last = text.rsplit(['\n', '\r']).next().filter(|last| !last.is_empty())?;
        Some(Self { characters: text.chars().count(), blank: is_blank(last) })
    }

    /// Whether the line break at the end of a block scalar, which ends at `end`, is not in the text.
    fn adds_a_break(&self, end: usize, scalar: &str) -> bool {
        let last = scalar.strip_suffix('\n').and_then(|rest| rest.rsplit('\n').next());
        self.characters == end && last.is_some_and(|last| !self.blank || is_blank(last))
    }
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}
