//! Whatever is rendered parses to the same value, in every form and with every reader.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod nodes;
mod support;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use strataform_template::{Function, Node, Template};

fn json(node: &Node) -> String {
    serde_json::to_string(node).expect("a node has text keys only")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn nodes_round_trip(node in nodes::node()) {
        prop_assert_eq!(&Node::from_json(&json(&node)).unwrap(), &node);
        prop_assert_eq!(&Node::from_json(&serde_json::to_string_pretty(&node).unwrap()).unwrap(), &node);
        let yaml = node.to_yaml();
        match Node::from_yaml(&yaml) {
            Ok(read) => prop_assert_eq!(read, node, "{}", yaml),
            Err(error) => prop_assert!(false, "{}\n{}", error, yaml),
        }
    }

    #[test]
    fn texts_round_trip_in_every_position(text in nodes::text()) {
        for node in [
            Node::from(text.clone()),
            Node::from([text.clone(), text.clone()]),
            Node::from(vec![Node::from([text.clone()])]),
            Node::call(Function::Sub, Node::from(text.clone())),
            Node::call(Function::Base64, Node::call(Function::Sub, Node::from(text.clone()))),
            Node::from(strataform_template::Object::from([(text.clone(), text)])),
        ] {
            let yaml = node.to_yaml();
            prop_assert_eq!(Node::from_yaml(&yaml).map_err(|error| format!("{error}\n{yaml}")), Ok(node));
        }
    }

    #[test]
    fn templates_round_trip(node in nodes::template()) {
        let template = Template::from_json(&json(&node)).unwrap();
        prop_assert_eq!(serde_json::to_value(&template).unwrap(), serde_json::to_value(&node).unwrap());
        for text in [
            template.to_json().unwrap(),
            template.to_json_compact().unwrap(),
            template.to_yaml().unwrap(),
        ] {
            match Template::parse(&text) {
                Ok(read) => prop_assert_eq!(&read, &template, "{}", text),
                Err(error) => prop_assert!(false, "{}\n{}", error, text),
            }
        }
    }

    #[test]
    fn rendering_is_deterministic(node in nodes::template()) {
        let text = json(&node);
        let (one, two) = (Template::from_json(&text).unwrap(), Template::from_json(&text).unwrap());
        prop_assert_eq!(one.to_json(), two.to_json());
        prop_assert_eq!(one.to_yaml(), two.to_yaml());
        prop_assert_eq!(one.to_yaml(), Template::from_yaml(&one.to_yaml().unwrap()).unwrap().to_yaml());
    }
}

/// The same nodes in every run, so that the comparison with Python does not depend on chance.
fn some(count: usize, strategy: &impl Strategy<Value = Node>) -> Vec<Node> {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRunner::deterministic().new_rng());
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a node").current()).collect()
}

fn has_function(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= node.is_intrinsic());
    found
}

/// Parses the YAML of nodes with Python; `argument` is that of `load.py`.
fn read_by_python(argument: &str, nodes: &[Node]) {
    let Some(python) = support::python() else { return };
    let yaml: Vec<String> = nodes.iter().map(Node::to_yaml).collect();
    let loaded = support::load(&python, argument, &serde_json::to_string(&yaml).unwrap());
    assert_eq!(loaded.len(), nodes.len());
    println!("{} documents read by Python", loaded.len());
    for ((node, yaml), loaded) in nodes.iter().zip(&yaml).zip(loaded) {
        let value: Value = serde_json::to_value(node).unwrap();
        assert_eq!(loaded.value.as_ref(), Ok(&value), "\n{yaml}");
    }
}

#[test]
fn python_parses_yaml_without_functions_to_the_same_values() {
    let texts = proptest::collection::vec(nodes::text().prop_map(Node::from), 0..6).prop_map(Node::List);
    let mut sent: Vec<Node> = nodes::NASTY.iter().map(|text| Node::from(*text)).collect();
    sent.extend(nodes::NASTY.iter().map(|text| Node::from([*text, *text])));
    sent.extend(nodes::NASTY.iter().map(|text| Node::from(vec![Node::from([*text])])));
    sent.extend(some(300, &texts));
    sent.extend(some(1_500, &nodes::node()));
    sent.retain(|node| !has_function(node));
    assert!(sent.len() > 1_000, "{}", sent.len());
    read_by_python("-", &sent);
}

#[test]
fn python_parses_short_forms_to_the_same_values() {
    let mut sent = some(1_000, &nodes::node());
    sent.retain(has_function);
    assert!(sent.len() > 300, "{}", sent.len());
    read_by_python("+", &sent);
}
