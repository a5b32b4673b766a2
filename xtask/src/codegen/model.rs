//! The model of one resource type: structs, enums and the types of their properties.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strataform_schema::facts::{Kind, Relation, ResourceFacts, Shape};

use super::{attributes, names};

/// The type of a property or attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Type {
    Text,
    Secret,
    Integer,
    Double,
    Boolean,
    Json,
    Scalar,
    /// An ARN of any resource.
    AnyArn,
    /// A text that refers to one of these.
    Relation(Vec<Relation>),
    List(Box<Type>),
    Map(Box<Type>),
    /// A struct of the resource, by key.
    Struct(String),
    /// An enum of the resource, by key.
    Enum(String),
}

/// A property of a struct.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) kind: Type,
    pub(super) required: bool,
    /// Its constraints, for the documentation.
    pub(super) shape: Shape,
}

/// The properties of a resource or of a nested type.
#[derive(Clone, Debug, Default)]
pub(super) struct Struct {
    /// The name in the schema.
    pub(super) name: String,
    pub(super) properties: Vec<Property>,
    /// Sentences about properties that depend on each other.
    pub(super) rules: Vec<String>,
}

/// A set of values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Enum {
    /// The struct or definition that it belongs to, and the property.
    pub(super) owner: String,
    pub(super) property: String,
    pub(super) values: Vec<String>,
}

/// Everything that is generated for one resource type.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) root: Struct,
    pub(super) structs: BTreeMap<String, Struct>,
    pub(super) enums: BTreeMap<String, Enum>,
    pub(super) attributes: Vec<(String, Type)>,
    /// The properties of nested types whose change replaces the resource: struct and property → path.
    pub(super) replacing: BTreeMap<(String, String), String>,
}

/// The model of a resource type.
pub(super) fn model(name: &str, facts: &ResourceFacts) -> Model {
    let (_, own) = names::split(name);
    let mut builder = Builder::new(facts);
    let mut root = builder.structure(&own, &facts.shape);
    root.properties.retain(|property| !facts.read_only.contains(&property.name));
    for property in &mut root.properties {
        if facts.tag_property.as_ref() == Some(&property.name) && property.kind == Type::Json {
            property.kind = Type::Map(Box::new(Type::Text));
        }
    }
    builder.model.root = root;
    builder.model.replacing =
        facts.create_only.iter().filter_map(|path| replacing(&builder.model, path)).collect();
    builder.model.attributes = facts
        .attributes
        .iter()
        .map(|path| (path.clone(), attributes::attribute(name, facts, path)))
        .collect();
    builder.model
}

/// The property of a nested type at the end of a create-only path.
fn replacing(model: &Model, path: &str) -> Option<((String, String), String)> {
    let mut steps: Vec<&str> = path.split('/').filter(|step| *step != "*").collect();
    let last = steps.pop().filter(|_| !steps.is_empty())?;
    let mut at = &model.root;
    let mut key = String::new();
    for step in steps {
        let mut kind = &at.properties.iter().find(|property| property.name == step)?.kind;
        while let Type::List(item) | Type::Map(item) = kind {
            kind = item;
        }
        let Type::Struct(next) = kind else {
            return None;
        };
        key.clone_from(next);
        at = model.structs.get(next)?;
    }
    at.properties
        .iter()
        .any(|property| property.name == last)
        .then(|| ((key, last.to_owned()), path.to_owned()))
}

