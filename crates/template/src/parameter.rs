//! Parameters: values that a stack receives at deployment.

use std::fmt;
use std::marker::PhantomData;

use crate::logical_id::LogicalId;
use crate::node::{Node, Object, Text as NodeText};
use crate::value::{
    AnyArn, Arn, Double, FitsIn, Id, Integer, IntoValue, List, Name, Scalar, Secret, Text, Value,
};

/// The possible types of a parameter.
#[diagnostic::on_unimplemented(
    message = "a CloudFormation parameter cannot be `{Self}`",
    note = "parameters are text (including ARNs, names and IDs), numbers, secrets and lists of text"
)]
pub trait ParameterKind {
    /// The `Type` of the parameter.
    const TYPE: &'static str;
    /// Whether the value must not be shown.
    const NO_ECHO: bool = false;
}

macro_rules! kinds {
    ($($kind:ty $(, $parameter:ident)? => $name:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl$(<$parameter: ?Sized>)? ParameterKind for $kind {
            const TYPE: &'static str = $name;
        }
    )*};
}

kinds! {
    Text => "String";
    Scalar => "String";
    AnyArn => "String";
    Arn<K>, K => "String";
    Name<K>, K => "String";
    Id<K>, K => "String";
    Integer => "Number";
    Double => "Number";
    List<Text> => "CommaDelimitedList";
    List<AnyArn> => "CommaDelimitedList";
    List<Arn<K>>, K => "CommaDelimitedList";
    List<Name<K>>, K => "CommaDelimitedList";
    List<Id<K>>, K => "CommaDelimitedList";
    List<Integer> => "List<Number>";
}

#[diagnostic::do_not_recommend]
impl ParameterKind for Secret {
    const TYPE: &'static str = "String";
    const NO_ECHO: bool = true;
}

/// A parameter of type `T`, to be added to a template.
pub struct Parameter<T: ?Sized> {
    body: Object,
    kind: PhantomData<fn() -> Box<T>>,
}

impl<T: ParameterKind + ?Sized> Parameter<T> {
    /// A parameter without a default; a [`Secret`] has `NoEcho` set.
    #[must_use]
    pub fn new() -> Self {
        let mut body = Object::from([("Type", Node::from(T::TYPE))]);
        if T::NO_ECHO {
            body.insert("NoEcho", true);
        }
        Self { body, kind: PhantomData }
    }

    fn with(mut self, name: &'static str, value: Node) -> Self {
        self.body.insert(name, value);
        self
    }

    /// Sets a more specific `CloudFormation` type: `AWS::EC2::VPC::Id`, `AWS::SSM::Parameter::Value<String>`.
    #[must_use]
    pub fn of_type(self, name: impl Into<NodeText>) -> Self {
        self.with("Type", Node::Text(name.into()))
    }

    /// The default value. Lists are comma-separated: `"a,b"`.
    #[must_use]
    pub fn default_value(self, value: impl Into<Node>) -> Self
    where
        T: Defaulted,
    {
        self.with("Default", value.into())
    }

    /// The description.
    #[must_use]
    pub fn description(self, text: impl Into<NodeText>) -> Self {
        self.with("Description", Node::Text(text.into()))
    }

    /// The allowed values.
    #[must_use]
    pub fn allowed_values<V: Into<Node>>(self, values: impl IntoIterator<Item = V>) -> Self {
        self.with("AllowedValues", Node::List(values.into_iter().map(Into::into).collect()))
    }

    /// A regular expression that the whole value must match.
    #[must_use]
    pub fn allowed_pattern(self, pattern: impl Into<NodeText>) -> Self {
        self.with("AllowedPattern", Node::Text(pattern.into()))
    }

    /// The message if the value is not allowed.
    #[must_use]
    pub fn constraint_description(self, text: impl Into<NodeText>) -> Self {
        self.with("ConstraintDescription", Node::Text(text.into()))
    }

    /// The minimum and maximum length, in characters.
    #[must_use]
    pub fn length(self, least: u32, most: u32) -> Self {
        self.with("MinLength", least.into()).with("MaxLength", most.into())
    }

    /// The minimum and maximum number.
    #[must_use]
    pub fn range(self, least: i64, greatest: i64) -> Self {
        self.with("MinValue", least.into()).with("MaxValue", greatest.into())
    }

    pub(crate) fn into_node(self) -> Node {
        Node::Object(self.body)
    }
}

/// Types that can have a default. A secret cannot: the default would be in the template.
#[diagnostic::on_unimplemented(
    message = "a parameter that is a `{Self}` cannot have a default",
    label = "not for a `{Self}`",
    note = "the default would be readable in the template"
)]
pub trait Defaulted: ParameterKind {}

macro_rules! defaulted {
    ($($kind:ty $(, $parameter:ident)?;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl$(<$parameter: ?Sized>)? Defaulted for $kind {}
    )*};
}

defaulted! {
    Text; Scalar; AnyArn; Arn<K>, K; Name<K>, K; Id<K>, K; Integer; Double;
    List<Text>; List<AnyArn>; List<Arn<K>>, K; List<Name<K>>, K; List<Id<K>>, K; List<Integer>;
}

impl<T: ParameterKind + ?Sized> Default for Parameter<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized> Clone for Parameter<T> {
    fn clone(&self) -> Self {
        Self { body: self.body.clone(), kind: PhantomData }
    }
}

impl<T: ?Sized> fmt::Debug for Parameter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Parameter").field(&self.body).finish()
    }
}

/// A parameter in a template; `&parameter`, passed to a setter, is a `Ref`.
pub struct ParameterHandle<T: ?Sized> {
    id: LogicalId,
    kind: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> ParameterHandle<T> {
    pub(crate) fn new(id: LogicalId) -> Self {
        Self { id, kind: PhantomData }
    }

    /// Its name in the template.
    #[must_use]
    pub fn logical_id(&self) -> &LogicalId {
        &self.id
    }

    /// `Ref` of the parameter.
    #[must_use]
    pub fn reference(&self) -> Value<T> {
        Value::assumed(Node::Ref(self.id.text()))
    }
}

impl<T: ?Sized> Clone for ParameterHandle<T> {
    fn clone(&self) -> Self {
        Self::new(self.id.clone())
    }
}

impl<T: ?Sized> fmt::Debug for ParameterHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParameterHandle({})", self.id)
    }
}

impl<T: ?Sized, U: FitsIn<T> + ?Sized> IntoValue<T> for &ParameterHandle<U> {
    fn into_node(self) -> Node {
        Node::Ref(self.id.text())
    }
}

impl<T: ?Sized> From<&ParameterHandle<T>> for Value<T> {
    fn from(parameter: &ParameterHandle<T>) -> Self {
        parameter.reference()
    }
}
