//! Paths into the properties of a resource, and what is put there by hand.

use crate::node::{Node, Object};
use crate::template::Template;

/// Why a property of a resource could not be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverrideFault {
    /// No resource has this id.
    Resource,
    /// The path leads nowhere, because of this.
    Path(String),
}

impl Template {
    /// Sets any property of a resource that is there, as
    /// [`Declaration::override_property`](crate::Declaration::override_property) does while it is made.
    ///
    /// # Errors
    /// There is no such resource, or the path leads through something that is no object and no list.
    pub fn override_property(
        &mut self,
        id: &str,
        path: &str,
        value: impl Into<Node>,
    ) -> Result<(), OverrideFault> {
        let entry = self.resource_mut(id).ok_or(OverrideFault::Resource)?;
        let mut properties = entry.properties.clone().unwrap_or_default();
        place(&mut properties, path, value.into()).map_err(OverrideFault::Path)?;
        // The last step may have made a function of an object.
        entry.properties = Some(properties.canonical());
        Ok(())
    }
}

/// Puts `value` where `path` leads, or says why it leads nowhere; then nothing is changed.
pub(crate) fn place(properties: &mut Object, path: &str, value: Node) -> Result<(), String> {
    let mut steps = path.split('/').filter(|step| !step.is_empty());
    let Some(first) = steps.next() else {
        return Err("the path is empty".into());
    };
    let mut at = slot(properties, first);
    for step in steps {
        if matches!(at, Node::Null) {
            *at = Node::Object(Object::new());
        }
        at = match at {
            Node::Object(object) => slot(object, step),
            Node::List(items) => item(items, step)?,
            other => return Err(format!("`{step}` would lie inside {}", describe(other))),
        };
    }
    *at = value;
    Ok(())
}

fn slot<'a>(object: &'a mut Object, name: &str) -> &'a mut Node {
    object.entry(name)
}

fn item<'a>(items: &'a mut Vec<Node>, step: &str) -> Result<&'a mut Node, String> {
    let index: usize = step.parse().map_err(|_| format!("`{step}` is no place in a list"))?;
    let length = items.len();
    if index == length {
        items.push(Node::Null);
    }
    items.get_mut(index).ok_or_else(|| format!("the list has {length} items, so there is no {index}"))
}

fn describe(node: &Node) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "a truth value",
        Node::Number(_) => "a number",
        Node::Text(_) => "a text",
        Node::List(_) => "a list",
        Node::Object(_) => "an object",
        Node::Ref(_) | Node::GetAtt(_) | Node::Call(_) => "an intrinsic function",
    }
}
