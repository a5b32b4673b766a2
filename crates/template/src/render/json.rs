//! JSON, written without serde: most of a template is text that needs no escapes, so text is searched eight bytes at
//! a time. The bytes are the same as `serde_json` writes.

use std::fmt::Write;

use crate::function::Function;
use crate::node::{GetAtt, Node, Object, Text};
use crate::resource::ResourceEntry;
use crate::template::{Compact, ResourceItem, Section, Template};

/// An estimate of the bytes of a resource, to avoid reallocation.
const RESOURCE: usize = 1024;

pub(super) fn pretty(template: &Template) -> String {
    let mut out = written::<true>(template, 2 * RESOURCE);
    out.push('\n');
    out
}

/// A value by itself, formatted as [`pretty`] formats it within a template.
pub(super) fn pretty_node(node: &Node) -> String {
    let nothing = Compact::new();
    let mut writer = Writer::<true> { out: String::with_capacity(RESOURCE), depth: 0, compact: &nothing };
    writer.node(node);
    writer.out.push('\n');
    writer.out
}

pub(super) fn compact(template: &Template) -> String {
    written::<false>(template, RESOURCE)
}

fn written<const PRETTY: bool>(template: &Template, each: usize) -> String {
    let resources = template.resources.as_ref().map_or(0, Vec::len);
    let out = String::with_capacity(each * (resources + 1));
    let mut writer = Writer::<PRETTY> { out, depth: 0, compact: &template.compact };
    writer.template(template);
    writer.out
}

/// Writes lines with two spaces of indentation if `PRETTY`, otherwise compact.
struct Writer<'a, const PRETTY: bool> {
    out: String,
    depth: usize,
    /// Properties that are compact even then.
    compact: &'a Compact,
}

impl<const PRETTY: bool> Writer<'_, PRETTY> {
    fn template(&mut self, template: &Template) {
        let mut first = self.begin('{');
        for (section, node) in template.sections.range(..Section::Resources) {
            self.entry(&mut first, section.key(), node);
        }
        if let Some(resources) = &template.resources {
            self.key(&mut first, Section::Resources.key());
            self.resources(resources);
        }
        for (section, node) in template.sections.range(Section::Resources..) {
            self.entry(&mut first, section.key(), node);
        }
        self.end(first, '}');
    }

    fn resources(&mut self, resources: &[(Text, ResourceItem)]) {
        let mut first = self.begin('{');
        for (id, item) in resources {
            self.key(&mut first, id);
            match item {
                ResourceItem::Resource(entry) => self.resource(entry),
                ResourceItem::Other(node) => self.node(node),
            }
        }
        self.end(first, '}');
    }

    fn resource(&mut self, resource: &ResourceEntry) {
        let mut first = self.begin('{');
        self.key(&mut first, "Type");
        self.text(&resource.resource_type);
        for (name, node) in resource.attributes.iter() {
            self.entry(&mut first, name, node);
        }
        if let Some(properties) = &resource.properties {
            self.key(&mut first, "Properties");
            match self.compact.get(&*resource.resource_type) {
                Some(compact) => self.properties(properties, compact),
                None => self.object(properties),
            }
        }
        self.end(first, '}');
    }

    /// Properties, one of which is compact.
    fn properties(&mut self, properties: &Object, compact: &str) {
        let mut first = self.begin('{');
        for (name, node) in properties.iter() {
            self.key(&mut first, name);
            if PRETTY && name == compact {
                let out = std::mem::take(&mut self.out);
                let mut writer = Writer::<false> { out, depth: 0, compact: self.compact };
                writer.node(node);
                self.out = writer.out;
            } else {
                self.node(node);
            }
        }
        self.end(first, '}');
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Null => self.out.push_str("null"),
            Node::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Node::Number(number) => {
                let written = write!(self.out, "{number}");
                debug_assert!(written.is_ok(), "writing to a string cannot fail");
            }
            Node::Text(text) => self.text(text),
            Node::List(items) => self.list(items),
            Node::Object(object) => self.object(object),
            Node::Ref(id) => self.function(Function::Ref, |writer| writer.text(id)),
            Node::GetAtt(att) => self.function(Function::GetAtt, |writer| writer.get_att(att)),
            Node::Call(call) => self.function(call.function, |writer| writer.node(&call.argument)),
        }
    }

    fn list(&mut self, items: &[Node]) {
        let mut first = self.begin('[');
        for item in items {
            self.next(&mut first);
            self.node(item);
        }
        self.end(first, ']');
    }

    fn object(&mut self, object: &Object) {
        let mut first = self.begin('{');
        for (name, node) in object.iter() {
            self.entry(&mut first, name, node);
        }
        self.end(first, '}');
    }

    fn function(&mut self, function: Function, argument: impl FnOnce(&mut Self)) {
        let mut first = self.begin('{');
        self.key(&mut first, function.key());
        argument(self);
        self.end(first, '}');
    }

    fn get_att(&mut self, att: &GetAtt) {
        let mut first = self.begin('[');
        for part in [&att.resource, &att.attribute] {
            self.next(&mut first);
            self.text(part);
        }
        self.end(first, ']');
    }

    fn entry(&mut self, first: &mut bool, name: &str, node: &Node) {
        self.key(first, name);
        self.node(node);
    }

    fn key(&mut self, first: &mut bool, name: &str) {
        self.next(first);
        self.text(name);
        self.out.push_str(if PRETTY { ": " } else { ":" });
    }

    /// Opens a bracket; returns that the next entry is the first.
    fn begin(&mut self, bracket: char) -> bool {
        self.out.push(bracket);
        self.depth += 1;
        true
    }

    fn next(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(',');
        }
        self.line();
    }

    fn end(&mut self, empty: bool, bracket: char) {
        self.depth -= 1;
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        if PRETTY {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        let mut rest = text;
        while let Some(at) = first_escaped(rest.as_bytes()) {
            let (plain, tail) = rest.split_at(at);
            self.out.push_str(plain);
            let mut letters = tail.chars();
            if let Some(letter) = letters.next() {
                self.escape(letter);
            }
            rest = letters.as_str();
        }
        self.out.push_str(rest);
        self.out.push('"');
    }

    fn escape(&mut self, letter: char) {
        match letter {
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\u{8}' => self.out.push_str("\\b"),
            '\t' => self.out.push_str("\\t"),
            '\n' => self.out.push_str("\\n"),
            '\u{c}' => self.out.push_str("\\f"),
            '\r' => self.out.push_str("\\r"),
            control => {
                let written = write!(self.out, "\\u{:04x}", u32::from(control));
                debug_assert!(written.is_ok(), "writing to a string cannot fail");
            }
        }
    }
}

