//! [`Template`]: the sections of a `CloudFormation` template, built by hand or read from a file.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

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

/// What stands under a key of `Resources`.
#[derive(Clone, Debug, PartialEq)]
pub enum ResourceItem {
    /// A resource.
    Resource(ResourceEntry),
    /// Something without a plain `Type` and `Properties`, such as an `Fn::ForEach` loop.
    Other(Node),
}

/// A template: typed while it is built, complete when it is read.
///
/// Mistakes that no type can prevent (an id used twice, an id that is none) do not stop the program
/// where they are made: they are collected in [`Template::faults`], and rendering refuses them all at
/// once.
#[derive(Clone, Debug, Default)]
pub struct Template {
    pub(crate) sections: BTreeMap<Section, Node>,
    pub(crate) resources: Option<Vec<(Text, ResourceItem)>>,
    index: HashMap<Text, usize>,
    faults: Vec<TemplateFault>,
    /// Layout, not content: two templates that differ in it alone are equal.
    pub(crate) compact: Compact,
}

/// Resource type → the property of it that JSON holds in the fewest bytes.
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

/// What is wrong with a template as it was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// The section in which it is.
    pub section: Section,
    /// The logical id, as made from the path that was given.
    pub logical_id: LogicalId,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}: {}", self.section.key(), self.logical_id, self.reason)
    }
}

/// Every fault of a template that therefore was not rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the template has {} faults{}", _0.len(), lines(_0))]
pub struct TemplateFaults(pub Vec<TemplateFault>);

fn lines(faults: &[TemplateFault]) -> String {
    faults.iter().flat_map(|fault| ["\n  ".to_owned(), fault.to_string()]).collect()
}

impl Template {
    /// An empty template of the only format version that there is.
    #[must_use]
    pub fn new() -> Self {
        let mut template = Self::default();
        template.sections.insert(Section::FormatVersion, Node::from("2010-09-09"));
        template.resources = Some(Vec::new());
        template
    }

    /// Writes a property of all resources of a type in the fewest bytes, even where JSON is written in lines: for one
    /// that would fill the size that a template may have with its indentation. Each type has at most one.
    pub fn compact<R: Resource>(&mut self, property: &'static str) -> &mut Self {
        self.compact.insert(R::TYPE, property);
        self
    }

    /// `Description`: at most 1,024 bytes.
    pub fn description(&mut self, text: impl Into<Text>) -> &mut Self {
        self.sections.insert(Section::Description, Node::Text(text.into()));
        self
    }

    /// `Transform`: a macro that works on the whole template, after those that are there.
    pub fn transform(&mut self, name: impl Into<Text>) -> &mut Self {
        let name = Node::Text(name.into());
        match self.sections.entry(Section::Transform).or_default() {
            Node::List(names) => names.push(name),
            none @ Node::Null => *none = Node::List(vec![name]),
            // A file may name a single one without a list.
            one => *one = Node::List(vec![std::mem::take(one), name]),
        }
        self
    }

    /// `Metadata` under a key.
    pub fn metadata(&mut self, key: impl Into<Text>, value: impl Into<Node>) -> &mut Self {
        self.section_mut(Section::Metadata).insert(key, value.into());
        self
    }

    /// Puts a resource into the template, under the words of `path`, and gives the handle to refer to it.
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
            self.fault(Section::Resources, id, format!("not a logical id: {reason}"));
        }
        if self.push(id.text(), item).is_err() {
            self.fault(Section::Resources, id, DUPLICATE.to_owned());
        }
    }

    /// Appends an item, and gives it back where its id is taken.
    pub(crate) fn push(&mut self, id: Text, item: ResourceItem) -> Result<(), ResourceItem> {
        let resources = self.resources.get_or_insert_with(|| {
            // A file may have said `Resources:` and nothing else, which is kept there.
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

    /// Puts a parameter into the template.
    pub fn parameter<T: ParameterKind + ?Sized>(
        &mut self,
        path: impl Into<LogicalId>,
        parameter: Parameter<T>,
    ) -> ParameterHandle<T> {
        ParameterHandle::new(self.define(Section::Parameters, path.into(), parameter.into_node()))
    }

    /// Puts a condition into the template.
    pub fn condition(&mut self, path: impl Into<LogicalId>, condition: Condition) -> ConditionHandle {
        ConditionHandle::new(self.define(Section::Conditions, path.into(), condition.into_node()))
    }

    /// Puts a mapping of two levels into the template.
    pub fn mapping(&mut self, path: impl Into<LogicalId>, rows: impl Into<Object>) -> MappingHandle {
        MappingHandle::new(self.define(Section::Mappings, path.into(), Node::from(rows.into())))
    }

    /// Puts a rule (an assertion over parameters) into the template.
    pub fn rule(&mut self, path: impl Into<LogicalId>, rule: impl Into<Object>) -> &mut Self {
        self.define(Section::Rules, path.into(), Node::from(rule.into()));
        self
    }

    /// Puts an output into the template.
    pub fn output(&mut self, path: impl Into<LogicalId>, output: impl Into<Output>) -> &mut Self {
        self.define(Section::Outputs, path.into(), output.into().into_node());
        self
    }

    fn define(&mut self, section: Section, id: LogicalId, body: Node) -> LogicalId {
        if let Some(reason) = id.fault() {
            self.fault(section.clone(), &id, format!("not a logical id: {reason}"));
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

    /// What is wrong with the template as it was built; rendering refuses it where this is not empty.
    #[must_use]
    pub fn faults(&self) -> &[TemplateFault] {
        &self.faults
    }

    /// A section other than `Resources`, as it was built or read.
    #[must_use]
    pub fn section(&self, section: &Section) -> Option<&Node> {
        self.sections.get(section)
    }

    /// The resources in order; loops and other things that are no plain resource are left out.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &ResourceEntry)> {
        self.items().filter_map(|(id, item)| match item {
            ResourceItem::Resource(entry) => Some((id, entry)),
            ResourceItem::Other(_) => None,
        })
    }

    /// Everything under `Resources` in order.
    pub fn items(&self) -> impl Iterator<Item = (&str, &ResourceItem)> {
        self.resources.iter().flatten().map(|(id, item)| (&**id, item))
    }

    fn item(&self, id: &str) -> Option<&ResourceItem> {
        let at = *self.index.get(id)?;
        self.resources.as_ref()?.get(at).map(|(_, item)| item)
    }

    /// The resource under a logical id.
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

    /// The resource under a logical id as a typed one, where it is of that type.
    #[must_use]
    pub fn typed<R: Resource>(&self, id: &str) -> Option<R> {
        let entry = self.resource(id).filter(|entry| entry.resource_type == R::TYPE)?;
        let properties = entry.properties.clone().unwrap_or_default();
        Some(R::from_properties(Properties::from(properties)))
    }
}

const DUPLICATE: &str = "this id is used twice; give one of the two another path";
