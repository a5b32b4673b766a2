//! [`World`]: the resources of a deployment, in which references are text, so that they can be followed across stacks.
//!
//! In: templates, and what their parameters get. Out: resources with properties in which `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join`
//! are text. What only AWS knows stays a placeholder with its stack: `${storage/RawBucket.Arn}`. It refuses to resolve conditions:
//! a resource with one counts as made, and a value that depends on one counts as unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::{Map, Value};
use strataform_symbols::{Setting, Symbols, object, placed};
use strataform_template::pointer;

use crate::machine::Definition;
use crate::permissions::Held;
use crate::text;

/// What a parameter of a stack gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The output of a stack that is deployed before.
    Output {
        /// The stack.
        stack: String,
        /// The name of the output.
        output: String,
    },
    /// A text.
    Text(String),
}

/// A template of a deployment.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The name of the stack; of a template alone, any.
    pub name: String,
    /// The template, as JSON without short forms.
    pub template: Value,
    /// What its parameters get, as far as it is known.
    pub parameters: BTreeMap<String, Source>,
}

/// A resource of a deployment.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The stack.
    pub stack: String,
    /// The logical ID.
    pub id: String,
    /// The type: `AWS::S3::Bucket`.
    pub kind: String,
    /// The properties, with functions as text.
    pub properties: Value,
    /// The resource as it is in the template.
    pub written: Value,
    /// The definition of a state machine, read when a rule asks for it first.
    pub(crate) definition: OnceLock<Option<Definition>>,
}

/// In a deployment, a stack and a logical ID make a resource.
impl PartialEq for Resource {
    fn eq(&self, other: &Self) -> bool {
        (&self.id, &self.stack) == (&other.id, &other.stack)
    }
}

/// The resources of a deployment.
#[derive(Clone, Debug, Default)]
pub struct World {
    resources: Vec<Resource>,
    /// By stack and logical ID.
    places: BTreeMap<(String, String), usize>,
    /// By type.
    kinds: BTreeMap<String, Vec<usize>>,
    /// The policies of roles, looked up when a rule asks for one first.
    held: OnceLock<Held>,
    /// The names of the parameters of each stack.
    parameters: BTreeMap<String, Vec<String>>,
    /// What outputs, nested stacks and custom resources refer to, so that others may add to it.
    shared: BTreeSet<(String, String)>,
    /// Whether all stacks of the deployment are known, so that what is not found is missing.
    pub(crate) is_whole: bool,
}

impl World {
    /// The resources of a template alone: others may be deployed beside it.
    #[must_use]
    pub fn of_template(template: Value) -> Self {
        let stack = Stack { name: "template".to_owned(), template, parameters: BTreeMap::new() };
        Self { is_whole: false, ..Self::of(vec![stack]) }
    }

    /// The resources of all stacks of a deployment, in the order in which they are deployed.
    #[must_use]
    pub fn of(stacks: Vec<Stack>) -> Self {
        let mut world = Self { is_whole: true, ..Self::default() };
        let mut outputs: BTreeMap<(String, String), String> = BTreeMap::new();
        for stack in stacks {
            let parameters = stack.parameters.iter().filter_map(|(name, source)| {
                let value = match source {
                    Source::Output { stack, output } => {
                        outputs.get(&(stack.clone(), output.clone()))?.clone()
                    }
                    Source::Text(text) => text.clone(),
                };
                Some((name.clone(), value))
            });
            let setting = Setting { parameters: parameters.collect(), ..Setting::default() };
            let symbols = Symbols::of_references(&stack.template, &setting);
            for (name, output) in object(&stack.template, "Outputs") {
                world.share(&stack.name, &symbols.resolved(output));
                if let Some(Value::String(text)) = output.get("Value").map(|value| symbols.resolved(value)) {
                    outputs.insert((stack.name.clone(), name.clone()), placed(&text, &stack.name));
                }
            }
            let names = object(&stack.template, "Parameters").map(|(name, _)| name.clone());
            world.parameters.insert(stack.name.clone(), names.collect());
            for (id, written) in object(&stack.template, "Resources") {
                world.add(&stack.name, id, written, &symbols);
            }
        }
        world
    }

