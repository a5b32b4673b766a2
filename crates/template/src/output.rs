//! Outputs: the values that a stack returns.

use crate::condition::ConditionHandle;
use crate::node::{Node, Object, Text};
use crate::value::{Expression, IntoValue, Scalar, Value};

/// An output of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Output(Object);

impl Output {
    /// An output with this value. Lists must be joined first.
    pub fn new(value: impl IntoValue<Scalar>) -> Self {
        Self(Object::from([("Value", value.into_node())]))
    }

    /// The description.
    #[must_use]
    pub fn description(mut self, text: impl Into<Text>) -> Self {
        self.0.insert("Description", Node::Text(text.into()));
        self
    }

    /// Exports the value under a name, for [`import_value`](crate::import_value) in other stacks.
    #[must_use]
    pub fn export(mut self, name: impl IntoValue<Scalar>) -> Self {
        self.0.insert("Export", Node::from(Object::from([("Name", name.into_node())])));
        self
    }

    /// The output exists only if the condition holds.
    #[must_use]
    pub fn condition(mut self, condition: &ConditionHandle) -> Self {
        self.0.insert("Condition", Node::Text(condition.logical_id().text()));
        self
    }

    pub(crate) fn into_node(self) -> Node {
        Node::Object(self.0)
    }
}

impl From<Expression> for Output {
    fn from(value: Expression) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> From<Value<T>> for Output {
    fn from(value: Value<T>) -> Self {
        Self(Object::from([("Value", value.into_node())]))
    }
}
