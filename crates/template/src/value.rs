//! [`Value`]: a literal or an intrinsic function, with the type that `CloudFormation` expects there.
//!
//! The type parameter determines *what the text is*: the ARN of a bucket and the ARN of a stream are both text in
//! JSON, and different types here. Conversions use [`IntoValue`], which every setter of a resource accepts, so that a
//! literal, an attribute of another resource, a parameter, or a nested property can be passed directly.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use crate::node::{Node, Object, Text as NodeText};

/// A literal or an intrinsic function of type `T`.
pub struct Value<T: ?Sized> {
    node: Node,
    kind: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> Value<T> {
    /// Assumes that `node` is a `T`, unchecked: for what the types cannot express.
    #[must_use]
    pub const fn assumed(node: Node) -> Self {
        Self { node, kind: PhantomData }
    }

    /// The same value for any place, to override the schema.
    ///
    /// ```
    /// use strataform_template::{Integer, IntoValue, Value, select, split};
    /// let port: Value<Integer> = select(1, split(":", "db.example:5439")).assume().into_value();
    /// ```
    #[must_use]
    pub fn assume(self) -> Untyped {
        Untyped(self.node)
    }

    /// The node inside.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Converts the value to its node.
    #[must_use]
    pub fn into_node(self) -> Node {
        self.node
    }
}

impl<T: ?Sized> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self::assumed(self.node.clone())
    }
}

impl<T: ?Sized> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl<T: ?Sized> PartialEq for Value<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// A value whose type is known only at deployment, such as another stack's export: it can be used anywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Untyped(pub(crate) Node);

#[diagnostic::do_not_recommend]
impl<T: ?Sized> IntoValue<T> for Untyped {
    fn into_node(self) -> Node {
        self.0
    }
}

/// A text that an intrinsic function returns: it can be used wherever text is expected, be it an ARN, a name or an
/// enum value.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression(pub(crate) Node);

impl<T: Textual + ?Sized> IntoValue<T> for Expression {
    fn into_node(self) -> Node {
        self.0
    }
}

/// Any text.
#[derive(Debug)]
pub enum Text {}
/// A whole number.
#[derive(Debug)]
pub enum Integer {}
/// A number with or without a fraction.
#[derive(Debug)]
pub enum Double {}
/// `true` or `false`.
#[derive(Debug)]
pub enum Boolean {}
/// A JSON document that the schema does not describe further: a policy, a dashboard body.
#[derive(Debug)]
pub enum Json {}
/// A text, a number or a boolean: the schema allows several types.
#[derive(Debug)]
pub enum Scalar {}
/// Text that must not be readable in a template: a password, a private key.
///
/// No literal becomes one: use a [dynamic reference](crate::DynamicReference) or a parameter with `NoEcho`.
#[derive(Debug)]
pub enum Secret {}
/// The ARN of anything.
#[derive(Debug)]
pub enum AnyArn {}
/// A list of `T`.
#[derive(Debug)]
pub struct List<T: ?Sized>(PhantomData<fn() -> Box<T>>);
/// Freely chosen names, each with a `T`.
#[derive(Debug)]
pub struct Map<T: ?Sized>(PhantomData<fn() -> Box<T>>);
/// The ARN of a resource of kind `K`.
#[derive(Debug)]
pub struct Arn<K: ?Sized>(PhantomData<fn() -> Box<K>>);
/// The name of a resource of kind `K`.
#[derive(Debug)]
pub struct Name<K: ?Sized>(PhantomData<fn() -> Box<K>>);
/// The identifier of a resource of kind `K`.
#[derive(Debug)]
pub struct Id<K: ?Sized>(PhantomData<fn() -> Box<K>>);

/// Types that are text in a template, so that `Fn::Sub`, `Fn::Join` and text parameters can produce them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text, so a text function cannot produce it",
    label = "not text"
)]
pub trait Textual {}

/// Types that a literal text can represent.
#[diagnostic::on_unimplemented(
    message = "a literal text cannot be used as `{Self}`",
    label = "expected `{Self}`, found a literal text",
    note = "numbers and booleans are written without quotes; enums have a variant for each value and `Other(..)` for newer ones; a `Secret` takes a dynamic reference or a parameter with `NoEcho`"
)]
pub trait Literal: Textual {}

macro_rules! textual {
    ($($kind:ty $(, $parameter:ident)?;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl$(<$parameter: ?Sized>)? Textual for $kind {}
        #[diagnostic::do_not_recommend]
        impl$(<$parameter: ?Sized>)? Literal for $kind {}
    )*};
}

textual! { Text; Scalar; Json; AnyArn; Arn<K>, K; Name<K>, K; Id<K>, K; }

#[diagnostic::do_not_recommend]
impl Textual for Secret {}

// A list of what fits elsewhere is noise in an error about what does not fit here: most implementations below are
// marked so that the compiler does not list them. The unmarked implementations of `IntoValue` are the list of what
// can be used.