pub(super) struct Builder<'a> {
    facts: &'a ResourceFacts,
    model: Model,
    /// Definitions whose shapes are being followed, to break cycles.
    open: BTreeSet<String>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(facts: &'a ResourceFacts) -> Self {
        Self { facts, model: Model::default(), open: BTreeSet::new() }
    }

    fn structure(&mut self, name: &str, shape: &'a Shape) -> Struct {
        let mut properties = BTreeMap::new();
        let mut required = BTreeSet::new();
        self.gather(shape, true, &mut properties, &mut required, 0);
        let properties = properties
            .into_iter()
            .map(|(property, shape)| Property {
                kind: self.kind(shape, name, property),
                required: required.contains(property),
                name: property.to_owned(),
                shape: self.resolved(shape).clone(),
            })
            .collect();
        Struct { name: name.to_owned(), properties, rules: rules(shape) }
    }

    /// The properties of a shape and its alternatives; only properties that all alternatives require are required.
    fn gather(
        &self,
        shape: &'a Shape,
        all: bool,
        properties: &mut BTreeMap<&'a str, &'a Shape>,
        required: &mut BTreeSet<&'a str>,
        depth: usize,
    ) {
        if depth > DEPTH {
            return;
        }
        if !may_be_object(shape) {
            return;
        }
        for (name, property) in &shape.properties {
            properties.entry(name).or_insert(property);
        }
        if all {
            required.extend(shape.required.iter().map(String::as_str));
        }
        let referred = self.facts.referred(shape);
        for next in shape.all_of.iter().chain(referred) {
            self.gather(next, all, properties, required, depth + 1);
        }
        for next in shape.any_of.iter().chain(&shape.one_of) {
            self.gather(next, false, properties, required, depth + 1);
        }
    }

    /// The shape behind plain references, for its constraints.
    fn resolved(&self, shape: &'a Shape) -> &'a Shape {
        let mut at = shape;
        for _ in 0..DEPTH {
            match self.facts.referred(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    pub(super) fn kind(&mut self, shape: &'a Shape, owner: &str, property: &str) -> Type {
        if let Some(name) = &shape.reference {
            let kind = self.named(name);
            return match kind {
                Type::Text if !shape.relations.is_empty() => Type::Relation(shape.relations.clone()),
                kind => kind,
            };
        }
        self.inline(shape, owner, property, None)
    }

    fn named(&mut self, name: &str) -> Type {
        let Some(shape) = self.facts.named(name) else {
            return Type::Json;
        };
        let own = names::type_name(name);
        if !self.open.insert(name.to_owned()) {
            return if self.is_struct(shape) { Type::Struct(own) } else { Type::Json };
        }
        let kind = match &shape.reference {
            Some(next) => self.named(&next.clone()),
            None => self.inline(shape, &own, "", Some(&own)),
        };
        self.open.remove(name);
        kind
    }

    fn is_struct(&self, shape: &'a Shape) -> bool {
        let mut properties = BTreeMap::new();
        self.gather(shape, false, &mut properties, &mut BTreeSet::new(), 0);
        let kinds = shape.kinds.as_slice();
        !properties.is_empty() && (kinds.is_empty() || kinds == [Kind::Object])
    }

    fn inline(&mut self, shape: &'a Shape, owner: &str, property: &str, own: Option<&str>) -> Type {
        if self.is_struct(shape) {
            let name = own.map_or_else(|| self.inline_name(owner, property), str::to_owned);
            if !self.model.structs.contains_key(&name) {
                self.model.structs.insert(name.clone(), Struct::default());
                let body = self.structure(&name, shape);
                self.model.structs.insert(name.clone(), body);
            }
            return Type::Struct(name);
        }
        match shape.kinds.as_slice() {
            [Kind::List] => self.list(shape, owner, property),
            [] if shape.items.is_some() => self.list(shape, owner, property),
            [] | [Kind::Text] if is_enum(shape) => self.enumeration(shape, owner, property),
            [Kind::Text] if shape.secret => Type::Secret,
            [Kind::Text] if !shape.relations.is_empty() => Type::Relation(shape.relations.clone()),
            [Kind::Text] => Type::Text,
            [Kind::Integer] => Type::Integer,
            [Kind::Number] => Type::Double,
            [Kind::Boolean | Kind::Null, ..] if only(shape, &[Kind::Boolean, Kind::Null]) => Type::Boolean,
            [Kind::Object] => self.object(shape, owner, property),
            [] => self.untyped(shape, owner, property),
            _ if only(shape, &SCALARS) => Type::Scalar,
            _ => Type::Json,
        }
    }

    /// A name that no definition has, so that an inline type never gets the shape of another.
    fn inline_name(&self, owner: &str, property: &str) -> String {
        let mut name = format!("{owner}{}", names::type_name(property));
        let taken = |name: &str| {
            let mut known = self.facts.definitions.iter();
            known.any(|(known, shape)| names::type_name(known) == name && self.is_struct(shape))
        };
        while taken(&name) {
            name.push_str("Inline");
        }
        name
    }

    fn list(&mut self, shape: &'a Shape, owner: &str, property: &str) -> Type {
        let items = shape.items.as_deref().or(shape.prefix_items.first());
        let item =
            items.map_or(Type::Json, |items| match (self.kind(items, owner, property), &shape.relations) {
                (Type::Text, relations) if !relations.is_empty() => Type::Relation(relations.clone()),
                (kind, _) => kind,
            });
        Type::List(Box::new(item))
    }

    fn object(&mut self, shape: &'a Shape, owner: &str, property: &str) -> Type {
        match shape.pattern_properties.values().next().or(shape.additional.as_deref()) {
            Some(value) => Type::Map(Box::new(self.kind(value, owner, property))),
            None => Type::Json,
        }
    }

    fn untyped(&mut self, shape: &'a Shape, owner: &str, property: &str) -> Type {
        if !shape.pattern_properties.is_empty() {
            return self.object(shape, owner, property);
        }
        let mut branches =
            shape.all_of.iter().chain(&shape.any_of).chain(&shape.one_of).map(|branch| self.resolved(branch));
        let described = |branch: &&Shape| !branch.kinds.is_empty() || !branch.properties.is_empty();
        if shape.all_of.len() + shape.any_of.len() + shape.one_of.len() > 0 {
            if branches.clone().all(|branch| branch.kinds.as_slice() == [Kind::Text]) {
                return Type::Text;
            }
            if branches.clone().all(|branch| !branch.kinds.is_empty() && only(branch, &SCALARS)) {
                return Type::Scalar;
            }
            if branches.by_ref().filter(described).count() == 1 && !shape.all_of.is_empty() {
                return self.kind(&shape.all_of[0], owner, property);
            }
            let mut lists = shape.one_of.iter().filter(|branch| is_list(self.resolved(branch)));
            if let (Some(list), None) = (lists.next(), lists.next()) {
                return self.kind(list, owner, property);
            }
        }
        Type::Json
    }

    fn enumeration(&mut self, shape: &Shape, owner: &str, property: &str) -> Type {
        let mut values: Vec<String> = Vec::new();
        for value in shape.allowed.iter().filter_map(Value::as_str) {
            if !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        let property = names::type_name(property);
        let key = format!("{owner}{property}");
        self.model.enums.insert(key.clone(), Enum { owner: owner.to_owned(), property, values });
        Type::Enum(key)
    }
}

/// Constraints on properties do not apply to a list.
fn may_be_object(shape: &Shape) -> bool {
    shape.kinds.is_empty() || shape.kinds.contains(Kind::Object)
}

pub(super) const DEPTH: usize = 16;
const SCALARS: [Kind; 4] = [Kind::Boolean, Kind::Integer, Kind::Number, Kind::Text];

fn is_list(shape: &Shape) -> bool {
    shape.kinds.as_slice() == [Kind::List] && shape.items.is_some()
}

fn only(shape: &Shape, kinds: &[Kind]) -> bool {
    shape.kinds.as_slice().iter().all(|kind| kinds.contains(kind))
}

fn is_enum(shape: &Shape) -> bool {
    !shape.allowed.is_empty() && shape.allowed.iter().all(Value::is_string)
}

/// Sentences about properties that depend on each other.
fn rules(shape: &Shape) -> Vec<String> {
    let mut rules = Vec::new();
    let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if !shape.required_one.is_empty() {
        rules.push(format!("Exactly one of {} is required.", list(&shape.required_one)));
    }
    if !shape.required_any.is_empty() {
        rules.push(format!("At least one of {} is required.", list(&shape.required_any)));
    }
    for (branches, words) in [(&shape.one_of, "Exactly one"), (&shape.any_of, "At least one")] {
        let demands: Vec<String> = branches
            .iter()
            .map(|branch| &branch.required)
            .filter(|names| !names.is_empty())
            .map(|names| list(names))
            .collect();
        if !demands.is_empty() && demands.len() == branches.len() {
            rules.push(format!("{words} of these is required: {}.", demands.join("; ")));
        }
    }
    for (name, others) in &shape.dependent_required {
        rules.push(format!("`{name}` requires {}.", list(others)));
    }
    for (name, others) in &shape.dependent_excluded {
        rules.push(format!("`{name}` excludes {}.", list(others)));
    }
    rules
}
