//! [`Template`]: the sections of a `CloudFormation` template, built by hand or read from a file.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use crate::condition::{Condition, ConditionHandle};
use crate::declaration::Declaration;
use crate::intrinsic::MappingHandle;
use crate::logical_id::LogicalId;
use crate::node::{Node, Object, Text};
use crate::output::Output;
use crate::parameter::{Parameter, ParameterHandle, ParameterKind};
use crate::resource::{Handle, Properties, Resource, ResourceEntry};

/// The sections of a template, in the order in which they are rendered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// `AWSTemplateFormatVersion`
    FormatVersion,
    /// `Description`
    Description,
    /// `Transform`
    Transform,
    /// `Metadata`
    Metadata,
    /// `Parameters`
    Parameters,
    /// `Rules`
    Rules,
    /// `Mappings`
    Mappings,
    /// `Conditions`
    Conditions,
    /// `Hooks`
    Hooks,
    /// Anything else, such as the `Globals` of a serverless application.
    Other(Text),
    /// `Resources`
    Resources,
    /// `Outputs`
    Outputs,
}

impl Section {
    /// The key in the template.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Section::FormatVersion => "AWSTemplateFormatVersion",
            Section::Description => "Description",
            Section::Transform => "Transform",
            Section::Metadata => "Metadata",
            Section::Parameters => "Parameters",
            Section::Rules => "Rules",
            Section::Mappings => "Mappings",
            Section::Conditions => "Conditions",
            Section::Hooks => "Hooks",
            Section::Other(key) => key,
            Section::Resources => "Resources",
            Section::Outputs => "Outputs",
        }
    }

    pub(crate) fn from_key(key: Text) -> Self {
        match &*key {
            "AWSTemplateFormatVersion" => Section::FormatVersion,
            "Description" => Section::Description,
            "Transform" => Section::Transform,
            "Metadata" => Section::Metadata,
            "Parameters" => Section::Parameters,
            "Rules" => Section::Rules,
            "Mappings" => Section::Mappings,
            "Conditions" => Section::Conditions,
            "Hooks" => Section::Hooks,
            "Resources" => Section::Resources,
            "Outputs" => Section::Outputs,
            _ => Section::Other(key),
        }
    }
}

/// An entry of `Resources`.
#[derive(Clone, Debug, PartialEq)]
pub enum ResourceItem {
    /// A resource.
    Resource(ResourceEntry),
    /// Something without a plain `Type` and `Properties`, such as an `Fn::ForEach` loop.
    Other(Node),
}

/// A template: typed while it is built, complete when it is parsed.
///
/// Errors that types cannot prevent (a duplicate or invalid ID) do not panic where they are made: they are collected
/// in [`Template::faults`], and rendering returns all of them.
#[derive(Clone, Debug, Default)]
pub struct Template {
    pub(crate) sections: BTreeMap<Section, Node>,
    pub(crate) resources: Option<Vec<(Text, ResourceItem)>>,
    index: HashMap<Text, usize>,
    faults: Vec<TemplateFault>,
    /// Layout, not content: two templates that differ only in this are equal.
    pub(crate) compact: Compact,
}

/// Resource type → its property that is compact in JSON.
pub(crate) type Compact = BTreeMap<&'static str, &'static str>;

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.sections == other.sections && same_resources(self, other)
    }
}

fn same_resources(left: &Template, right: &Template) -> bool {
    match (&left.resources, &right.resources) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            ours.len() == theirs.len() && ours.iter().all(|(id, item)| right.item(id) == Some(item))
        }
        _ => false,
    }
}

/// An error in a template that was built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}/{logical_id}: {reason}", section.key())]
pub struct TemplateFault {
    /// The section that contains it.
    pub section: Section,
    /// The logical ID, as derived from the given path.
    pub logical_id: LogicalId,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// The faults of a template that could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the template has {} faults{}", _0.len(), lines(_0))]
pub struct TemplateFaults(pub Vec<TemplateFault>);

fn lines(faults: &[TemplateFault]) -> String {
    faults.iter().flat_map(|fault| ["\n  ".to_owned(), fault.to_string()]).collect()
}

impl Template {
    /// An empty template of the only existing format version.
    #[must_use]
    pub fn new() -> Self {
        let mut template = Self::default();
        template.sections.insert(Section::FormatVersion, Node::from("2010-09-09"));
        template.resources = Some(Vec::new());
        template
    }

    /// Renders a property of all resources of a type compactly even in pretty JSON: for one whose indentation would
    /// exceed the size limit of a template. Each type has at most one.
    pub fn compact<R: Resource>(&mut self, property: &'static str) -> &mut Self {
        self.compact.insert(R::TYPE, property);
        self
    }

    /// `Description`: at most 1,024 bytes.
    pub fn description(&mut self, text: impl Into<Text>) -> &mut Self {
        self.sections.insert(Section::Description, Node::Text(text.into()));
        self
    }

    /// `Transform`: appends a macro that processes the whole template.
    pub fn transform(&mut self, name: impl Into<Text>) -> &mut Self {
        let name = Node::Text(name.into());
        match self.sections.entry(Section::Transform).or_default() {
            Node::List(names) => names.push(name),
            none @ Node::Null => *none = Node::List(vec![name]),
            // A file may name a single macro without a list.
            one => *one = Node::List(vec![std::mem::take(one), name]),
        }
        self
    }

    /// `Metadata` under a key.
    pub fn metadata(&mut self, key: impl Into<Text>, value: impl Into<Node>) -> &mut Self {
        self.section_mut(Section::Metadata).insert(key, value.into());
        self
    }

