//! Paths into the properties of a resource, and overrides at such a path.

use crate::node::{Node, Object};
use crate::template::Template;

/// Why a property of a resource could not be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverrideFault {
    /// No resource has this id.
    Resource,
    /// The path is invalid, for this reason.
    Path(String),
}

impl Template {
    /// Sets any property of an existing resource, as
    /// [`Declaration::override_property`](crate::Declaration::override_property) does for a new one.
    ///
    /// # Errors
    /// If the resource does not exist, or the path leads through something that is neither an object nor a list.
    pub fn override_property(
        &mut self,
        id: &str,
        path: &str,
        value: impl Into<Node>,
    ) -> Result<(), OverrideFault> {
        let entry = self.resource_mut(id).ok_or(OverrideFault::Resource)?;
        let mut properties = entry.properties.clone().unwrap_or_default();
        place(&mut properties, path, value.into()).map_err(OverrideFault::Path)?;
        // The last step may have turned an object into a function.
        entry.properties = Some(properties.canonical());
        Ok(())
    }
}

/// Sets the value at `path`, or returns why the path is invalid; then nothing is changed.
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
            other => return Err(format!("`{step}` cannot be inside {}", describe(other))),
        };
    }
    *at = value;
    Ok(())
}

fn slot<'a>(object: &'a mut Object, name: &str) -> &'a mut Node {
    object.entry(name)
}

fn item<'a>(items: &'a mut Vec<Node>, step: &str) -> Result<&'a mut Node, String> {
    let index: usize = step.parse().map_err(|_| format!("`{step}` is not a list index"))?;
    let length = items.len();
    if index == length {
        items.push(Node::Null);
    }
    items.get_mut(index).ok_or_else(|| format!("index {index} is out of range for a list of length {length}"))
}

fn describe(node: &Node) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "a boolean",
        Node::Number(_) => "a number",
        Node::Text(_) => "a string",
        Node::List(_) => "a list",
        Node::Object(_) => "an object",
        Node::Ref(_) | Node::GetAtt(_) | Node::Call(_) => "an intrinsic function",
    }
}
