//! Random YAML in a document: whatever this crate and `PyYAML` both accept has the same value in both.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod support;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use strataform_template::Node;

const WORDS: &[&str] = &[
    "a", "b: ", "c: ", ": ", "- ", "? ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "&a ", "*a",
    "<<: ", "!Ref ", "!!str ", "!GetAtt ", "x.y", "|\n", ">\n", ">-\n", "|2\n", "|+\n", "'", "\"", "\\", "#",
    " #", "---\n", "%", "@", "x: y\n", "...\n", "\t", "1", "0x", "yes", "~", " ", "''", "\"\\n\"", "é", ":",
    "-", "?", ",", "!",
];

/// A value below a key, sometimes at the very end of the text without a trailing line break.
fn document() -> impl Strategy<Value = String> {
    let words = proptest::collection::vec(proptest::sample::select(WORDS), 1..14);
    (words, any::<bool>()).prop_map(|(words, open)| {
        let text = words.concat();
        if open {
            format!("- k: 1\n  l: {}", text.trim_end().replace('\n', "\n    "))
        } else {
            format!("k:\n  {}\n", text.replace('\n', "\n  "))
        }
    })
}

#[test]
fn documents_that_both_accept_have_the_same_value() {
    let Some(python) = support::python() else { return };
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRunner::deterministic().new_rng());
    let texts: Vec<String> =
        (0..20_000).map(|_| document().new_tree(&mut runner).expect("a text").current()).collect();
    let loaded = support::load(&python, "+", &serde_json::to_string(&texts).unwrap());
    assert_eq!(loaded.len(), texts.len());
    let mut equal = 0;
    for (text, loaded) in texts.iter().zip(loaded) {
        if let (Ok(node), Ok(value)) = (Node::from_yaml(text), loaded.value) {
            assert_eq!(serde_json::to_value(&node).unwrap(), value, "{text:?}");
            equal += 1;
        }
    }
    println!("{equal} documents accepted by both");
    assert!(equal > 3_000, "too few documents were accepted by both: {equal}");
}
