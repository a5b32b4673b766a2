//! The length of the keys on the way to a value.
//!
//! Whoever reports values by their places repeats these keys for each value, so long ones above many values exhaust memory.

use super::error::{ParseErrors, Place};
use crate::node::Node;

/// The most bytes of all keys on the way to a value. Of the templates that AWS publishes, none has 500.
const LONGEST: usize = 4_096;

/// The value, unless the keys on the way to a part of it are too long.
pub(super) fn bounded(node: Node) -> Result<Node, ParseErrors> {
    if fits(&node, LONGEST) {
        return Ok(node);
    }
    let reason = format!("the keys on the way to a value have more than {LONGEST} bytes together");
    Err(Place { line: 1, column: 1 }.error(reason).into())
}

fn fits(node: &Node, left: usize) -> bool {
    match node {
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Ref(_) | Node::GetAtt(_) => true,
        Node::List(items) => items.iter().all(|item| fits(item, left)),
        Node::Object(object) => object
            .iter()
            .all(|(key, value)| left.checked_sub(key.len()).is_some_and(|left| fits(value, left))),
        Node::Call(call) => fits(&call.argument, left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_keys_are_refused_together() {
        let nested = |length: usize, levels: usize| {
            let key = "k".repeat(length);
            let text = format!("{}1{}", format!("{{\"{key}\":[").repeat(levels), "]}".repeat(levels));
            (Node::from_json(&text).is_ok(), Node::from_yaml(&text).is_ok())
        };
        assert_eq!(nested(4_096, 1), (true, true));
        assert_eq!(nested(4_097, 1), (false, false));
        assert_eq!(nested(410, 10), (false, false));
    }
}
