//! Texts, numbers and booleans.

use serde_json::{Number, Value};
use strataform_template::Node;

use super::{Validator, format};
use crate::facts::{Kind, Shape};
use crate::finding::Rule;
use crate::pattern;

/// Whether `CloudFormation` accepts the literal as a value of this kind.
pub(super) fn is(node: &Node, kind: Kind) -> bool {
    match kind {
        Kind::List => matches!(node, Node::List(_)),
        Kind::Object => matches!(node, Node::Object(_)),
        Kind::Null => matches!(node, Node::Null),
        Kind::Text => matches!(node, Node::Text(_) | Node::Number(_) | Node::Bool(_)),
        Kind::Boolean => match node {
            Node::Bool(_) => true,
            Node::Text(text) => boolean(text).is_some(),
            _ => false,
        },
        Kind::Integer => match node {
            Node::Number(number) => number.as_f64().is_some_and(|value| value.fract() == 0.0),
            Node::Text(text) => text.trim().parse::<i128>().is_ok(),
            _ => false,
        },
        Kind::Number => number(node).is_some(),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn number(node: &Node) -> Option<f64> {
    match node {
        Node::Number(number) => number.as_f64(),
        Node::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A literal for a message, truncated if it is long.
pub(super) fn show(node: &Node) -> String {
    let text = match node {
        Node::Text(text) => format!("`{text}`"),
        Node::Number(number) => format!("`{number}`"),
        Node::Bool(value) => format!("`{value}`"),
        Node::Null => "null".into(),
        Node::List(_) => "a list".into(),
        _ => "an object".into(),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…`", &text[..end]),
        None => text,
    }
}

/// Whether `CloudFormation` treats two literals as the same value.
pub(super) fn same(left: &Node, right: &Node) -> bool {
    match (left, right) {
        (Node::Text(left), Node::Text(right)) => left == right,
        (Node::Text(text), other) | (other, Node::Text(text)) => {
            spelled(other).is_some_and(|other| other == **text)
        }
        (Node::List(left), Node::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (left, right) => left == right,
    }
}

fn spelled(node: &Node) -> Option<String> {
    match node {
        Node::Number(number) => Some(number.to_string()),
        Node::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

impl<'a> Validator<'a> {
    pub(super) fn scalar(&mut self, node: &'a Node, shape: &'a Shape) {
        self.range(node, shape);
        if let Node::Text(text) = node {
            self.length(text, shape);
            self.format(text, shape);
        }
        self.pattern(node, shape);
    }

    pub(super) fn allowed(&mut self, node: &Node, shape: &Shape) {
        if shape.allowed.is_empty() || shape.allowed.iter().any(|value| equals(node, value, shape.any_case)) {
            return;
        }
        let mut words: Vec<String> = shape
            .allowed
            .iter()
            .take(12)
            .map(|value| match value {
                Value::String(word) => word.clone(),
                other => other.to_string(),
            })
            .collect();
        if shape.allowed.len() > words.len() {
            words.push(format!("… ({} in total)", shape.allowed.len()));
        }
        self.find(
            Rule::Allowed,
            format!("invalid value {}; expected one of {}", show(node), words.join(", ")),
        );
    }

    fn range(&mut self, node: &Node, shape: &Shape) {
        let Some(value) = number(node) else {
            return;
        };
        let float = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
        if float(&shape.range.0).is_some_and(|least| value < least)
            || float(&shape.exclusive_range.0).is_some_and(|least| value <= least)
        {
            self.find(Rule::Range, format!("{} is too small{}", show(node), bounds(shape)));
        }
        if float(&shape.range.1).is_some_and(|most| value > most)
            || float(&shape.exclusive_range.1).is_some_and(|most| value >= most)
        {
            self.find(Rule::Range, format!("{} is too large{}", show(node), bounds(shape)));
        }
        let step = float(&shape.multiple_of).filter(|step| *step != 0.0 && (value / step).fract() != 0.0);
        if let Some(step) = step {
            self.find(Rule::Range, format!("{} is not a multiple of {step}", show(node)));
        }
    }

    fn length(&mut self, text: &str, shape: &Shape) {
        let length = text.chars().count() as u64;
        if let Some(least) = shape.length.0.filter(|least| length < *least) {
            self.find(Rule::Length, format!("{length} characters, but at least {least} are required"));
        }
        if let Some(most) = shape.length.1.filter(|most| length > *most) {
            self.find(Rule::Length, format!("{length} characters, but at most {most} are allowed"));
        }
    }

    fn format(&mut self, text: &str, shape: &Shape) {
        let Some(name) = shape.format.as_deref() else {
            return;
        };
        if is_dynamic(text) {
            self.unsure = true;
        } else if format::holds(name, text) == Some(false) {
            self.find(Rule::Format, format!("`{text}` is not a valid {name}"));
        }
    }

    fn pattern(&mut self, node: &Node, shape: &Shape) {
        let Some(pattern) = &shape.pattern else {
            return;
        };
        let spelled = spelled(node);
        let Some(text) = node.as_str().or(spelled.as_deref()) else {
            return;
        };
        if is_dynamic(text) {
            self.unsure = true;
        } else if pattern::matches(shape.regex.as_ref().unwrap_or(pattern), text) == Some(false) {
            self.find(Rule::Pattern, format!("{} does not match `{pattern}`", show(node)));
        }
    }
}

/// A dynamic reference stands for a text that is known only at deployment.
fn is_dynamic(text: &str) -> bool {
    text.strip_prefix("{{").is_some_and(|inside| inside.trim_start().starts_with("resolve:"))
}

fn equals(node: &Node, value: &Value, any_case: bool) -> bool {
    match (node, value) {
        (Node::Text(text), Value::String(word)) if any_case => text.eq_ignore_ascii_case(word),
        (Node::Text(text), Value::String(word)) => text == word,
        (Node::Text(text), Value::Number(number)) => **text == number.to_string(),
        (Node::Text(text), Value::Bool(value)) => boolean(text) == Some(*value),
        (Node::Number(number), Value::String(word)) => *word == number.to_string(),
        (Node::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Node::Bool(left), Value::Bool(right)) => left == right,
        (Node::Bool(left), Value::String(word)) => boolean(word) == Some(*left),
        _ => false,
    }
}

fn bounds(shape: &Shape) -> String {
    let text = |bound: &Option<Number>| bound.as_ref().map_or_else(|| "…".into(), Number::to_string);
    let limits = if shape.range.is_open() { &shape.exclusive_range } else { &shape.range };
    format!("; expected {} to {}", text(&limits.0), text(&limits.1))
}