/// How many bytes are searched at a time.
const WORD: usize = size_of::<u64>();

/// The position of the first byte that must be escaped in JSON text.
fn first_escaped(bytes: &[u8]) -> Option<usize> {
    let Some(last) = bytes.last_chunk::<WORD>() else {
        return bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    };
    let (words, _) = bytes.as_chunks::<WORD>();
    for (place, word) in words.iter().enumerate() {
        if let Some(at) = first_escaped_of(*word) {
            return Some(place * WORD + at);
        }
    }
    // The remaining bytes, preceded by some that need no escape.
    first_escaped_of(*last).map(|at| bytes.len() - WORD + at)
}

/// The lowest marked byte is correct: the borrow of the subtraction only goes upwards, so a byte below the first hit
/// is never marked.
fn first_escaped_of(word: [u8; WORD]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; WORD]);
    const HIGH: u64 = u64::from_le_bytes([0x80; WORD]);
    let word = u64::from_le_bytes(word);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let marks = (below(word, 0x20) | equal(b'"') | equal(b'\\')) & HIGH;
    (marks != 0).then(|| marks.trailing_zeros() as usize / WORD)
}

#[cfg(test)]
mod tests {
    use serde_json::Number;

    use crate::function::Function;
    use crate::node::{Node, Object};
    use crate::template::{Section, Template};

    fn texts() -> Vec<Node> {
        let plain = "a text of more than eight letters, äöü€𝄞 as well";
        let hidden = (0..=0x80_u8).flat_map(|byte| {
            (0..20).map(move |before| {
                let byte = char::from(byte);
                Node::from(format!("{}{byte}{}", "é".repeat(before / 2), "x".repeat(before % 7)))
            })
        });
        ["", "\"", "\\", "ends in a quote\"", plain].map(Node::from).into_iter().chain(hidden).collect()
    }

    fn everything() -> Template {
        let mut template = Template::new();
        let numbers = [Number::from(-7), Number::from(u64::MAX)];
        let floats = [0.1, -1e300, 5e-324, 1.0].map(Node::from);
        template
            .metadata("Texts", texts())
            .metadata("Numbers", Node::List(numbers.into_iter().map(Node::Number).chain(floats).collect()))
            .metadata("Empty", [Node::List(Vec::new()), Node::Object(Object::new()), Node::Null])
            .metadata("Truths", [true, false])
            .metadata("A \"quoted\" key", Node::call(Function::Sub, Node::from("${A.B}")))
            .metadata("Ref", Node::Ref("A".into()))
            .metadata("GetAtt", Node::call(Function::GetAtt, Node::from(["A", "B.C"])));
        template.sections.insert(Section::Other("Globals".into()), Node::Object(Object::new()));
        template
    }

    #[test]
    fn a_compact_property_has_the_same_value_on_one_line() {
        let text = r#"{"Resources":{"A":{"Type":"X::Y::Z","Properties":{"Big":{"a":[1,2]},"Small":[1]}}}}"#;
        let plain = Template::from_json(text).expect("a template");
        let mut template = plain.clone();
        template.compact.insert("X::Y::Z", "Big");
        let pretty = super::pretty(&template);
        assert!(pretty.contains("\"Big\": {\"a\":[1,2]},\n"), "{pretty}");
        assert!(pretty.contains("\"Small\": [\n"), "{pretty}");
        assert_eq!(super::compact(&template), super::compact(&plain));
        assert_eq!(Template::from_json(&pretty).as_ref(), Ok(&plain));
        assert_eq!(template, plain);
    }

    #[test]
    fn the_bytes_equal_those_of_serde_json() {
        let template = everything();
        let compact = serde_json::to_string(&template).expect("a tree with text keys");
        assert_eq!(super::compact(&template), compact);
        let pretty = serde_json::to_string_pretty(&template).expect("a tree with text keys");
        assert_eq!(super::pretty(&template), format!("{pretty}\n"));
    }
}
