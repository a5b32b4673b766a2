//! Serialization of templates through serde, so that they can be embedded in other documents.

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::function::Function;
use crate::node::{Node, Object};
use crate::resource::ResourceEntry;
use crate::template::{ResourceItem, Section, Template};

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (section, node) in self.sections.range(..Section::Resources) {
            map.serialize_entry(section.key(), node)?;
        }
        if let Some(resources) = &self.resources {
            map.serialize_entry(Section::Resources.key(), &Items(resources))?;
        }
        for (section, node) in self.sections.range(Section::Resources..) {
            map.serialize_entry(section.key(), node)?;
        }
        map.end()
    }
}

struct Items<'a>(&'a [(crate::node::Text, ResourceItem)]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (id, item) in self.0 {
            match item {
                ResourceItem::Resource(entry) => map.serialize_entry(id, entry)?,
                ResourceItem::Other(node) => map.serialize_entry(id, node)?,
            }
        }
        map.end()
    }
}

impl Serialize for ResourceEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = 1 + self.attributes.len() + usize::from(self.properties.is_some());
        let mut map = serializer.serialize_map(Some(length))?;
        map.serialize_entry("Type", &self.resource_type)?;
        for (name, node) in self.attributes.iter() {
            map.serialize_entry(name, node)?;
        }
        if let Some(properties) = &self.properties {
            map.serialize_entry("Properties", properties)?;
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
