//! Arbitrary nodes and templates, including difficult texts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use strataform_template::{Function, Node, Object};

/// Texts that some reader misinterprets or loses a part of.
pub(crate) const NASTY: &[&str] = &[
    "",
    " ",
    "  ",
    "a",
    "yes",
    "Yes",
    "NO",
    "on",
    "OFF",
    "y",
    "N",
    "true",
    "False",
    "null",
    "Null",
    "NULL",
    "~",
    "=",
    "<<",
    "<",
    "0",
    "-0",
    "1",
    "+1",
    "0123",
    "089",
    "0o17",
    "0x1F",
    "0b11",
    "1_000",
    "1e3",
    "1E-3",
    "1.5e3",
    "1.5e+3",
    ".5",
    "-.5",
    "5.",
    ".inf",
    "-.INF",
    ".nan",
    "12:30",
    "1:30:15",
    "0:30.5",
    "2010-09-09",
    "2012-10-17",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43",
    "123456789012",
    "012345678901",
    "18446744073709551616",
    " leading",
    "trailing ",
    "\tleading",
    "trailing\t",
    "a: b",
    "a:",
    "a:b",
    ":",
    ": a",
    "- a",
    "-",
    "--",
    "---",
    "--- a",
    "...",
    "? a",
    "?",
    "# x",
    "a # x",
    "a#x",
    "#",
    "!Ref x",
    "!",
    "&a",
    "*a",
    "*",
    "%a",
    "@a",
    "`a`",
    "|",
    ">",
    "|-",
    "'a'",
    "it's",
    "\"a\"",
    "say \"a\"",
    "it's \"a\"",
    "a\\b",
    "\\",
    "\\n",
    "[a]",
    "{a}",
    "[]",
    "{}",
    "a, b",
    "a]",
    "${A}",
    "${A.B}-x",
    "$a",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "\n",
    "\n\n",
    "\na",
    " a\nb",
    "a\n b",
    "a\n\n b\n",
    "a\n  ",
    "a \nb",
    "a\n\tb\n",
    "\ta\nb",
    "a\n#b\n",
    "a\n---\nb",
    "# a\n# b\n",
    "a: b\nc: d\n",
    "- a\n- b",
    "a\r\nb",
    "a\rb",
    "\r",
    "\0",
    "\u{1}",
    "\u{7}",
    "\u{1b}[0m",
    "\u{7f}",
    "\u{85}",
    "a\u{85}b",
    "\u{a0}",
    "a\u{2028}b",
    "a\u{2029}b\nc",
    "\u{feff}",
    "\u{feff}a",
    "\u{fffe}",
    "\u{ffff}",
    "\u{200b}",
    "\u{202e}a",
    "é",
    "ß ist\nzwei",
    "日本語",
    "🦀",
    "🦀\n🦀\n",
    "e\u{301}",
    "\u{e0001}",
    "\u{10ffff}",
    "Ref",
    "Fn::GetAtt",
    "Fn::ForEach::X",
    "Condition",
    "(a)",
    "/a/b",
    "_a",
    "a  b",
    "NaN",
    "inf",
    "nil",
    "undefined",
];

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(NASTY).prop_map(str::to_owned),
        2 => "[ -~]{0,12}",
        2 => "[a-z \n\t:#\\-'\"!{}\\[\\],&*?|>%@`0-9.~=<]{0,16}",
        2 => any::<String>(),
        1 => (select(NASTY), select(NASTY)).prop_map(|(left, right)| format!("{left}{right}")),
        1 => ("[a-z:. ]{1,3}", 40..600_usize).prop_map(|(part, times)| part.repeat(times)),
    ]
}

fn number() -> impl Strategy<Value = Node> {
    prop_oneof![
        any::<i64>().prop_map(Node::from),
        any::<u64>().prop_map(Node::from),
        (-100..1000_i32).prop_map(Node::from),
        any::<f64>().prop_map(Node::from),
        select(
            &[0.0, -0.0, 1.0, 0.5, 1e300, 1e-300, 1e21, 1e16, 123_456_789.0, f64::MAX, f64::MIN_POSITIVE][..]
        )
        .prop_map(Node::from),
    ]
}

fn leaf() -> impl Strategy<Value = Node> {
    prop_oneof![
        1 => Just(Node::Null),
        1 => any::<bool>().prop_map(Node::from),
        2 => number(),
        6 => text().prop_map(Node::from),
        2 => text().prop_map(|id| Node::call(Function::Ref, Node::from(id))),
        2 => (text(), text()).prop_map(|(resource, attribute)| get_att(resource, attribute)),
        1 => Just(Node::List(Vec::new())),
        1 => Just(Node::Object(Object::new())),
    ]
}

fn get_att(resource: String, attribute: String) -> Node {
    Node::call(Function::GetAtt, Node::List(vec![Node::from(resource), Node::from(attribute)]))
}

pub(crate) fn object(value: impl Strategy<Value = Node>) -> impl Strategy<Value = Object> {
    vec((text(), value), 0..5).prop_map(|entries| entries.into_iter().collect())
}

/// Any node in canonical form.
pub(crate) fn node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 0..5).prop_map(Node::List),
            3 => object(inner.clone()).prop_map(Node::from),
            4 => (select(&Function::ALL[..]), inner).prop_map(|(function, argument)| Node::call(function, argument)),
        ]
    })
}

const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Description",
    "Transform",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Hooks",
    "Outputs",
    "Globals",
    "Unknown",
    "Fn::Transform",
];

fn resource() -> impl Strategy<Value = Node> {
    let entry =
        ("AWS::[A-Z][a-z]{1,5}::[A-Z][a-z]{1,5}", proptest::option::of(object(node())), object(node()))
            .prop_map(|(kind, properties, attributes)| {
                let mut entry: Object = attributes;
                entry.insert("Type", Node::from(kind));
                if let Some(properties) = properties {
                    entry.insert("Properties", Node::Object(properties));
                }
                Node::from(entry)
            });
    prop_oneof![4 => entry, 1 => node()]
}

/// The node of any template: some sections, with or without resources.
pub(crate) fn template() -> impl Strategy<Value = Node> {
    let sections = vec((select(SECTIONS), node()), 0..4);
    let resources = proptest::option::of(vec((text(), resource()), 0..4));
    (sections, resources).prop_map(|(sections, resources)| {
        let mut top: Object = sections.into_iter().collect();
        if let Some(resources) = resources {
            top.insert("Resources", Node::Object(resources.into_iter().collect()));
        }
        Node::Object(top)
    })
}