    /// Adds a resource, with the words of `path` as its ID, and returns the handle to refer to it.
    pub fn add<R: Resource>(
        &mut self,
        path: impl Into<LogicalId>,
        resource: impl Into<Declaration<R>>,
    ) -> Handle<R> {
        let id = path.into();
        let (entry, reasons) = resource.into().into_parts();
        for reason in reasons {
            self.fault(Section::Resources, &id, reason);
        }
        self.insert(&id, ResourceItem::Resource(entry));
        Handle::new(id)
    }

    fn insert(&mut self, id: &LogicalId, item: ResourceItem) {
        if let Some(reason) = id.fault() {
            self.fault(Section::Resources, id, format!("invalid logical ID: {reason}"));
        }
        if self.push(id.text(), item).is_err() {
            self.fault(Section::Resources, id, DUPLICATE.to_owned());
        }
    }

    /// Appends an item, and returns it if its ID is taken.
    pub(crate) fn push(&mut self, id: Text, item: ResourceItem) -> Result<(), ResourceItem> {
        let resources = self.resources.get_or_insert_with(|| {
            // A file may have an empty `Resources:`, which is kept there.
            self.sections.remove(&Section::Resources);
            Vec::new()
        });
        let Entry::Vacant(place) = self.index.entry(id.clone()) else {
            return Err(item);
        };
        place.insert(resources.len());
        resources.push((id, item));
        Ok(())
    }

    /// Adds a parameter.
    pub fn parameter<T: ParameterKind + ?Sized>(
        &mut self,
        path: impl Into<LogicalId>,
        parameter: Parameter<T>,
    ) -> ParameterHandle<T> {
        ParameterHandle::new(self.define(Section::Parameters, path.into(), parameter.into_node()))
    }

    /// Adds a condition.
    pub fn condition(&mut self, path: impl Into<LogicalId>, condition: Condition) -> ConditionHandle {
        ConditionHandle::new(self.define(Section::Conditions, path.into(), condition.into_node()))
    }

    /// Adds a mapping of two levels.
    pub fn mapping(&mut self, path: impl Into<LogicalId>, rows: impl Into<Object>) -> MappingHandle {
        MappingHandle::new(self.define(Section::Mappings, path.into(), Node::from(rows.into())))
    }

    /// Adds a rule (an assertion about parameters).
    pub fn rule(&mut self, path: impl Into<LogicalId>, rule: impl Into<Object>) -> &mut Self {
        self.define(Section::Rules, path.into(), Node::from(rule.into()));
        self
    }

    /// Adds an output.
    pub fn output(&mut self, path: impl Into<LogicalId>, output: impl Into<Output>) -> &mut Self {
        self.define(Section::Outputs, path.into(), output.into().into_node());
        self
    }

    fn define(&mut self, section: Section, id: LogicalId, body: Node) -> LogicalId {
        if let Some(reason) = id.fault() {
            self.fault(section.clone(), &id, format!("invalid logical ID: {reason}"));
        }
        if self.section_mut(section.clone()).insert(id.text(), body).is_some() {
            self.fault(section, &id, DUPLICATE.to_owned());
        }
        id
    }

    fn section_mut(&mut self, section: Section) -> &mut Object {
        let node = self.sections.entry(section).or_default();
        if !matches!(node, Node::Object(_)) {
            *node = Node::Object(Object::new());
        }
        match node {
            Node::Object(object) => object,
            _ => unreachable!("it was made an object one line above"),
        }
    }

    fn fault(&mut self, section: Section, id: &LogicalId, reason: String) {
        self.faults.push(TemplateFault { section, logical_id: id.clone(), reason });
    }

    /// The faults of the template as it was built; it can be rendered only if there are none.
    #[must_use]
    pub fn faults(&self) -> &[TemplateFault] {
        &self.faults
    }

    /// A section other than `Resources`, as built or parsed.
    #[must_use]
    pub fn section(&self, section: &Section) -> Option<&Node> {
        self.sections.get(section)
    }

    /// The resources in order; loops and other items that are not plain resources are skipped.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &ResourceEntry)> {
        self.items().filter_map(|(id, item)| match item {
            ResourceItem::Resource(entry) => Some((id, entry)),
            ResourceItem::Other(_) => None,
        })
    }

    /// Every item of `Resources`, in order.
    pub fn items(&self) -> impl Iterator<Item = (&str, &ResourceItem)> {
        self.resources.iter().flatten().map(|(id, item)| (&**id, item))
    }

    fn item(&self, id: &str) -> Option<&ResourceItem> {
        let at = *self.index.get(id)?;
        self.resources.as_ref()?.get(at).map(|(_, item)| item)
    }

    /// The resource with this logical ID.
    #[must_use]
    pub fn resource(&self, id: &str) -> Option<&ResourceEntry> {
        match self.item(id)? {
            ResourceItem::Resource(entry) => Some(entry),
            ResourceItem::Other(_) => None,
        }
    }

    pub(crate) fn resource_mut(&mut self, id: &str) -> Option<&mut ResourceEntry> {
        let at = *self.index.get(id)?;
        match self.resources.as_mut()?.get_mut(at)? {
            (_, ResourceItem::Resource(entry)) => Some(entry),
            (_, ResourceItem::Other(_)) => None,
        }
    }

    /// The resource with this logical ID, if it is of that type.
    #[must_use]
    pub fn typed<R: Resource>(&self, id: &str) -> Option<R> {
        let entry = self.resource(id).filter(|entry| entry.resource_type == R::TYPE)?;
        let properties = entry.properties.clone().unwrap_or_default();
        Some(R::from_properties(Properties::from(properties)))
    }
}

const DUPLICATE: &str = "duplicate ID; give one of the two another path";
