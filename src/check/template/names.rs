//! Names: what `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn`, conditions and mappings refer to.

use std::collections::BTreeSet;

use strataform_schema as schema;
use strataform_template::substitution::{Piece, pieces};
use strataform_template::{
    Function, Node, Object, ResourceEntry, ResourceItem, Section, Template, pointer, pseudo,
};

use super::{At, Fault, MOST_FINDINGS, unknown};
use crate::diagnostic::did_you_mean;

/// Whether macros change the template: what it has then is not known.
pub(super) fn is_expanded(template: &Template) -> bool {
    let mut found = template.section(&Section::Transform).is_some();
    let mut look = |node: &Node| {
        node.walk(&mut |one| {
            let is_macro = matches!(one, Node::Call(call) if call.function == Function::Transform);
            found |= is_macro || one.as_object().is_some_and(|object| object.names().any(is_loop));
        });
    };
    for (_, entry) in template.resources() {
        if let Some(properties) = &entry.properties {
            look(&Node::Object(properties.clone()));
        }
    }
    found || template.items().any(|(id, _)| is_loop(id))
}

fn is_loop(name: &str) -> bool {
    name.starts_with("Fn::ForEach")
}

/// What a template has names for.
struct Known<'a> {
    template: &'a Template,
    resources: BTreeSet<&'a str>,
    /// The resources of a module have its logical ID before their own.
    modules: Vec<&'a str>,
    parameters: BTreeSet<&'a str>,
    conditions: BTreeSet<&'a str>,
    mappings: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(template: &'a Template) -> Self {
        let names = |section: Section| -> BTreeSet<&'a str> {
            let section = template.section(&section).and_then(Node::as_object);
            section.into_iter().flat_map(Object::names).collect()
        };
        let is_module = |item: &ResourceItem| matches!(item, ResourceItem::Resource(one) if one.resource_type.ends_with("::MODULE"));
        Self {
            template,
            resources: template.items().map(|(id, _)| id).collect(),
            modules: template.items().filter(|(_, item)| is_module(item)).map(|(id, _)| id).collect(),
            parameters: names(Section::Parameters),
            conditions: names(Section::Conditions),
            mappings: names(Section::Mappings),
        }
    }

    fn resources(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.template.items().map(|(id, _)| id).collect::<Vec<_>>().into_iter()
    }

    fn has_resource(&self, name: &str) -> bool {
        self.resources.contains(name) || self.modules.iter().any(|id| name.starts_with(id))
    }
}

/// The names that nothing has.
pub(super) fn check(template: &Template) -> Vec<Fault> {
    let mut checker = Checker { known: Known::of(template), found: Vec::new() };
    for (id, item) in template.items() {
        match item {
            ResourceItem::Resource(entry) => checker.resource(id, entry),
            ResourceItem::Other(node) => checker.node(node, &format!("/Resources/{id}")),
        }
    }
    for section in [Section::Outputs, Section::Conditions] {
        let Some(all) = template.section(&section).and_then(Node::as_object) else { continue };
        for (name, node) in all.iter() {
            checker.node(node, &format!("/{}/{name}", section.key()));
            if let Some(condition) =
                node.as_object().and_then(|one| one.get("Condition")).and_then(Node::as_str)
            {
                checker.condition(condition, format!("/{}/{name}/Condition", section.key()));
            }
        }
    }
    checker.found
}

struct Checker<'a> {
    known: Known<'a>,
    found: Vec<Fault>,
}

