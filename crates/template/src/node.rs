//! The untyped tree that every value, property and template section is made of.

use std::borrow::Cow;

use serde_json::Number;

use crate::function::Function;
pub use crate::object::Object;

/// Text of a template: borrowed if it is known at compile time, owned otherwise.
pub type Text = Cow<'static, str>;

/// A `CloudFormation` value: a literal, a list, an object, or an intrinsic function.
///
/// A `Node` has one form for each meaning, so that `parse(render(node)) == node` holds: an object with the single key
/// `Ref` *is* a reference, however it was written. Build objects with [`Object`] and convert them with `Node::from`,
/// which ensures this.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Node {
    /// JSON `null`. `CloudFormation` rejects it nearly everywhere; it is kept so that any file can be read.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a decimal number.
    Number(Number),
    /// A literal text.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// An object that is not an intrinsic function.
    Object(Object),
    /// `Ref`: a resource by logical id, a parameter by name, or a pseudo parameter.
    Ref(Text),
    /// `Fn::GetAtt` of a literal logical id and attribute name; every other form is a [`Node::Call`].
    GetAtt(Box<GetAtt>),
    /// Any other intrinsic function, with its argument as written.
    Call(Box<Call>),
}

/// What `Fn::GetAtt` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetAtt {
    /// The logical id of the resource.
    pub resource: Text,
    /// The attribute, with dots for nested ones (`Endpoint.Address`).
    pub attribute: Text,
}

/// An intrinsic function and its argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Which function.
    pub function: Function,
    /// Its argument, in the shape of the function's JSON form.
    pub argument: Node,
}

impl Node {
    /// A call of an intrinsic function; `Ref` and `GetAtt` become their own variants where possible.
    #[must_use]
    pub fn call(function: Function, argument: Node) -> Self {
        match (function, argument) {
            (Function::Ref, Node::Text(name)) => Node::Ref(name),
            (Function::GetAtt, Node::List(parts)) => get_att(parts),
            (function, argument) => Node::Call(Box::new(Call { function, argument })),
        }
    }

    /// The canonical form of the node and all nodes below it: objects that were changed in place may have become
    /// functions.
    pub(crate) fn canonical(self) -> Self {
        match self {
            Node::List(items) => Node::List(items.into_iter().map(Node::canonical).collect()),
            Node::Object(object) => Node::from(object.canonical()),
            Node::Call(call) => Node::call(call.function, call.argument.canonical()),
            other => other,
        }
    }

    /// The text, if this is a literal text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if this is a literal boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Node::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number as an integer, if this is a literal integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Node::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The items, if this is a literal list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        match self {
            Node::List(items) => Some(items),
            _ => None,
        }
    }

    /// The object, if this is one and not an intrinsic function.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether the value is known only at deployment.
    #[must_use]
    pub fn is_intrinsic(&self) -> bool {
        matches!(self, Node::Ref(_) | Node::GetAtt(_) | Node::Call(_))
    }

    /// Calls `visit` for this node and every node below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        match self {
            Node::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Node::Object(object) => object.iter().for_each(|(_, value)| value.walk(visit)),
            Node::Call(call) => call.argument.walk(visit),
            _ => {}
        }
    }
}

fn get_att(parts: Vec<Node>) -> Node {
    match <[Node; 2]>::try_from(parts) {
        Ok([Node::Text(resource), Node::Text(attribute)]) => {
            Node::GetAtt(Box::new(GetAtt { resource, attribute }))
        }
        Ok(parts) => list_call(Vec::from(parts)),
        Err(parts) => list_call(parts),
    }
}

fn list_call(parts: Vec<Node>) -> Node {
    Node::Call(Box::new(Call { function: Function::GetAtt, argument: Node::List(parts) }))
}

impl From<&'static str> for Node {
    fn from(text: &'static str) -> Self {
        Node::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Node::Text(Cow::Owned(text))
    }
}

impl From<Text> for Node {
    fn from(text: Text) -> Self {
        Node::Text(text)
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Node::Bool(value)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl From<$number> for Node {
            fn from(value: $number) -> Self {
                Node::Number(value.into())
            }
        }
    )*};
}

numbers! { i8 i16 i32 i64 u8 u16 u32 u64 isize usize }

impl From<f64> for Node {
    /// Values that JSON does not have (infinity, NaN) become `null`, which schema validation rejects.
    fn from(value: f64) -> Self {
        Number::from_f64(value).map_or(Node::Null, Node::Number)
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Node::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Node>, const N: usize> From<[T; N]> for Node {
    fn from(items: [T; N]) -> Self {
        Node::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<serde_json::Value> for Node {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Node::Null,
            Value::Bool(value) => Node::Bool(value),
            Value::Number(number) => Node::Number(number),
            Value::String(text) => Node::from(text),
            Value::Array(items) => Node::from(items),
            Value::Object(entries) => Node::from(entries.into_iter().collect::<Object>()),
        }
    }
}
