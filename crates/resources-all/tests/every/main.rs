//! Every generated type constructs with what it requires, takes every property, and renders it.
#![allow(missing_docs, reason = "a test")]

#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic, non_snake_case, missing_docs, reason = "generated")]
mod generated;

use strataform_template::Node;

#[test]
fn every_type_constructs_and_renders() {
    let mut count = 0;
    let mut check = |name: &str, node: Node, properties: &[&str]| {
        let object = node.as_object().unwrap_or_else(|| panic!("{name} renders no object"));
        let mut set: Vec<&str> = object.names().collect();
        set.sort_unstable();
        assert_eq!(set, properties, "{name}");
        assert_eq!(Node::from_yaml(&node.to_yaml()).as_ref(), Ok(&node), "{name}");
        count += 1;
    };
    generated::all(&mut check);
    assert_eq!(count, generated::COUNT);
}
