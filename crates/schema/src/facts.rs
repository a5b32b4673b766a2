//! The format of the facts: a registry schema without its descriptions.
//!
//! `facts.json` has one line for each resource type, sorted by name, with the short keys in the attributes below.
//! Absent means empty, false or unlimited.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::definitions::Definitions;

/// Everything known about one resource type.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceFacts {
    /// The shape of its properties.
    #[serde(rename = "s")]
    pub shape: Shape,
    /// The named nested types that shapes refer to.
    #[serde(rename = "d", skip_serializing_if = "Definitions::is_empty")]
    pub definitions: Definitions,
    /// Property paths (`A/B`, `*` for any item or key) whose change replaces the resource.
    #[serde(rename = "co", skip_serializing_if = "Vec::is_empty")]
    pub create_only: Vec<String>,
    /// Property paths whose change replaces the resource in some cases.
    #[serde(rename = "cco", skip_serializing_if = "Vec::is_empty")]
    pub conditional_create_only: Vec<String>,
    /// Property paths that only the service sets.
    #[serde(rename = "ro", skip_serializing_if = "Vec::is_empty")]
    pub read_only: Vec<String>,
    /// Property paths that cannot be read.
    #[serde(rename = "wo", skip_serializing_if = "Vec::is_empty")]
    pub write_only: Vec<String>,
    /// Deprecated property paths.
    #[serde(rename = "dep", skip_serializing_if = "Vec::is_empty")]
    pub deprecated: Vec<String>,
    /// The properties that identify a resource; `Ref` returns the only one, or what the type documents.
    #[serde(rename = "id", skip_serializing_if = "Vec::is_empty")]
    pub primary_identifier: Vec<String>,
    /// What `Ref` returns, if known.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<Identity>,
    /// The attributes of `Fn::GetAtt`, with dots; `Outputs.*` stands for any name after the dot.
    #[serde(rename = "at", skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// The property that holds tags.
    #[serde(rename = "tag", skip_serializing_if = "Option::is_none")]
    pub tag_property: Option<String>,
    /// Whether a replacement deletes the old resource before it creates the new one.
    #[serde(rename = "dtc", skip_serializing_if = "is_false")]
    pub delete_then_create: bool,
    /// Whether the resource stores data that is deleted with it.
    #[serde(rename = "st", skip_serializing_if = "is_false")]
    pub stateful: bool,
    /// Set if the type is being retired: `sunset`, `shutdown` …
    #[serde(rename = "life", skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<String>,
}

impl ResourceFacts {
    /// The shape with the name in [`Shape::reference`].
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Shape> {
        match name.strip_prefix('/') {
            Some(property) => self.shape.properties.get(property),
            None => self.definitions.get(name),
        }
    }

    /// The shape that a shape refers to.
    #[must_use]
    pub fn referred(&self, shape: &Shape) -> Option<&Shape> {
        self.named(shape.reference.as_deref()?)
    }
}

