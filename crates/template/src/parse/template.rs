//! From a node to a template: sections and resources.

use crate::function::Function;
use crate::node::{Node, Object, Text};
use crate::resource::ResourceEntry;
use crate::template::{ResourceItem, Section, Template};

/// The template that the node represents, if it is a mapping.
pub(super) fn from_node(node: Node) -> Option<Template> {
    let mut template = Template::default();
    for (key, value) in object(node).ok()? {
        match Section::from_key(key) {
            Section::Resources => resources(&mut template, value),
            section => {
                let value = if holds_names(&section) { names(value) } else { value };
                template.sections.insert(section, value);
            }
        }
    }
    Some(template)
}

/// Whether the keys of a section are names that the author chose. Its only key may be the name of a function, but a
/// section is never a function call.
fn holds_names(section: &Section) -> bool {
    match section {
        Section::Metadata
        | Section::Parameters
        | Section::Rules
        | Section::Mappings
        | Section::Conditions
        | Section::Hooks
        | Section::Outputs => true,
        Section::FormatVersion
        | Section::Description
        | Section::Transform
        | Section::Resources
        | Section::Other(_) => false,
    }
}

fn names(node: Node) -> Node {
    object(node).map_or_else(|other| other, Node::Object)
}

/// The node as the object that it is in JSON, if it is one there.
fn object(node: Node) -> Result<Object, Node> {
    let (function, argument) = match node {
        Node::Object(object) => return Ok(object),
        Node::Ref(id) => (Function::Ref, Node::Text(id)),
        Node::GetAtt(att) => (Function::GetAtt, Node::from([att.resource, att.attribute])),
        Node::Call(call) => (call.function, call.argument),
        other => return Err(other),
    };
    Ok(Object::from([(function.key(), argument)]))
}

fn resources(template: &mut Template, node: Node) {
    match object(node) {
        Ok(entries) => {
            template.resources = Some(Vec::with_capacity(entries.len()));
            for (id, node) in entries {
                let pushed = template.push(id, item(node));
                debug_assert!(pushed.is_ok(), "keys of a parsed mapping are unique");
            }
        }
        // Not a mapping: kept, for validation to reject.
        Err(other) => {
            template.sections.insert(Section::Resources, other);
        }
    }
}

fn item(node: Node) -> ResourceItem {
    match node {
        Node::Object(object) if is_resource(&object) => ResourceItem::Resource(resource(object)),
        other => ResourceItem::Other(other),
    }
}

fn is_resource(object: &Object) -> bool {
    matches!(object.get("Type"), Some(Node::Text(_)))
        && !matches!(
            object.get("Properties"),
            Some(Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::List(_))
        )
}

fn resource(entries: Object) -> ResourceEntry {
    let mut entry =
        ResourceEntry { resource_type: Text::default(), properties: None, attributes: Object::new() };
    for (name, value) in entries {
        match (&*name, value) {
            ("Type", Node::Text(text)) => entry.resource_type = text,
            ("Properties", value) => entry.properties = object(value).ok(),
            ("Metadata", value) => {
                entry.attributes.insert(name, names(value));
            }
            (_, value) => {
                entry.attributes.insert(name, value);
            }
        }
    }
    entry
}