    fn add(&mut self, stack: &str, id: &str, written: &Value, symbols: &Symbols) {
        let kind = written.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let empty = Value::Object(Map::new());
        let mut properties = symbols.resolved(written.get("Properties").unwrap_or(&empty));
        place(&mut properties, stack);
        if kind.starts_with("AWS::CloudFormation::") || kind.starts_with("Custom::") {
            self.share(stack, &properties);
        }
        self.places.insert((stack.to_owned(), id.to_owned()), self.resources.len());
        self.kinds.entry(kind.clone()).or_default().push(self.resources.len());
        let (stack, id) = (stack.to_owned(), id.to_owned());
        let (written, definition) = (written.clone(), OnceLock::new());
        self.resources.push(Resource { stack, id, kind, properties, written, definition });
    }

    /// Marks what a value refers to as shared.
    fn share(&mut self, stack: &str, value: &Value) {
        text::each("", value, &mut |_, text| {
            let placed = placed(text, stack);
            let names = text::placeholders(&placed).filter_map(|name| name.split_once('/'));
            let id = |rest: &str| rest.split('.').next().unwrap_or_default().to_owned();
            self.shared.extend(names.map(|(stack, rest)| (stack.to_owned(), id(rest))));
        });
    }

    /// Whether templates that are not known may add to a resource: rules to a security group, routes to a route table.
    pub(crate) fn may_grow(&self, resource: &Resource) -> bool {
        !self.is_whole && self.shared.contains(&(resource.stack.clone(), resource.id.clone()))
    }

    /// The resources of a type that all items of a list refer to; `None` if one of them is not in the templates.
    pub(crate) fn targets<'a>(
        &'a self,
        kind: &str,
        resource: &Resource,
        path: &str,
    ) -> Option<Vec<&'a Resource>> {
        let texts: Vec<&str> = match resource.get(path)? {
            Value::Array(items) => items.iter().map(Value::as_str).collect::<Option<_>>()?,
            Value::String(joined) => joined.split(',').collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
        };
        texts.into_iter().map(|one| self.target(kind, one)).collect()
    }

    /// The resources of a type whose property refers to a resource; `None` if the property of one of them is not known, so that
    /// it may refer to it.
    pub(crate) fn referring<'a>(
        &'a self,
        kind: &str,
        path: &str,
        on: &Resource,
    ) -> Option<Vec<&'a Resource>> {
        let mut found = Vec::new();
        for one in self.of_type(kind) {
            let text = one.text(path)?;
            match self.referred(text) {
                Some(target) if target == on => found.push(one),
                Some(_) => {}
                None if text::is_known(text) => {}
                None => return None,
            }
        }
        Some(found)
    }

    /// Whether `CloudFormation` makes a resource after another one of its stack.
    pub(crate) fn is_after(&self, resource: &Resource, other: &Resource) -> bool {
        let mut to_do = vec![resource.id.clone()];
        let mut seen = BTreeSet::new();
        while let Some(id) = to_do.pop() {
            if id == other.id {
                return true;
            }
            let at = self.places.get(&(resource.stack.clone(), id.clone()));
            let Some(one) = at.map(|at| &self.resources[*at]).filter(|_| seen.insert(id)) else { continue };
            if let Some(needed) = one.attribute("DependsOn") {
                text::each("", needed, &mut |_, text| to_do.push(text.to_owned()));
            }
            text::each("", &one.properties, &mut |_, text| {
                let names = text::placeholders(text).filter_map(|name| name.split_once('/'));
                let own = names.filter(|(stack, _)| *stack == resource.stack);
                to_do.extend(own.filter_map(|(_, rest)| rest.split('.').next()).map(str::to_owned));
            });
        }
        false
    }

    /// The resources of a type.
    pub fn of_type<'a>(&'a self, kind: &str) -> impl Iterator<Item = &'a Resource> + Clone + use<'a> {
        self.places_of(kind).iter().filter_map(|at| self.at(*at))
    }

    /// The names of the parameters of a stack.
    pub(crate) fn parameters(&self, stack: &str) -> &[String] {
        self.parameters.get(stack).map(Vec::as_slice).unwrap_or_default()
    }

    /// The policies of roles.
    pub(crate) fn held(&self) -> &Held {
        self.held.get_or_init(|| self.held_policies())
    }

    /// The places of the resources of a type.
    pub(crate) fn places_of(&self, kind: &str) -> &[usize] {
        self.kinds.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// A resource by its place in [`World::all`].
    pub(crate) fn at(&self, place: usize) -> Option<&Resource> {
        self.resources.get(place)
    }

    /// All resources.
    pub fn all(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter()
    }

    /// The resource that a text refers to by its only placeholder: `${storage/Raw.Arn}`, `s3://${storage/Raw}/events/`.
    pub(crate) fn referred(&self, text: &str) -> Option<&Resource> {
        let mut names = text::placeholders(text).filter(|name| !name.starts_with("AWS::"));
        let (name, None) = (names.next()?, names.next()) else { return None };
        let (stack, rest) = name.split_once('/')?;
        let id = rest.split('.').next()?;
        self.places.get(&(stack.to_owned(), id.to_owned())).map(|at| &self.resources[*at])
    }

    /// The resource of a type that a text refers to: by a reference, by its name, or by an ARN that ends with its name.
    pub(crate) fn target(&self, kind: &str, text: &str) -> Option<&Resource> {
        if let Some(found) = self.referred(text) {
            return Some(found).filter(|one| one.kind == kind);
        }
        if !text::is_known(text) && !text.starts_with("arn:") {
            return None;
        }
        let name = text.rsplit([':', '/']).next().filter(|name| !name.is_empty())?;
        self.of_type(kind).find(|one| one.name() == Some(name))
    }
}

