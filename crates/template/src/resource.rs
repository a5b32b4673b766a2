//! The traits of generated resource types, and the declaration of a resource in a template.

use std::fmt;
use std::ops::Deref;

use crate::declaration::Declaration;
use crate::logical_id::LogicalId;
use crate::node::{GetAtt, Node, Object, Text};
use crate::value::{FitsIn, IntoValue, Value};

/// The properties of a resource or of a nested property type, in the order they were set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Object);

impl Properties {
    /// No properties; does not allocate.
    #[must_use]
    pub const fn new() -> Self {
        Self(Object::new())
    }

    /// Sets one property, replacing an earlier value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Node) -> Self {
        self.0.set(name, value);
        self
    }

    /// Sets one property to a value of type `T`, as every generated setter does.
    #[must_use]
    pub fn set<T: ?Sized>(self, name: &'static str, value: impl IntoValue<T>) -> Self {
        self.with(name, value.into_node())
    }

    /// The properties as an object.
    #[must_use]
    pub fn as_object(&self) -> &Object {
        &self.0
    }

    /// Converts the properties to an object.
    #[must_use]
    pub fn into_object(self) -> Object {
        self.0
    }
}

impl From<Object> for Properties {
    fn from(object: Object) -> Self {
        Self(object)
    }
}

/// A resource type: `AWS::S3::Bucket` as a Rust type.
pub trait Resource: Sized {
    /// The type name in `CloudFormation`.
    const TYPE: &'static str;
    /// The result of `Ref` for such a resource: its ARN, name or ID.
    type Reference: ?Sized;
    /// Its attributes (`Fn::GetAtt`), as methods.
    type Attributes: Attributes;

    /// The properties that have been set.
    fn properties(&self) -> &Properties;

    /// Converts the resource to its properties.
    fn into_properties(self) -> Properties;

    /// A resource with these properties, as parsed from a template.
    fn from_properties(properties: Properties) -> Self;

    /// Sets any property to any value: an escape hatch for what the schema does not know yet.
    ///
    /// Schema validation still checks it.
    #[must_use]
    fn with_property(self, name: impl Into<Text>, value: impl Into<Node>) -> Self {
        let mut object = self.into_properties().into_object();
        object.insert(name, value);
        Self::from_properties(object.into())
    }

    /// Continues with the other attributes: dependencies, deletion policy, condition, metadata.
    fn declare(self) -> Declaration<Self> {
        Declaration::from(self)
    }
}

/// The attributes of one resource in a template.
pub trait Attributes: From<LogicalId> + Clone + fmt::Debug {
    /// The resource that they belong to.
    fn logical_id(&self) -> &LogicalId;

    /// `Fn::GetAtt` of an attribute by name, assumed to be a `T`.
    fn attribute<T: ?Sized>(&self, name: impl Into<Text>) -> Value<T> {
        let (resource, attribute) = (self.logical_id().text(), name.into());
        Value::assumed(Node::GetAtt(Box::new(GetAtt { resource, attribute })))
    }
}

/// A resource in a template: the only way to refer to it.
///
/// Attributes are methods (`stream.arn()`); `&stream` itself, passed to a setter, is a `Ref`.
pub struct Handle<R: Resource> {
    attributes: R::Attributes,
}

impl<R: Resource> Handle<R> {
    pub(crate) fn new(id: LogicalId) -> Self {
        Self { attributes: id.into() }
    }

    /// The logical id in the template.
    #[must_use]
    pub fn logical_id(&self) -> &LogicalId {
        self.attributes.logical_id()
    }

    /// `Ref` of the resource.
    #[must_use]
    pub fn reference(&self) -> Value<R::Reference> {
        Value::assumed(Node::Ref(self.logical_id().text()))
    }
}

impl<R: Resource> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self { attributes: self.attributes.clone() }
    }
}

impl<R: Resource> fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.logical_id(), R::TYPE)
    }
}

impl<R: Resource> Deref for Handle<R> {
    type Target = R::Attributes;

    fn deref(&self) -> &Self::Target {
        &self.attributes
    }
}

impl<T: ?Sized, R: Resource> IntoValue<T> for &Handle<R>
where
    R::Reference: FitsIn<T>,
{
    fn into_node(self) -> Node {
        Node::Ref(self.logical_id().text())
    }
}

/// A resource in a template, whatever its type.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceEntry {
    /// `AWS::S3::Bucket`.
    pub resource_type: Text,
    /// Its properties; absent and empty are distinct in a file.
    pub properties: Option<Object>,
    /// All other keys: `DependsOn`, `DeletionPolicy`, `Condition`, `Metadata` …
    pub attributes: Object,
}
