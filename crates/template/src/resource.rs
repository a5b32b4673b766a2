//! What every generated resource type implements, and how a resource is declared in a template.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use crate::condition::ConditionHandle;
use crate::logical_id::LogicalId;
use crate::node::{GetAtt, Node, Object, Text};
use crate::overrides::place;
use crate::value::{FitsIn, IntoValue, Value};

/// The properties of a resource or of a nested property type, in the order in which they were set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties(Object);

impl Properties {
    /// No properties; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Object::new())
    }

    /// Sets one property, replacing an earlier value of it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Node) -> Self {
        self.0.set(name, value);
        self
    }

    /// Sets one property to a value of type `T`. What every generated setter does.
    #[must_use]
    pub fn set<T: ?Sized>(self, name: &'static str, value: impl IntoValue<T>) -> Self {
        self.with(name, value.into_node())
    }

    /// The properties as an object.
    #[must_use]
    pub fn as_object(&self) -> &Object {
        &self.0
    }

    /// The properties as an object, taken out.
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
    /// The name that `CloudFormation` has for it.
    const TYPE: &'static str;
    /// What `Ref` of such a resource gives: its ARN, name or id.
    type Reference: ?Sized;
    /// Its attributes (`Fn::GetAtt`), as methods.
    type Attributes: Attributes;

    /// The properties that have been set.
    fn properties(&self) -> &Properties;

    /// The properties, taken out.
    fn into_properties(self) -> Properties;

    /// A resource with these properties, as they are read back from a template.
    fn from_properties(properties: Properties) -> Self;

    /// Sets any property to any value: the way out for what the schema facts do not know yet.
    ///
    /// Schema validation looks at it all the same.
    #[must_use]
    fn with_property(self, name: impl Into<Text>, value: impl Into<Node>) -> Self {
        let mut object = self.into_properties().into_object();
        object.insert(name, value);
        Self::from_properties(object.into())
    }

    /// Goes on to what surrounds the properties: dependencies, deletion policy, condition, metadata.
    fn declare(self) -> Declaration<Self> {
        Declaration::from(self)
    }
}

/// The attributes of one resource in a template.
pub trait Attributes: From<LogicalId> + Clone + fmt::Debug {
    /// The resource that they belong to.
    fn logical_id(&self) -> &LogicalId;

    /// `Fn::GetAtt` of an attribute by name, taken to be a `T`.
    fn attribute<T: ?Sized>(&self, name: impl Into<Text>) -> Value<T> {
        let (resource, attribute) = (self.logical_id().text(), name.into());
        Value::assumed(Node::GetAtt(Box::new(GetAtt { resource, attribute })))
    }
}

/// A resource that stands in a template: the only way to refer to it.
///
/// Attributes are methods (`stream.arn()`); `&stream` itself, given to a setter, is a `Ref`.
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

/// Something that another resource can wait for.
pub trait Dependency {
    /// Its logical id.
    fn dependency(&self) -> &LogicalId;
}

impl<R: Resource> Dependency for Handle<R> {
    fn dependency(&self) -> &LogicalId {
        self.logical_id()
    }
}

/// What happens to a resource when it leaves the template or its stack is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It stays, outside of the stack.
    Retain,
    /// It stays, but goes when its own creation is rolled back.
    RetainExceptOnCreate,
    /// It is deleted after a snapshot, where the resource type has such.
    Snapshot,
}

impl DeletionPolicy {
    /// The word in the template.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            DeletionPolicy::Delete => "Delete",
            DeletionPolicy::Retain => "Retain",
            DeletionPolicy::RetainExceptOnCreate => "RetainExceptOnCreate",
            DeletionPolicy::Snapshot => "Snapshot",
        }
    }
}

/// What happens to the old resource when an update replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateReplacePolicy {
    /// It is deleted.
    Delete,
    /// It stays, outside of the stack.
    Retain,
    /// It is deleted after a snapshot, where the resource type has such.
    Snapshot,
}

impl UpdateReplacePolicy {
    /// The word in the template.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            UpdateReplacePolicy::Delete => "Delete",
            UpdateReplacePolicy::Retain => "Retain",
            UpdateReplacePolicy::Snapshot => "Snapshot",
        }
    }
}

/// A resource together with what surrounds its properties in a template.
#[derive(Clone, Debug)]
pub struct Declaration<R> {
    properties: Object,
    attributes: Object,
    faults: Vec<String>,
    overridden: bool,
    resource: PhantomData<fn() -> R>,
}