/// The constraints of a value.
#[allow(clippy::struct_excessive_bools, reason = "each is a keyword of JSON Schema, absent or present")]
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shape {
    /// The allowed types; any type if empty.
    #[serde(rename = "t", skip_serializing_if = "Kinds::is_empty")]
    pub kinds: Kinds,
    /// A nested type whose shape also applies: a key of the definitions, or `/Name` for a property.
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The shapes of an object's properties.
    #[serde(rename = "p", skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Shape>,
    /// The shapes of properties whose names match a regular expression in the syntax of Rust.
    #[serde(rename = "pp", skip_serializing_if = "BTreeMap::is_empty")]
    pub pattern_properties: BTreeMap<String, Shape>,
    /// The shape of every other property.
    #[serde(rename = "ap", skip_serializing_if = "Option::is_none")]
    pub additional: Option<Box<Shape>>,
    /// Whether an object cannot have other properties.
    #[serde(rename = "x", skip_serializing_if = "is_false")]
    pub closed: bool,
    /// Properties that an object requires.
    #[serde(rename = "r", skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Of these properties, an object must have exactly one.
    #[serde(rename = "rx", skip_serializing_if = "Vec::is_empty")]
    pub required_one: Vec<String>,
    /// Of these properties, an object must have at least one.
    #[serde(rename = "ra", skip_serializing_if = "Vec::is_empty")]
    pub required_any: Vec<String>,
    /// Property → the properties that it requires.
    #[serde(rename = "dr", skip_serializing_if = "BTreeMap::is_empty")]
    pub dependent_required: BTreeMap<String, Vec<String>>,
    /// Property → the properties that it excludes.
    #[serde(rename = "dx", skip_serializing_if = "BTreeMap::is_empty")]
    pub dependent_excluded: BTreeMap<String, Vec<String>>,
    /// Property → a shape that applies to the whole object if the property is present.
    #[serde(rename = "ds", skip_serializing_if = "BTreeMap::is_empty")]
    pub dependent_shapes: BTreeMap<String, Shape>,
    /// The minimum and maximum number of properties.
    #[serde(rename = "np", skip_serializing_if = "Bounds::is_open")]
    pub property_count: Bounds<u64>,
    /// The shape of a list's items.
    #[serde(rename = "i", skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Shape>>,
    /// The shapes of a list's first items.
    #[serde(rename = "pi", skip_serializing_if = "Vec::is_empty")]
    pub prefix_items: Vec<Shape>,
    /// The minimum and maximum number of items.
    #[serde(rename = "ni", skip_serializing_if = "Bounds::is_open")]
    pub item_count: Bounds<u64>,
    /// Whether all items must be different.
    #[serde(rename = "u", skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Whether the order of the items has no meaning.
    #[serde(rename = "uo", skip_serializing_if = "is_false")]
    pub unordered: bool,
    /// The maximum number of different items.
    #[serde(rename = "mu", skip_serializing_if = "Option::is_none")]
    pub most_unique: Option<u64>,
    /// Properties whose combination must differ between items.
    #[serde(rename = "uk", skip_serializing_if = "Vec::is_empty")]
    pub unique_keys: Vec<String>,
    /// The allowed values.
    #[serde(rename = "e", skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<Value>,
    /// Whether allowed values are case-insensitive.
    #[serde(rename = "ci", skip_serializing_if = "is_false")]
    pub any_case: bool,
    /// A regular expression that a text must match somewhere.
    #[serde(rename = "re", skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The pattern in the syntax of Rust, if it differs there.
    #[serde(rename = "rust", skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    /// The minimum and maximum length of a text, in characters.
    #[serde(rename = "nc", skip_serializing_if = "Bounds::is_open")]
    pub length: Bounds<u64>,
    /// The minimum and maximum number.
    #[serde(rename = "n", skip_serializing_if = "Bounds::is_open")]
    pub range: Bounds<Number>,
    /// The exclusive minimum and maximum number.
    #[serde(rename = "nx", skip_serializing_if = "Bounds::is_open")]
    pub exclusive_range: Bounds<Number>,
    /// The number that a number must be a multiple of.
    #[serde(rename = "mo", skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<Number>,
    /// The format of a text: `date-time`, `json`, `AWS::IAM::Role.Arn`.
    #[serde(rename = "f", skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The resources that it can refer to.
    #[serde(rename = "rel", skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Whether the text must not be readable in a template.
    #[serde(rename = "sec", skip_serializing_if = "is_false")]
    pub secret: bool,
    /// All of these shapes apply.
    #[serde(rename = "all", skip_serializing_if = "Vec::is_empty")]
    pub all_of: Vec<Shape>,
    /// At least one of these shapes applies.
    #[serde(rename = "any", skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<Shape>,
    /// Exactly one of these shapes applies.
    #[serde(rename = "one", skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Shape>,
    /// This shape must not match.
    #[serde(rename = "not", skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Shape>>,
    /// If this shape matches, [`Shape::then`] applies, otherwise [`Shape::otherwise`].
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Box<Shape>>,
    /// See [`Shape::condition`].
    #[serde(rename = "then", skip_serializing_if = "Option::is_none")]
    pub then: Option<Box<Shape>>,
    /// See [`Shape::condition`].
    #[serde(rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Box<Shape>>,
}

/// The kind of identifier in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Identity {
    /// Its Amazon Resource Name.
    Arn,
    /// Its name.
    Name,
    /// Any other identifier.
    Id,
}

impl Identity {
    /// The kind of identifier in a property or attribute with this name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        if name.ends_with("Arn") || name.ends_with("ARN") {
            Identity::Arn
        } else if name.ends_with("Name") {
            Identity::Name
        } else {
            Identity::Id
        }
    }
}

/// A property of another resource that a text refers to. In the file, a list of two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct Relation(pub String, pub Identity);

/// The types of values in `CloudFormation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A list.
    List,
    /// A boolean.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// An object.
    Object,
    /// A text.
    Text,
    /// `null`.
    Null,
}

const LETTERS: [(Kind, char); 7] = [
    (Kind::List, 'a'),
    (Kind::Boolean, 'b'),
    (Kind::Integer, 'i'),
    (Kind::Number, 'n'),
    (Kind::Object, 'o'),
    (Kind::Text, 's'),
    (Kind::Null, 'z'),
];

/// A set of kinds: in the file, one letter each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kinds(Vec<Kind>);

impl Kinds {
    /// The set of these kinds.
    #[must_use]
    pub fn of(kinds: impl IntoIterator<Item = Kind>) -> Self {
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_unstable();
        kinds.dedup();
        Self(kinds)
    }

    /// Whether no kind is named, so that any is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the kind is in the set.
    #[must_use]
    pub fn contains(&self, kind: Kind) -> bool {
        self.0.contains(&kind)
    }

    /// The kinds in a fixed order.
    #[must_use]
    pub fn as_slice(&self) -> &[Kind] {
        &self.0
    }
}

impl TryFrom<String> for Kinds {
    type Error = String;

    fn try_from(letters: String) -> Result<Self, String> {
        let kind = |letter| LETTERS.iter().find(|(_, known)| *known == letter).map(|(kind, _)| *kind);
        let kinds: Option<Vec<_>> = letters.chars().map(kind).collect();
        kinds.map(Kinds::of).ok_or_else(|| format!("unknown kind in `{letters}`"))
    }
}

impl From<Kinds> for String {
    fn from(kinds: Kinds) -> Self {
        let letter = |kind: &Kind| LETTERS.iter().find(|(known, _)| known == kind).map(|(_, letter)| *letter);
        kinds.0.iter().filter_map(letter).collect()
    }
}

/// A minimum and a maximum, each of which may be absent. In the file, a list of two.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Bounds<T>(pub Option<T>, pub Option<T>);

impl<T> Bounds<T> {
    /// Whether there is no limit.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.is_none() && self.1.is_none()
    }
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Self(None, None)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
