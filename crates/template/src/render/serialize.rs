//! Serialization of templates through serde, by themselves or in other documents.

use serde::Serialize;
use serde::ser::{Error, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::to_raw_value;

use crate::function::Function;
use crate::node::{Node, Object, Text};
use crate::resource::ResourceEntry;
use crate::template::{Compact, ResourceItem, Section, Template};

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        template(self, &Compact::new(), serializer)
    }
}

/// A template in which some properties are compact in every layout.
pub(super) struct Compacted<'a>(pub(super) &'a Template);

impl Serialize for Compacted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        template(self.0, &self.0.compact, serializer)
    }
}

fn template<S: Serializer>(template: &Template, compact: &Compact, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for (section, node) in template.sections.range(..Section::Resources) {
        map.serialize_entry(section.key(), node)?;
    }
    if let Some(resources) = &template.resources {
        map.serialize_entry(Section::Resources.key(), &Items(resources, compact))?;
    }
    for (section, node) in template.sections.range(Section::Resources..) {
        map.serialize_entry(section.key(), node)?;
    }
    map.end()
}

struct Items<'a>(&'a [(Text, ResourceItem)], &'a Compact);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, item) in self.0 {
            match item {
                ResourceItem::Resource(entry) => {
                    map.serialize_entry(id, &Entry(entry, self.1.get(&*entry.resource_type).copied()))?;
                }
                ResourceItem::Other(node) => map.serialize_entry(id, node)?,
            }
        }
        map.end()
    }
}

/// A resource, and its property that is compact.
struct Entry<'a>(&'a ResourceEntry, Option<&'static str>);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(resource, compact) = self;
        let length = 1 + resource.attributes.len() + usize::from(resource.properties.is_some());
        let mut map = serializer.serialize_map(Some(length))?;
        map.serialize_entry("Type", &resource.resource_type)?;
        for (name, node) in resource.attributes.iter() {
            map.serialize_entry(name, node)?;
        }
        match (&resource.properties, compact) {
            (Some(properties), Some(name)) => {
                map.serialize_entry("Properties", &Properties(properties, name))?;
            }
            (Some(properties), None) => map.serialize_entry("Properties", properties)?,
            (None, _) => {}
        }
        map.end()
    }
}

/// Properties, one of which is compact.
struct Properties<'a>(&'a Object, &'static str);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, node) in self.0.iter() {
            if name == self.1 {
                map.serialize_entry(name, &to_raw_value(node).map_err(S::Error::custom)?)?;
            } else {
                map.serialize_entry(name, node)?;
            }
        }
        map.end()
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, node) in self.iter() {
            map.serialize_entry(name, node)?;
        }
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Number(number) => number.serialize(serializer),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Node::Object(object) => object.serialize(serializer),
            Node::Ref(id) => only(serializer, Function::Ref, id),
            Node::GetAtt(att) => only(serializer, Function::GetAtt, &[&att.resource, &att.attribute]),
            Node::Call(call) => only(serializer, call.function, &call.argument),
        }
    }
}

fn only<S: Serializer, T: Serialize + ?Sized>(
    serializer: S,
    function: Function,
    argument: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(function.key(), argument)?;
    map.end()
}