impl<R: Resource> From<R> for Declaration<R> {
    fn from(resource: R) -> Self {
        Self {
            properties: resource.into_properties().into_object(),
            attributes: Object::new(),
            faults: Vec::new(),
            overridden: false,
            resource: PhantomData,
        }
    }
}

impl<R: Resource> Declaration<R> {
    /// `DependsOn`: `CloudFormation` waits for `other` although no value flows from it.
    #[must_use]
    pub fn depends_on(mut self, other: &impl Dependency) -> Self {
        let id = Node::Text(other.dependency().text());
        match self.attributes.get_mut("DependsOn") {
            Some(Node::List(ids)) if ids.contains(&id) => {}
            Some(Node::List(ids)) => ids.push(id),
            _ => {
                self.attributes.insert("DependsOn", Node::List(vec![id]));
            }
        }
        self
    }

    /// `Condition`: the resource exists only where the condition holds.
    #[must_use]
    pub fn condition(self, condition: &ConditionHandle) -> Self {
        self.attribute("Condition", Node::Text(condition.logical_id().text()))
    }

    /// `DeletionPolicy`.
    #[must_use]
    pub fn deletion_policy(self, policy: DeletionPolicy) -> Self {
        self.attribute("DeletionPolicy", Node::from(policy.as_str()))
    }

    /// `UpdateReplacePolicy`.
    #[must_use]
    pub fn update_replace_policy(self, policy: UpdateReplacePolicy) -> Self {
        self.attribute("UpdateReplacePolicy", Node::from(policy.as_str()))
    }

    /// Keeps what the resource stores when it is deleted or replaced.
    #[must_use]
    pub fn retain(self) -> Self {
        self.deletion_policy(DeletionPolicy::Retain).update_replace_policy(UpdateReplacePolicy::Retain)
    }

    /// `UpdatePolicy`, as `CloudFormation` documents it for the few types that have one.
    #[must_use]
    pub fn update_policy(self, policy: impl Into<Object>) -> Self {
        self.attribute("UpdatePolicy", Node::from(policy.into()))
    }

    /// `CreationPolicy`, as `CloudFormation` documents it for the few types that have one.
    #[must_use]
    pub fn creation_policy(self, policy: impl Into<Object>) -> Self {
        self.attribute("CreationPolicy", Node::from(policy.into()))
    }

    /// `Metadata` under a key, beside what is there.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<Text>, value: impl Into<Node>) -> Self {
        if let Some(Node::Object(metadata)) = self.attributes.get_mut("Metadata") {
            metadata.insert(key, value);
            return self;
        }
        self.attribute("Metadata", Node::Object(Object::from([(key.into(), value.into())])))
    }

    /// Sets any property, at any depth, to any value: `Destination/Prefix` or `Rules/0/Status`.
    ///
    /// Objects on the way are made; a number counts items of a list that is there, and the number
    /// after the last appends. A path that leads through something else is a fault that the template
    /// reports when it is rendered.
    #[must_use]
    pub fn override_property(mut self, path: &str, value: impl Into<Node>) -> Self {
        self.overridden = true;
        if let Err(reason) = place(&mut self.properties, path, value.into()) {
            self.faults.push(format!("the override of `{path}` finds no place: {reason}"));
        }
        self
    }

    fn attribute(mut self, name: &'static str, value: Node) -> Self {
        self.attributes.set(name, value);
        self
    }

    pub(crate) fn into_parts(self) -> (ResourceEntry, Vec<String>) {
        let mut properties = self.properties;
        if self.overridden {
            // Overrides make objects step by step, and the last step may have made a function of one.
            properties = properties.canonical();
        }
        let entry = ResourceEntry {
            resource_type: R::TYPE.into(),
            properties: (!properties.is_empty()).then_some(properties),
            attributes: self.attributes,
        };
        (entry, self.faults)
    }
}

/// A resource as it stands in a template, whatever its type.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceEntry {
    /// `AWS::S3::Bucket`.
    pub resource_type: Text,
    /// Its properties; absent and empty are two different things to a reader of the file.
    pub properties: Option<Object>,
    /// All other keys: `DependsOn`, `DeletionPolicy`, `Condition`, `Metadata` …
    pub attributes: Object,
}
