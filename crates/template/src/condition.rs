//! Conditions, which decide from parameters at deployment whether a part of a template exists.

use crate::function::Function;
use crate::logical_id::LogicalId;
use crate::node::{Node, Object, Text};
use crate::value::{IntoValue, Scalar};

/// A condition that can be added to a template under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(Node);

impl Condition {
    pub(crate) fn into_node(self) -> Node {
        self.0
    }
}

/// A condition in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionHandle(LogicalId);

impl ConditionHandle {
    pub(crate) fn new(id: LogicalId) -> Self {
        Self(id)
    }

    /// Its name in the template.
    #[must_use]
    pub fn logical_id(&self) -> &LogicalId {
        &self.0
    }
}

impl From<&ConditionHandle> for Condition {
    fn from(handle: &ConditionHandle) -> Self {
        Self(Object::from([("Condition", Node::Text(handle.0.text()))]).into())
    }
}

/// `Fn::Equals`: the two values are equal.
pub fn equals(left: impl IntoValue<Scalar>, right: impl IntoValue<Scalar>) -> Condition {
    Condition(Node::call(Function::Equals, Node::List(vec![left.into_node(), right.into_node()])))
}

/// `Fn::Not`: the condition does not hold.
pub fn not(condition: impl Into<Condition>) -> Condition {
    Condition(Node::call(Function::Not, Node::List(vec![condition.into().0])))
}

/// `Fn::And`: all hold. `CloudFormation` accepts 2 to 10 conditions.
pub fn and<C: Into<Condition>>(conditions: impl IntoIterator<Item = C>) -> Condition {
    Condition(Node::call(Function::And, list(conditions)))
}

/// `Fn::Or`: at least one holds. `CloudFormation` accepts 2 to 10 conditions.
pub fn or<C: Into<Condition>>(conditions: impl IntoIterator<Item = C>) -> Condition {
    Condition(Node::call(Function::Or, list(conditions)))
}

fn list<C: Into<Condition>>(conditions: impl IntoIterator<Item = C>) -> Node {
    Node::List(conditions.into_iter().map(|condition| condition.into().0).collect())
}

/// `Fn::If`: one value if the condition holds, another if it does not. It fits where both values fit.
#[derive(Clone, Debug, PartialEq)]
pub struct If<A, B> {
    condition: Text,
    then: A,
    otherwise: B,
}

/// `Fn::If`: one value if the condition holds, another if it does not.
pub fn if_<A, B>(condition: &ConditionHandle, then: A, otherwise: B) -> If<A, B> {
    If { condition: condition.0.text(), then, otherwise }
}

impl<T: ?Sized, A: IntoValue<T>, B: IntoValue<T>> IntoValue<T> for If<A, B> {
    fn into_node(self) -> Node {
        let arms = vec![Node::Text(self.condition), self.then.into_node(), self.otherwise.into_node()];
        Node::call(Function::If, Node::List(arms))
    }
}
