//! The named nested types of a resource type, each decoded when it is first asked for.
//!
//! A dashboard of QuickSight has hundreds of nested types, and one template uses few of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::facts::Shape;

/// The named nested types that the shapes of a resource type refer to.
#[derive(Clone, Debug, Default)]
pub struct Definitions(BTreeMap<String, Definition>);

#[derive(Clone, Debug)]
struct Definition {
    /// What is still to be decoded.
    text: Option<Box<RawValue>>,
    shape: OnceLock<Option<Shape>>,
}

impl Definition {
    fn shape(&self) -> Option<&Shape> {
        let decode = || serde_json::from_str(self.text.as_ref()?.get()).ok();
        self.shape.get_or_init(decode).as_ref()
    }

    fn shape_mut(&mut self) -> Option<&mut Shape> {
        self.shape();
        self.text = None;
        self.shape.get_mut()?.as_mut()
    }
}

impl From<Shape> for Definition {
    fn from(shape: Shape) -> Self {
        Self { text: None, shape: OnceLock::from(Some(shape)) }
    }
}

impl Definitions {
    /// The shape of a nested type; `None` if the type is unknown, or its text is invalid.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Shape> {
        self.0.get(name)?.shape()
    }

    /// The shape of a nested type, for changes.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Shape> {
        self.0.get_mut(name)?.shape_mut()
    }

    /// The names of the nested types, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The nested types, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Shape)> {
        self.0.iter().filter_map(|(name, definition)| Some((name, definition.shape()?)))
    }

    /// The shapes of the nested types, for changes.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Shape> {
        self.0.values_mut().filter_map(Definition::shape_mut)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of nested types.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<(String, Shape)> for Definitions {
    fn from_iter<I: IntoIterator<Item = (String, Shape)>>(shapes: I) -> Self {
        Self(shapes.into_iter().map(|(name, shape)| (name, Definition::from(shape))).collect())
    }
}

/// Equal shapes are equal, decoded or not.
impl PartialEq for Definitions {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Serialize for Definitions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, shape) in self.iter() {
            map.serialize_entry(name, shape)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Definitions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = BTreeMap::<String, Box<RawValue>>::deserialize(deserializer)?;
        let undecoded = |text| Definition { text: Some(text), shape: OnceLock::new() };
        Ok(Self(texts.into_iter().map(|(name, text)| (name, undecoded(text))).collect()))
    }
}
