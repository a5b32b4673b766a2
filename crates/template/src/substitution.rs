//! `Fn::Sub` with placeholders that are checked at compile time.

use crate::function::Function;
use crate::node::{Node, Object};
use crate::pseudo;
use crate::value::Expression;

/// `Fn::Sub`: a text with `${name}` placeholders, each with a named value.
///
/// A placeholder without a value, or a value without a placeholder, is a compile error. Pseudo parameters
/// (`${AWS::Region}`) need no value; `${!x}` is the literal text `${x}`.
///
/// ```
/// use strataform_template::{pseudo, sub};
/// let bucket = pseudo::stack_name();
/// let url = sub!("s3://${bucket}-${AWS::Region}/raw/", bucket = &bucket);
/// ```
///
/// ```compile_fail
/// # use strataform_template::sub;
/// let url = sub!("s3://${bucket}/raw/", buckt = "orders");
/// ```
#[macro_export]
macro_rules! sub {
    ($text:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        const _: () = $crate::substitution::check($text, &[$(stringify!($name)),*]);
        $crate::substitution::substitute(
            $text,
            &[$((stringify!($name), $crate::part($value).into_node())),*],
        )
    }};
}

/// Panics at compile time if placeholders and names do not match. Used by [`sub!`].
///
/// # Panics
/// If a placeholder has no value or is not closed, or a value has no placeholder.
#[doc(hidden)]
#[track_caller]
pub const fn check(text: &str, names: &[&str]) {
    let bytes = text.as_bytes();
    let mut used = 0;
    while used < names.len() {
        let name = names[used].as_bytes();
        let message = Message::EMPTY.with(b"no placeholder for the value `").with(name);
        let message = message.with(b"`");
        assert!(holds(bytes, name), "{}", message.text());
        used += 1;
    }
    let mut at = 0;
    while at < bytes.len() {
        if at + 1 < bytes.len() && bytes[at] == b'$' && bytes[at + 1] == b'{' {
            let end = close(bytes, at + 2);
            let message = Message::EMPTY.with(b"the placeholder `").with(part(bytes, at, end + 1));
            assert!(end < bytes.len(), "{}", message.with(b"` is not closed").text());
            assert!(known(bytes, at + 2, end, names), "{}", message.with(b"` has no value").text());
            at = end;
        }
        at += 1;
    }
}

/// A message that is built at compile time, where nothing can be allocated.
#[derive(Clone, Copy)]
struct Message {
    bytes: [u8; 256],
    length: usize,
}

impl Message {
    const EMPTY: Self = Self { bytes: [0; 256], length: 0 };

    const fn with(mut self, text: &[u8]) -> Self {
        let mut at = 0;
        while at < text.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = text[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    const fn text(&self) -> &str {
        match str::from_utf8(part(&self.bytes, 0, self.length)) {
            Ok(text) => text,
            Err(_) => "placeholders and values do not match",
        }
    }
}

/// The bytes from one position to another, or to the end.
const fn part(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    let (head, _) = bytes.split_at(if to < bytes.len() { to } else { bytes.len() });
    head.split_at(from).1
}

const fn close(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'}' {
        at += 1;
    }
    at
}

const fn known(bytes: &[u8], from: usize, to: usize, names: &[&str]) -> bool {
    if from < to && bytes[from] == b'!' {
        return true;
    }
    let mut at = 0;
    while at < pseudo::NAMES.len() {
        if same(bytes, from, to, pseudo::NAMES[at].as_bytes()) {
            return true;
        }
        at += 1;
    }
    at = 0;
    while at < names.len() {
        if same(bytes, from, to, names[at].as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn same(bytes: &[u8], from: usize, to: usize, name: &[u8]) -> bool {
    if to - from != name.len() {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        if bytes[from + at] != name[at] {
            return false;
        }
        at += 1;
    }
    true
}

const fn holds(bytes: &[u8], name: &[u8]) -> bool {
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] == b'$' && bytes[at + 1] == b'{' {
            let end = close(bytes, at + 2);
            if same(bytes, at + 2, end, name) {
                return true;
            }
            at = end;
        }
        at += 1;
    }
    false
}

/// A part of the text of `Fn::Sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text.
    Text(&'a str),
    /// `${!name}`, which stands for `${name}`.
    Escaped(&'a str),
    /// `${name}`
    Name(&'a str),
}

/// The parts of the text of `Fn::Sub`.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        found.push(name.strip_prefix('!').map_or(Piece::Name(name), Piece::Escaped));
        rest = behind;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// Builds the function call. Used by [`sub!`], which has checked the names.
///
/// References and attributes become `${Id}` and `${Id.Attribute}` in the text, as in handwritten templates; literals
/// are inlined; everything else becomes a variable of the function.
#[doc(hidden)]
#[must_use]
pub fn substitute(text: &str, values: &[(&'static str, Node)]) -> Expression {
    let mut out = String::with_capacity(text.len() + 16);
    let mut variables = Object::new();
    let mut dynamic = false;
    let mut rest = text;
    while let Some((before, after)) = at_placeholder(rest) {
        out.push_str(before);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        rest = tail;
        let value = values.iter().find(|(known, _)| *known == name);
        if let Some((known, node)) = value {
            dynamic |= place(&mut out, &mut variables, known, node);
        } else {
            dynamic = true;
            placeholder(&mut out, name);
        }
    }
    out.push_str(rest);
    Expression(finish(out, variables, dynamic))
}

/// The text before and after the next `${`. Two bytes do not justify a search that is optimized for long texts.
fn at_placeholder(text: &str) -> Option<(&str, &str)> {
    let at = text.as_bytes().windows(2).position(|pair| pair == b"${")?;
    Some((&text[..at], &text[at + 2..]))
}

fn finish(out: String, variables: Object, dynamic: bool) -> Node {
    let text = Node::from(out);
    if !variables.is_empty() {
        Node::call(Function::Sub, Node::List(vec![text, Node::Object(variables)]))
    } else if dynamic {
        Node::call(Function::Sub, text)
    } else {
        text
    }
}

/// Substitutes one value; returns true if it is known only at deployment.
fn place(out: &mut String, variables: &mut Object, name: &'static str, node: &Node) -> bool {
    match node {
        Node::Ref(id) => placeholder(out, id),
        Node::GetAtt(att) => {
            out.push_str("${");
            out.push_str(&att.resource);
            out.push('.');
            out.push_str(&att.attribute);
            out.push('}');
        }
        // A `$` and a `{` that meet only here would be taken for a placeholder: keep them apart.
        Node::Text(text) if text.ends_with('$') || (text.starts_with('{') && out.ends_with('$')) => {
            placeholder(out, name);
            variables.insert(name, node.clone());
        }
        Node::Text(text) if at_placeholder(text).is_none() => {
            out.push_str(text);
            return false;
        }
        Node::Text(text) => {
            // A `${` inside a literal would otherwise be taken for a placeholder.
            out.push_str(&text.replace("${", "${!"));
        }
        Node::Number(number) => {
            out.push_str(&number.to_string());
            return false;
        }
        Node::Bool(value) => {
            out.push_str(if *value { "true" } else { "false" });
            return false;
        }
        other => {
            placeholder(out, name);
            variables.insert(name, other.clone());
        }
    }
    true
}

fn placeholder(out: &mut String, name: &str) {
    out.push_str("${");
    out.push_str(name);
    out.push('}');
}