/// `Self` can be used where `CloudFormation` expects a `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used where CloudFormation expects `{T}`",
    label = "this is `{Self}`, but `{T}` is expected here",
    note = "the attributes of a resource are methods of its handle, such as `.arn()`; to override the schema, use `.assume()`"
)]
pub trait FitsIn<T: ?Sized> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> FitsIn<T> for T {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<Text> for Arn<K> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<AnyArn> for Arn<K> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<Text> for Name<K> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<Text> for Id<K> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<List<Text>> for List<Arn<K>> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<List<AnyArn>> for List<Arn<K>> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<List<Text>> for List<Name<K>> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<List<Text>> for List<Id<K>> {}
#[diagnostic::do_not_recommend]
impl FitsIn<List<Text>> for List<AnyArn> {}
#[diagnostic::do_not_recommend]
impl FitsIn<Text> for AnyArn {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<Scalar> for Arn<K> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<Scalar> for Name<K> {}
#[diagnostic::do_not_recommend]
impl<K: ?Sized> FitsIn<Scalar> for Id<K> {}
#[diagnostic::do_not_recommend]
impl FitsIn<Scalar> for Text {}
#[diagnostic::do_not_recommend]
impl FitsIn<Scalar> for Integer {}
#[diagnostic::do_not_recommend]
impl FitsIn<Scalar> for Double {}
#[diagnostic::do_not_recommend]
impl FitsIn<Scalar> for Boolean {}
#[diagnostic::do_not_recommend]
impl FitsIn<Double> for Integer {}

/// Values that can be used where `CloudFormation` expects a `T`: a literal, a nested property, a list, a reference to
/// a resource or a parameter, or the result of an intrinsic function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used where CloudFormation expects `{T}`",
    label = "this is `{Self}`, but `{T}` is expected here",
    note = "a literal, an attribute of a resource, a parameter or an intrinsic function of that type can be used"
)]
pub trait IntoValue<T: ?Sized> {
    /// The node to render.
    fn into_node(self) -> Node;

    /// The typed value.
    fn into_value(self) -> Value<T>
    where
        Self: Sized,
    {
        Value::assumed(self.into_node())
    }
}

impl<T: ?Sized, U: FitsIn<T> + ?Sized> IntoValue<T> for Value<U> {
    fn into_node(self) -> Node {
        self.node
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, U: FitsIn<T> + ?Sized> IntoValue<T> for &Value<U> {
    fn into_node(self) -> Node {
        self.node.clone()
    }
}

impl<T: Literal + ?Sized> IntoValue<T> for &'static str {
    fn into_node(self) -> Node {
        Node::Text(Cow::Borrowed(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Literal + ?Sized> IntoValue<T> for String {
    fn into_node(self) -> Node {
        Node::Text(Cow::Owned(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Literal + ?Sized> IntoValue<T> for &String {
    fn into_node(self) -> Node {
        Node::Text(Cow::Owned(self.clone()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Literal + ?Sized> IntoValue<T> for NodeText {
    fn into_node(self) -> Node {
        Node::Text(self)
    }
}

macro_rules! literals {
    ($($literal:ty => $($kind:ty)+;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl IntoValue<$kind> for $literal {
            fn into_node(self) -> Node {
                Node::from(self)
            }
        }
    )+)*};
}

literals! {
    i8 => Integer Double Scalar;
    i16 => Integer Double Scalar;
    i32 => Integer Double Scalar;
    i64 => Integer Double Scalar;
    u8 => Integer Double Scalar;
    u16 => Integer Double Scalar;
    u32 => Integer Double Scalar;
    u64 => Integer Double Scalar;
    usize => Integer Double Scalar;
    f64 => Double Scalar;
    bool => Boolean Scalar;
    Node => Json Scalar;
    Object => Json;
    serde_json::Value => Json;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, U: IntoValue<T>, const N: usize> IntoValue<List<T>> for [U; N] {
    fn into_node(self) -> Node {
        let mut items = Vec::with_capacity(N);
        items.extend(self.into_iter().map(IntoValue::into_node));
        Node::List(items)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, U: IntoValue<T>> IntoValue<List<T>> for Vec<U> {
    fn into_node(self) -> Node {
        Node::List(self.into_iter().map(IntoValue::into_node).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: ?Sized, U, const N: usize> IntoValue<List<T>> for &'a [U; N]
where
    &'a U: IntoValue<T>,
{
    fn into_node(self) -> Node {
        self.as_slice().into_node()
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: ?Sized, U> IntoValue<List<T>> for &'a [U]
where
    &'a U: IntoValue<T>,
{
    fn into_node(self) -> Node {
        Node::List(self.iter().map(IntoValue::into_node).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: ?Sized, U> IntoValue<List<T>> for &'a Vec<U>
where
    &'a U: IntoValue<T>,
{
    fn into_node(self) -> Node {
        self.as_slice().into_node()
    }
}

fn map<T: ?Sized, K: Into<NodeText>, U: IntoValue<T>>(entries: impl Iterator<Item = (K, U)>) -> Node {
    let entries: Object = entries.map(|(name, value)| (name, value.into_node())).collect();
    entries.into()
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, K: Into<NodeText>, U: IntoValue<T>, const N: usize> IntoValue<Map<T>> for [(K, U); N] {
    fn into_node(self) -> Node {
        map(self.into_iter())
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, K: Into<NodeText>, U: IntoValue<T>> IntoValue<Map<T>> for Vec<(K, U)> {
    fn into_node(self) -> Node {
        map(self.into_iter())
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, K: Into<NodeText>, U: IntoValue<T>> IntoValue<Map<T>> for BTreeMap<K, U> {
    fn into_node(self) -> Node {
        map(self.into_iter())
    }
}