/// Properties that give a resource its name.
const NAMES: [&str; 12] = [
    "BucketName",
    "Name",
    "RoleName",
    "TopicName",
    "QueueName",
    "FunctionName",
    "TableInput/Name",
    "DatabaseInput/Name",
    "DeliveryStreamName",
    "LogGroupName",
    "WorkgroupName",
    "NamespaceName",
];

impl Resource {
    /// The name that the template spells out.
    pub(crate) fn name(&self) -> Option<&str> {
        NAMES.iter().find_map(|path| self.text(path)).filter(|name| text::is_known(name))
    }

    /// A property, by its path: `TableInput/Parameters`.
    pub(crate) fn get(&self, path: &str) -> Option<&Value> {
        let found = path.split('/').try_fold(&self.properties, below)?;
        Some(found).filter(|value| *value != "${AWS::NoValue}")
    }

    /// Whether a property certainly has a value: what a function returns may be nothing.
    pub(crate) fn is_set(&self, path: &str) -> bool {
        self.get(path).is_some_and(|value| !value.is_object() && !value.is_null())
    }

    /// A property that is a text, or has become one.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.as_str()
    }

    /// A property that is a text without placeholders.
    pub(crate) fn literal(&self, path: &str) -> Option<&str> {
        self.text(path).filter(|text| text::is_known(text))
    }

    /// A property that is a number, or a text of one.
    pub(crate) fn number(&self, path: &str) -> Option<f64> {
        number(self.get(path)?)
    }

    /// A property that is true or false, or a text of that.
    pub(crate) fn flag(&self, path: &str) -> Option<bool> {
        match self.get(path)? {
            Value::Bool(is) => Some(*is),
            Value::String(text) => text.parse().ok(),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The items of a list, with their paths; of an object or a text: itself, as policies allow. None if it is unknown.
    pub(crate) fn items(&self, path: &str) -> Vec<(String, &Value)> {
        match self.get(path) {
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(at, one)| (format!("{path}/{at}"), one)).collect()
            }
            Some(one @ (Value::Object(_) | Value::String(_))) => vec![(path.to_owned(), one)],
            Some(Value::Null | Value::Bool(_) | Value::Number(_)) | None => Vec::new(),
        }
    }

    /// An attribute beside the properties, such as `DeletionPolicy`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Value> {
        self.written.get(name)
    }
}

/// A member of an object or an item of a list, by a step of a JSON pointer.
fn below<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) if step.contains('~') => members.get(&pointer::unescaped(step)),
        Value::Object(members) => members.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A number, or a text of one.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Puts the stack into the placeholders of a value.
fn place(value: &mut Value, stack: &str) {
    match value {
        Value::String(text) => {
            if text.contains("${") {
                *text = placed(text, stack);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|one| place(one, stack)),
        Value::Object(object) => object.values_mut().for_each(|one| place(one, stack)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
