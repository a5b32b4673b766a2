//! The meaning of YAML tags.

use std::borrow::Cow;

use saphyr_parser::Tag as YamlTag;

use crate::function::Function;
use crate::node::{Node, Object};
use crate::parse::scalar;

/// A tag that has a meaning in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// None: a plain scalar is resolved.
    None,
    /// `!Sub` and the other functions.
    Function(Function),
    /// `!Condition`, which is not a function: `{"Condition": "Name"}`.
    Condition,
    /// The bare `!`: a scalar is resolved even if it is quoted, as in `PyYAML`.
    Bare,
    /// `!!str`
    Text,
    /// `!!int`
    Integer,
    /// `!!float`
    Float,
    /// `!!bool`
    Boolean,
    /// `!!null`
    Null,
    /// `!!seq`
    List,
    /// `!!map`
    Map,
}

const CORE: &str = "tag:yaml.org,2002:";

impl Tag {
    /// The meaning of a tag, or why it has none.
    pub(super) fn of(tag: Option<&Cow<'_, YamlTag>>) -> Result<Self, String> {
        let Some(tag) = tag else { return Ok(Tag::None) };
        let name = format!("{}{}", tag.handle, tag.suffix);
        let known = match name.strip_prefix(CORE) {
            Some(core) => Self::core(core),
            None => name.strip_prefix('!').and_then(Self::short),
        };
        known.ok_or_else(|| unknown(&name))
    }

    fn short(name: &str) -> Option<Self> {
        match name {
            "" => Some(Tag::Bare),
            "Condition" => Some(Tag::Condition),
            name => Function::from_short(name).map(Tag::Function),
        }
    }

    fn core(name: &str) -> Option<Self> {
        match name {
            // A timestamp remains text, tagged or not.
            "str" | "timestamp" => Some(Tag::Text),
            "int" => Some(Tag::Integer),
            "float" => Some(Tag::Float),
            "bool" => Some(Tag::Boolean),
            "null" => Some(Tag::Null),
            "seq" => Some(Tag::List),
            "map" => Some(Tag::Map),
            _ => None,
        }
    }

    /// How many levels the tag adds to the JSON form of a value.
    pub(super) const fn levels(self) -> usize {
        match self {
            Tag::Function(Function::GetAtt) => 2,
            Tag::Function(_) | Tag::Condition => 1,
            _ => 0,
        }
    }

    /// The value of a scalar; `None` if it is its own text.
    pub(super) fn scalar(self, text: &str, plain: bool) -> Result<Option<Node>, String> {
        let value = match self {
            Tag::Bare => return Ok(scalar::resolve(text)),
            Tag::None if plain => return Ok(scalar::resolve(text)),
            Tag::None | Tag::Function(_) | Tag::Condition | Tag::Text => return Ok(None),
            Tag::Null => Some(Node::Null),
            Tag::Boolean => scalar::boolean(&text.to_ascii_lowercase()),
            Tag::Integer => scalar::integer(text),
            Tag::Float => scalar::float(text).or_else(|| whole_float(text)),
            Tag::List | Tag::Map => None,
        };
        value.map(Some).ok_or_else(|| format!("`{text}` does not match its tag"))
    }

    /// Whether the tag applies to a list.
    pub(super) const fn takes_list(self) -> bool {
        matches!(self, Tag::None | Tag::Bare | Tag::Function(_) | Tag::Condition | Tag::List)
    }

    /// Whether the tag applies to a mapping.
    pub(super) const fn takes_map(self) -> bool {
        matches!(self, Tag::None | Tag::Bare | Tag::Function(_) | Tag::Condition | Tag::Map)
    }

    /// Wraps a value in the meaning of the tag.
    pub(super) fn wrap(self, value: Node) -> Node {
        match (self, value) {
            (Tag::Function(Function::GetAtt), Node::Text(path)) => {
                let parts: Vec<Node> = path.splitn(2, '.').map(|part| Node::from(part.to_owned())).collect();
                Node::call(Function::GetAtt, Node::List(parts))
            }
            (Tag::Function(function), value) => Node::call(function, value),
            (Tag::Condition, value) => Node::Object(Object::from([("Condition", value)])),
            (_, value) => value,
        }
    }
}

/// `!!float 1`: the tag makes a float of a whole number.
fn whole_float(text: &str) -> Option<Node> {
    match scalar::integer(text)? {
        Node::Number(number) => number.as_f64().map(Node::from),
        _ => None,
    }
}

fn unknown(name: &str) -> String {
    let shown = name.strip_prefix(CORE).map_or_else(|| name.to_owned(), |core| format!("!!{core}"));
    format!("unknown tag `{shown}`; CloudFormation supports its own short forms, such as `!Ref`")
}
