//! The untyped tree that every value, property and template section is made of.

use std::borrow::Cow;

use serde_json::Number;

use crate::function::Function;

/// Text of a template: borrowed where it is known when the program is compiled, owned otherwise.
pub type Text = Cow<'static, str>;

/// A `CloudFormation` value: a literal, a list, an object, or an intrinsic function.
///
/// A `Node` has one form for each meaning, which is what makes `parse(render(node)) == node` hold:
/// an object with the single key `Ref` *is* a reference, however it was written. Build objects with
/// [`Object`] and turn them into nodes with `Node::from`, which sees to that.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Node {
    /// JSON `null`. `CloudFormation` refuses it nearly everywhere; it is kept so that any file can be read.
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
    /// An object that is no intrinsic function.
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
    /// A call of an intrinsic function; `Ref` and `GetAtt` take their own variants where they fit.
    #[must_use]
    pub fn call(function: Function, argument: Node) -> Self {
        match (function, argument) {
            (Function::Ref, Node::Text(name)) => Node::Ref(name),
            (Function::GetAtt, Node::List(parts)) => get_att(parts),
            (function, argument) => Node::Call(Box::new(Call { function, argument })),
        }
    }

    /// The node in its one form, throughout: objects that were changed in place may have become functions.
    fn canonical(self) -> Self {
        match self {
            Node::List(items) => Node::List(items.into_iter().map(Node::canonical).collect()),
            Node::Object(object) => Node::from(object.canonical()),
            Node::Call(call) => Node::call(call.function, call.argument.canonical()),
            other => other,
        }
    }

    /// The literal text, where this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The literal truth value, where this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Node::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The literal number as an integer, where it is one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Node::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The items, where this is a literal list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        match self {
            Node::List(items) => Some(items),
            _ => None,
        }
    }

    /// The object, where this is one and no intrinsic function.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Node::Object(object) => Some(object),
            _ => None,
        }
    }

    /// True where the value is known only when the stack is deployed.
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

/// Names and values in the order in which they were written.
///
/// Two objects are equal when they hold the same entries, in whatever order: `CloudFormation` gives
/// order no meaning.
#[derive(Clone, Debug, Default)]
pub struct Object {
    entries: Vec<(Text, Node)>,
}

impl Object {
    /// An object without entries; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// An empty object with room for `capacity` entries.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity) }
    }

    /// An object of entries whose names are known to differ, so that nobody has to look for equal ones.
    pub(crate) const fn from_unique(entries: Vec<(Text, Node)>) -> Self {
        Self { entries }
    }

    /// The object with every value in its one form.
    pub(crate) fn canonical(self) -> Self {
        let entries = self.entries.into_iter().map(|(name, value)| (name, value.canonical()));
        Self { entries: entries.collect() }
    }

    /// The value under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value under `name`, to be changed in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Puts `value` under `name` and returns what was there; the place in the order stays.
    pub fn insert(&mut self, name: impl Into<Text>, value: impl Into<Node>) -> Option<Node> {
        self.put(name.into(), value.into())
    }

    fn put(&mut self, name: Text, value: Node) -> Option<Node> {
        if let Some(slot) = self.get_mut(&name) {
            return Some(std::mem::replace(slot, value));
        }
        self.entries.push((name, value));
        None
    }

    /// Puts `value` under a name of the program's text, without the cost of giving back what was there.
    pub(crate) fn set(&mut self, name: &'static str, value: Node) {
        match self.get_mut(name) {
            Some(slot) => *slot = value,
            None => self.entries.push((Cow::Borrowed(name), value)),
        }
    }

    /// The value under `name`, to be changed in place; `null` is put there first where there is none.
    pub fn entry(&mut self, name: &str) -> &mut Node {
        let at = self.entries.iter().position(|(key, _)| key == name).unwrap_or_else(|| {
            self.entries.push((Text::from(name.to_owned()), Node::Null));
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }

    /// Takes out the entry under `name`.
    pub fn remove(&mut self, name: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(key, _)| key == name)?;
        Some(self.entries.remove(at).1)
    }

    /// The entries in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    /// The names in order.
    #[must_use]
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|(key, _)| &**key)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True where there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The only entry, where there is exactly one.
    fn only(&self) -> Option<&str> {
        match self.entries.as_slice() {
            [(name, _)] => Some(name),
            _ => None,
        }
    }
}

/// Above this many entries, comparing by sorted order is cheaper than by search.
const SEARCH_LIMIT: usize = 16;

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        if self.len() <= SEARCH_LIMIT {
            return self.iter().all(|(name, value)| other.get(name) == Some(value));
        }
        sorted(self) == sorted(other)
    }
}

fn sorted(object: &Object) -> Vec<(&str, &Node)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(name, _)| *name);
    entries
}

impl IntoIterator for Object {
    type Item = (Text, Node);
    type IntoIter = std::vec::IntoIter<(Text, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Into<Text>, V: Into<Node>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut object = Object::with_capacity(entries.size_hint().0);
        for (name, value) in entries {
            object.insert(name, value);
        }
        object
    }
}

impl<K: Into<Text>, V: Into<Node>, const N: usize> From<[(K, V); N]> for Object {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl From<Object> for Node {
    fn from(mut object: Object) -> Self {
        match object.only().and_then(Function::from_key) {
            Some(function) => match object.entries.pop() {
                Some((_, argument)) => Node::call(function, argument),
                None => Node::Object(object),
            },
            None => Node::Object(object),
        }
    }
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
    /// What JSON cannot say (infinity, not-a-number) becomes `null`, which schema validation refuses.
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
