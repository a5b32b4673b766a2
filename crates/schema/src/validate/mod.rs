//! Validation of properties and templates against the facts.
//!
//! Values that are known only at deployment (a reference, a parameter) are assumed to be valid; of `Fn::If`, both
//! values are checked. As in `CloudFormation`, a number is accepted as text, and a text that reads as a number or
//! boolean is accepted as one.

mod format;
mod list;
mod object;
mod scalar;
mod union;

use strataform_template::{Function, Node, Object, ResourceItem, Template, pointer};

use crate::facts::{Kind, ResourceFacts, Shape};
use crate::finding::{Finding, Rule};
use crate::store;

/// Validates the properties of a resource of a type. Paths start at the properties: `/Tags/0/Key`.
///
/// Custom and third-party resource types have no facts: nothing is found in them.
#[must_use]
pub fn properties(resource_type: &str, properties: &Object) -> Vec<Finding> {
    let Some(facts) = store::resource(resource_type) else {
        return unknown(resource_type).into_iter().collect();
    };
    let mut validator = Validator::new(&facts);
    validator.root(properties);
    validator.read_only(properties);
    validator.findings
}

/// Validates every resource of a template. Paths start at the template: `/Resources/Raw/Properties/Tags`.
#[must_use]
pub fn template(template: &Template) -> Vec<Finding> {
    let empty = Object::new();
    let mut findings = Vec::new();
    for (id, item) in template.items() {
        let ResourceItem::Resource(entry) = item else {
            continue;
        };
        let known = store::resource(&entry.resource_type).is_some();
        let part = if known { "/Properties" } else { "/Type" };
        let found = properties(&entry.resource_type, entry.properties.as_ref().unwrap_or(&empty));
        findings.extend(
            found
                .into_iter()
                .map(|finding| Finding { path: format!("/Resources/{id}{part}{}", finding.path), ..finding }),
        );
    }
    findings
}

fn unknown(resource_type: &str) -> Option<Finding> {
    // A module has the name of the type that it stands for, or another one.
    let own = resource_type.starts_with("AWS::")
        && resource_type != "AWS::CloudFormation::CustomResource"
        && !resource_type.ends_with("::MODULE");
    own.then(|| Finding {
        path: String::new(),
        rule: Rule::UnknownType,
        message: format!("unknown resource type `{resource_type}`{}", near(resource_type)),
    })
}

/// The most similar type, if one is similar enough.
fn near(resource_type: &str) -> String {
    let best = store::names().map(|name| (distance(name, resource_type), name)).min();
    match best {
        Some((distance, name)) if distance <= 3 => format!("; did you mean `{name}`?"),
        _ => String::new(),
    }
}

/// The edit distance of two texts: insertions, deletions and substitutions.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.chars().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (place, other) in right.iter().enumerate() {
            let change = corner + usize::from(letter != *other);
            corner = row[place + 1];
            row[place + 1] = change.min(row[place] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// One step of a path.
#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Place(usize),
}

/// What alternatives are checked against: a value, or the properties of a resource as a whole.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Node(&'a Node),
    Object(&'a Object),
}

/// References can be cyclic without an end in the value; this many levels is far beyond any schema.
const DEEPEST: usize = 200;

struct Validator<'a> {
    facts: &'a ResourceFacts,
    path: Vec<Step<'a>>,
    findings: Vec<Finding>,
    /// Whether a value was met that is known only at deployment.
    unsure: bool,
    depth: usize,
}

impl<'a> Validator<'a> {
    fn new(facts: &'a ResourceFacts) -> Self {
        Self { facts, path: Vec::new(), findings: Vec::new(), unsure: false, depth: 0 }
    }

    fn find(&mut self, rule: Rule, message: impl Into<String>) {
        let mut path = String::new();
        for step in &self.path {
            path.push('/');
            match step {
                Step::Name(name) => path.push_str(&pointer::escaped(name)),
                Step::Place(place) => path.push_str(&place.to_string()),
            }
        }
        self.findings.push(Finding { path, rule, message: message.into() });
    }

    fn root(&mut self, properties: &'a Object) {
        let shape = &self.facts.shape;
        self.object(properties, shape);
        self.unions(Subject::Object(properties), shape);
    }

    fn subject(&mut self, subject: Subject<'a>, shape: &'a Shape) {
        match subject {
            Subject::Node(node) => self.node(node, shape),
            Subject::Object(object) => {
                self.object(object, shape);
                self.unions(subject, shape);
            }
        }
    }

    fn below(&mut self, step: Step<'a>, node: &'a Node, shape: &'a Shape) {
        self.path.push(step);
        self.node(node, shape);
        self.path.pop();
    }

    fn node(&mut self, node: &'a Node, shape: &'a Shape) {
        if self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        match node {
            Node::Call(call) if call.function == Function::If => self.choice(&call.argument, shape),
            Node::Ref(_) | Node::GetAtt(_) | Node::Call(_) => self.unsure = true,
            literal => self.literal(literal, shape),
        }
        self.depth -= 1;
    }

    /// Both values of `Fn::If` must be valid.
    fn choice(&mut self, argument: &'a Node, shape: &'a Shape) {
        self.unsure = true;
        if let Some([_, then, otherwise]) = argument.as_list() {
            self.path.push(Step::Name("Fn::If"));
            for (place, arm) in [(1, then), (2, otherwise)] {
                self.below(Step::Place(place), arm, shape);
            }
            self.path.pop();
        }
    }

    fn literal(&mut self, node: &'a Node, shape: &'a Shape) {
        if let Some(next) = self.facts.referred(shape) {
            self.literal(node, next);
        }
        if !shape.kinds.is_empty() && !shape.kinds.as_slice().iter().any(|kind| scalar::is(node, *kind)) {
            self.find(Rule::Kind, format!("expected {}, found {}", kinds(shape), scalar::show(node)));
            return;
        }
        self.allowed(node, shape);
        match node {
            Node::Object(object) => self.object(object, shape),
            Node::List(items) => self.list(items, shape),
            _ => self.scalar(node, shape),
        }
        self.unions(Subject::Node(node), shape);
    }
}

fn kinds(shape: &Shape) -> String {
    let words = shape.kinds.as_slice().iter().map(|kind| match kind {
        Kind::List => "list",
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Object => "object",
        Kind::Text => "text",
        Kind::Null => "null",
    });
    words.collect::<Vec<_>>().join(" or ")
}

/// Whether the value is `AWS::NoValue`, which removes the property.
fn is_no_value(node: &Node) -> bool {
    matches!(node, Node::Ref(name) if name == "AWS::NoValue")
}

/// Whether one value of an `Fn::If` is [`is_no_value`].
fn may_be_no_value(node: &Node) -> bool {
    match node {
        Node::Call(call) if call.function == Function::If => {
            let arms = call.argument.as_list().unwrap_or_default();
            arms.iter().skip(1).any(|arm| is_no_value(arm) || may_be_no_value(arm))
        }
        _ => false,
    }
}
