//! YAML in block style, with the short forms of functions where every reader supports them.

use std::borrow::Cow;

use crate::function::Function;
use crate::node::{Node, Object};
use crate::resource::ResourceEntry;
use crate::template::{ResourceItem, Section, Template};

use super::scalar;

/// A longer key is written after a `?`, because readers search only so far for the colon.
const SIMPLE_KEY: usize = 128;

const STEP: usize = 2;

pub(super) fn template(template: &Template) -> String {
    let mut writer = Writer { out: String::new() };
    let mut first = true;
    for (section, node) in template.sections.range(..Section::Resources) {
        writer.key(section.key(), 0, &mut first);
        writer.node(node, STEP, Start::Behind);
    }
    if let Some(resources) = &template.resources {
        writer.key(Section::Resources.key(), 0, &mut first);
        writer.resources(resources);
    }
    for (section, node) in template.sections.range(Section::Resources..) {
        writer.key(section.key(), 0, &mut first);
        writer.node(node, STEP, Start::Behind);
    }
    if first {
        writer.out.push_str("{}\n");
    }
    writer.out
}

pub(super) fn node(node: &Node) -> String {
    let mut writer = Writer { out: String::new() };
    writer.node(node, 0, Start::Here);
    writer.out
}

struct Writer {
    out: String,
}

/// Where a value begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Right here: at the start of the text, or after the dash of a list.
    Here,
    /// After a colon or a tag: a space or a new line comes first.
    Behind,
}

/// The form of a function call.
enum Form<'a> {
    /// `!Ref Name`: the short form before a text.
    Scalar(Function, Cow<'a, str>),
    /// `!Join`, and the argument on the lines below.
    Block(Function, &'a Node),
    /// `Fn::Base64: …`, where a tag would precede another tag, turn text into a number, or split its text at the
    /// wrong dot.
    Long(Function, Cow<'a, Node>),
}

impl Writer {
    /// Writes `node`; its contents begin at `column` of later lines.
    fn node(&mut self, node: &Node, column: usize, start: Start) {
        match node {
            Node::Null => self.word("null", start),
            Node::Bool(value) => self.word(if *value { "true" } else { "false" }, start),
            Node::Number(number) => self.word(&scalar::number(number), start),
            Node::Text(text) => self.text(text, column, start),
            Node::List(items) => self.list(items, column, start),
            Node::Object(object) => self.object(object, column, start),
            Node::Ref(_) | Node::GetAtt(_) | Node::Call(_) => self.function(node, column, start),
        }
    }

    fn word(&mut self, word: &str, start: Start) {
        self.blank(start);
        self.out.push_str(word);
        self.out.push('\n');
    }

    fn blank(&mut self, start: Start) {
        if start == Start::Behind {
            self.out.push(' ');
        }
    }

    fn text(&mut self, text: &str, column: usize, start: Start) {
        self.blank(start);
        if let Some(header) = scalar::literal(text) {
            self.out.push_str(header);
            self.out.push('\n');
            self.lines(text, column.max(STEP));
        } else {
            scalar::inline(&mut self.out, text);
            self.out.push('\n');
        }
    }

    fn lines(&mut self, text: &str, column: usize) {
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(column);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn indent(&mut self, column: usize) {
        self.out.extend(std::iter::repeat_n(' ', column));
    }

    /// Begins an entry: on this line if it is the first one after a dash, otherwise on its own line.
    fn entry(&mut self, column: usize, first: &mut bool) {
        if !std::mem::take(first) {
            self.indent(column);
        }
    }

    /// Prepares for entries, and returns whether the first of them begins on this line.
    fn entries(&mut self, start: Start) -> bool {
        if start == Start::Behind {
            self.out.push('\n');
        }
        start == Start::Here
    }

    fn list(&mut self, items: &[Node], column: usize, start: Start) {
        if items.is_empty() {
            return self.word("[]", start);
        }
        let mut first = self.entries(start);
        for item in items {
            self.entry(column, &mut first);
            self.out.push_str("- ");
            self.node(item, column + STEP, Start::Here);
        }
    }

    fn object(&mut self, object: &Object, column: usize, start: Start) {
        if object.is_empty() {
            return self.word("{}", start);
        }
        let mut first = self.entries(start);
        for (name, value) in object.iter() {
            self.key(name, column, &mut first);
            self.node(value, column + STEP, Start::Behind);
        }
    }

    fn key(&mut self, name: &str, column: usize, first: &mut bool) {
        self.entry(column, first);
        let from = self.out.len();
        scalar::inline(&mut self.out, name);
        if self.out.len() - from > SIMPLE_KEY {
            self.out.insert_str(from, "? ");
            self.out.push('\n');
            self.indent(column);
        }
        self.out.push(':');
    }

    fn function(&mut self, node: &Node, column: usize, start: Start) {
        match form(node) {
            Some(Form::Scalar(function, text)) => {
                self.tag(function, start);
                self.text(&text, column, Start::Behind);
            }
            Some(Form::Block(function, argument)) => {
                self.tag(function, start);
                self.node(argument, column, Start::Behind);
            }
            Some(Form::Long(function, argument)) => {
                let mut first = self.entries(start);
                self.key(function.key(), column, &mut first);
                self.node(&argument, column + STEP, Start::Behind);
            }
            None => self.word("null", start),
        }
    }

    fn tag(&mut self, function: Function, start: Start) {
        self.blank(start);
        self.out.push('!');
        self.out.push_str(function.short());
    }

    fn resources(&mut self, resources: &[(crate::node::Text, ResourceItem)]) {
        if resources.is_empty() {
            return self.word("{}", Start::Behind);
        }
        let mut first = self.entries(Start::Behind);
        for (id, item) in resources {
            self.key(id, STEP, &mut first);
            match item {
                ResourceItem::Resource(entry) => self.resource(entry, 2 * STEP),
                ResourceItem::Other(node) => self.node(node, 2 * STEP, Start::Behind),
            }
        }
    }

    fn resource(&mut self, entry: &ResourceEntry, column: usize) {
        let mut first = self.entries(Start::Behind);
        self.key("Type", column, &mut first);
        self.text(&entry.resource_type, column + STEP, Start::Behind);
        for (name, node) in entry.attributes.iter() {
            self.key(name, column, &mut first);
            self.node(node, column + STEP, Start::Behind);
        }
        if let Some(properties) = &entry.properties {
            self.key("Properties", column, &mut first);
            self.object(properties, column + STEP, Start::Behind);
        }
    }
}

/// The form of a function call; `None` if the node is not one.
fn form(node: &Node) -> Option<Form<'_>> {
    match node {
        Node::Ref(id) => Some(Form::Scalar(Function::Ref, (&**id).into())),
        Node::GetAtt(att) if att.resource.contains('.') => {
            let parts = Node::from([att.resource.clone(), att.attribute.clone()]);
            Some(Form::Long(Function::GetAtt, Cow::Owned(parts)))
        }
        Node::GetAtt(att) => {
            Some(Form::Scalar(Function::GetAtt, format!("{}.{}", att.resource, att.attribute).into()))
        }
        Node::Call(call) => {
            let (function, argument) = (call.function, &call.argument);
            Some(match argument {
                // Any other `GetAtt` would be parsed as names and dots.
                _ if function == Function::GetAtt => Form::Long(function, Cow::Borrowed(argument)),
                Node::Text(text) => Form::Scalar(function, (&**text).into()),
                Node::List(_) | Node::Object(_) => Form::Block(function, argument),
                _ => Form::Long(function, Cow::Borrowed(argument)),
            })
        }
        _ => None,
    }
}