impl Checker<'_> {
    /// Adds a fault; `help` compares the name with all others, so that is not done for the faults of a generated file that no one reads.
    fn fault(&mut self, pointer: String, what: &str, name: &str, help: impl FnOnce(&Known<'_>) -> String) {
        let help = if self.found.len() < MOST_FINDINGS { help(&self.known) } else { String::new() };
        let summary = format!("{what} `{name}`");
        self.found.push(Fault::new(pointer, At::Value, unknown(summary, help)));
    }

    fn resource(&mut self, id: &str, entry: &ResourceEntry) {
        let place = format!("/Resources/{id}");
        if let Some(properties) = &entry.properties {
            self.object(properties, &format!("{place}/Properties"));
        }
        if let Some(condition) = entry.attributes.get("Condition").and_then(Node::as_str) {
            self.condition(condition, format!("{place}/Condition"));
        }
        let Some(depends) = entry.attributes.get("DependsOn") else { return };
        let pointer = format!("{place}/DependsOn");
        match depends {
            Node::Text(name) => self.dependency(name, pointer),
            Node::List(all) => {
                for (at, one) in all.iter().enumerate() {
                    if let Some(name) = one.as_str() {
                        self.dependency(name, format!("{pointer}/{at}"));
                    }
                }
            }
            Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::Object(_)
            | Node::Ref(_)
            | Node::GetAtt(_)
            | Node::Call(_) => {}
        }
    }

    fn dependency(&mut self, name: &str, pointer: String) {
        if !self.known.has_resource(name) {
            self.fault(pointer, "DependsOn names no resource:", name, |known| {
                did_you_mean(name, known.resources())
            });
        }
    }

    fn condition(&mut self, name: &str, pointer: String) {
        if !self.known.conditions.contains(name) {
            let help = |known: &Known<'_>| did_you_mean(name, known.conditions.iter().copied());
            self.fault(pointer, "unknown condition", name, help);
        }
    }

    /// A name that `Ref` takes: a parameter, a resource, or a pseudo parameter.
    fn reference(&mut self, name: &str, pointer: String) {
        let is_known = self.known.parameters.contains(name)
            || self.known.has_resource(name)
            || pseudo::NAMES.contains(&name);
        if !is_known {
            let help = |known: &Known<'_>| {
                did_you_mean(name, known.resources().chain(known.parameters.iter().copied()))
            };
            self.fault(pointer, "unknown resource or parameter", name, help);
        }
    }

    fn attribute(&mut self, resource: &str, attribute: &str, pointer: String) {
        let Some(entry) = self.known.template.resource(resource) else {
            if !self.known.has_resource(resource) {
                let help = |known: &Known<'_>| did_you_mean(resource, known.resources());
                self.fault(pointer, "unknown resource", resource, help);
            }
            return;
        };
        // Its provider decides which attributes there are.
        if entry.resource_type == "AWS::CloudFormation::CustomResource" {
            return;
        }
        let Some(facts) = schema::resource(&entry.resource_type) else { return };
        let has = |one: &String| {
            one == attribute || one.strip_suffix('*').is_some_and(|start| attribute.starts_with(start))
        };
        if !facts.attributes.is_empty() && !facts.attributes.iter().any(has) {
            let help = |_: &Known<'_>| did_you_mean(attribute, facts.attributes.iter().map(String::as_str));
            self.fault(pointer, &format!("{} has no attribute", entry.resource_type), attribute, help);
        }
    }

    fn object(&mut self, object: &Object, pointer: &str) {
        for (name, node) in object.iter() {
            let name = pointer::escaped(name);
            self.node(node, &format!("{pointer}/{name}"));
        }
    }

    fn node(&mut self, node: &Node, pointer: &str) {
        match node {
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => {}
            Node::List(all) => {
                for (at, one) in all.iter().enumerate() {
                    self.node(one, &format!("{pointer}/{at}"));
                }
            }
            Node::Object(object) => self.object(object, pointer),
            Node::Ref(name) => self.reference(name, format!("{pointer}/Ref")),
            Node::GetAtt(att) => {
                self.attribute(&att.resource, &att.attribute, format!("{pointer}/Fn::GetAtt"));
            }
            Node::Call(call) => {
                let inside = format!("{pointer}/{}", call.function.key());
                self.call(call.function, &call.argument, &inside);
            }
        }
    }

    fn call(&mut self, function: Function, argument: &Node, pointer: &str) {
        let first = argument.as_list().and_then(|all| all.first()).and_then(Node::as_str);
        if function == Function::Sub {
            let given = argument.as_list().and_then(|all| all.get(1)).and_then(Node::as_object);
            let own: BTreeSet<&str> = given.into_iter().flat_map(Object::names).collect();
            if let Some(text) = argument.as_str().or(first) {
                self.substituted(text, pointer, &own);
            }
        }
        if let Some(name) = first.filter(|_| function == Function::If) {
            self.condition(name, format!("{pointer}/0"));
        }
        if let Some(name) =
            first.filter(|name| function == Function::FindInMap && !self.known.mappings.contains(name))
        {
            let help = |known: &Known<'_>| did_you_mean(name, known.mappings.iter().copied());
            self.fault(format!("{pointer}/0"), "unknown mapping", name, help);
        }
        self.node(argument, pointer);
    }

    fn substituted(&mut self, text: &str, pointer: &str, own: &BTreeSet<&str>) {
        for piece in pieces(text) {
            let Piece::Name(name) = piece else { continue };
            let name = name.trim();
            if own.contains(name) {
                continue;
            }
            match name.split_once('.') {
                Some((resource, attribute)) => self.attribute(resource, attribute, pointer.to_owned()),
                None => self.reference(name, pointer.to_owned()),
            }
        }
    }
}
