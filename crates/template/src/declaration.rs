//! The attributes of a resource other than its properties: dependencies, policies, conditions, metadata.

use std::marker::PhantomData;

use crate::condition::ConditionHandle;
use crate::logical_id::LogicalId;
use crate::node::{Node, Object, Text};
use crate::overrides::place;
use crate::resource::{Handle, Resource, ResourceEntry};

/// Something that another resource can depend on.
pub trait Dependency {
    /// Its logical id.
    fn dependency(&self) -> &LogicalId;
}

impl<R: Resource> Dependency for Handle<R> {
    fn dependency(&self) -> &LogicalId {
        self.logical_id()
    }
}

/// What happens to a resource when it is removed from the template or its stack is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted.
    Delete,
    /// It is kept, outside of the stack.
    Retain,
    /// It is kept, but deleted if its own creation is rolled back.
    RetainExceptOnCreate,
    /// It is deleted after a snapshot, if the resource type supports snapshots.
    Snapshot,
}

impl DeletionPolicy {
    /// The value in the template.
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
    /// It is kept, outside of the stack.
    Retain,
    /// It is deleted after a snapshot, if the resource type supports snapshots.
    Snapshot,
}

impl UpdateReplacePolicy {
    /// The value in the template.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            UpdateReplacePolicy::Delete => "Delete",
            UpdateReplacePolicy::Retain => "Retain",
            UpdateReplacePolicy::Snapshot => "Snapshot",
        }
    }
}

/// A resource with its other attributes.
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
    /// `DependsOn`: `CloudFormation` waits for `other` although no property refers to it.
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

    /// `Condition`: the resource exists only if the condition holds.
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

    /// Keeps the resource and its data when it is deleted or replaced. If its creation is rolled back, it is deleted:
    /// it is empty then, and its name would block the next attempt.
    #[must_use]
    pub fn retain(self) -> Self {
        self.deletion_policy(DeletionPolicy::RetainExceptOnCreate)
            .update_replace_policy(UpdateReplacePolicy::Retain)
    }

    /// Deletes the resource and its data when it is deleted or replaced, explicitly: without a policy, some types
    /// leave a snapshot behind, and a reader cannot tell what was intended.
    #[must_use]
    pub fn delete(self) -> Self {
        self.deletion_policy(DeletionPolicy::Delete).update_replace_policy(UpdateReplacePolicy::Delete)
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

    /// `Metadata` under a key, in addition to existing keys.
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
    /// Missing objects on the path are created; a number is an index into an existing list, and the index after the
    /// last appends. A path through anything else is a fault that the template reports when it is rendered.
    #[must_use]
    pub fn override_property(mut self, path: &str, value: impl Into<Node>) -> Self {
        self.overridden = true;
        if let Err(reason) = place(&mut self.properties, path, value.into()) {
            self.faults.push(format!("cannot override `{path}`: {reason}"));
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
            // Overrides build objects step by step, and the last step may have turned one into a function.
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
