//! Adds one mistake to a valid resource.

use strataform_schema::facts::{ResourceFacts, Shape};
use strataform_template::{Node, Object};

use super::sample::Choice;

/// Adds a mistake somewhere in the properties and returns which.
pub(crate) fn mutate(object: &mut Object, facts: &ResourceFacts, choice: &mut Choice) -> &'static str {
    let names: Vec<String> = object.names().map(str::to_owned).collect();
    if !names.is_empty() && choice.below(5) > 1 {
        let name = &names[choice.below(names.len())];
        let shape = facts.shape.properties.get(name).map(|shape| follow(shape, facts));
        if let (Some(value), Some(shape)) = (object.get_mut(name), shape) {
            return node(value, shape, facts, choice);
        }
    }
    whole(object, &facts.shape, facts, choice)
}

fn follow<'a>(shape: &'a Shape, facts: &'a ResourceFacts) -> &'a Shape {
    let mut at = shape;
    for _ in 0..8 {
        match facts.referred(at) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

fn whole(object: &mut Object, shape: &Shape, facts: &ResourceFacts, choice: &mut Choice) -> &'static str {
    match choice.below(4) {
        0 if !shape.required.is_empty() => {
            let name = &shape.required[choice.below(shape.required.len())];
            object.remove(name);
            "required property removed"
        }
        1 => {
            let top: Vec<&String> = facts.read_only.iter().filter(|path| !path.contains('/')).collect();
            if let Some(name) = top.get(choice.below(top.len())) {
                object.insert((*name).clone(), "sample");
            }
            "read-only property set"
        }
        2 => {
            let name = shape.properties.keys().next().map_or("Sample".into(), |name| format!("{name}x"));
            object.insert(name, "sample");
            "misspelled property"
        }
        _ => {
            object.insert("NoSuchProperty", 1);
            "unknown property"
        }
    }
}

fn node(value: &mut Node, shape: &Shape, facts: &ResourceFacts, choice: &mut Choice) -> &'static str {
    match value {
        Node::Object(object) if !object.is_empty() && choice.one_in(2) => {
            let names: Vec<String> = object.names().map(str::to_owned).collect();
            let name = &names[choice.below(names.len())];
            let next = shape.properties.get(name).map(|shape| follow(shape, facts));
            match (object.get_mut(name), next) {
                (Some(value), Some(shape)) => node(value, shape, facts, choice),
                _ => "nothing",
            }
        }
        Node::Object(object) => whole(object, shape, facts, choice),
        Node::List(items) if !items.is_empty() && choice.one_in(2) => {
            let items_shape = shape.items.as_deref().map(|shape| follow(shape, facts));
            match items_shape {
                Some(shape) => node(&mut items[0], shape, facts, choice),
                None => "nothing",
            }
        }
        Node::List(items) => {
            if let Some(first) = items.first().cloned() {
                items.extend(std::iter::repeat_n(first, 60));
            }
            "list of equal items"
        }
        value => scalar(value, choice),
    }
}

fn scalar(value: &mut Node, choice: &mut Choice) -> &'static str {
    let (wrong, what) = match choice.below(7) {
        0 => (Node::from(vec!["sample"]), "list for a scalar"),
        1 => (Node::Object(Object::from([("Sample", "sample")])), "object for a scalar"),
        2 => (Node::from("x".repeat(5_000)), "long text"),
        3 => (Node::from(""), "empty text"),
        4 => (Node::from(-1), "negative number"),
        5 => (Node::from(99_999_999_999_i64), "large number"),
        _ => (Node::from("no such \u{e9} value!"), "strange text"),
    };
    *value = wrong;
    what
}
