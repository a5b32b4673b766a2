//! Objects: allowed and required properties, and properties that depend on each other.

use strataform_template::{Node, Object};

use super::{Step, Validator, distance, is_no_value, may_be_no_value};
use crate::facts::Shape;
use crate::finding::Rule;
use crate::pattern;

impl<'a> Validator<'a> {
    pub(super) fn object(&mut self, object: &'a Object, shape: &'a Shape) {
        for (name, value) in object.iter().filter(|(_, value)| !is_no_value(value)) {
            self.property(name, value, shape);
        }
        self.required(object, shape);
        self.together(object, shape);
        let count = present(object).count() as u64;
        if let Some(least) = shape.property_count.0.filter(|least| count < *least) {
            self.find(Rule::Count, format!("{count} properties, but at least {least} are required"));
        }
        if let Some(most) = shape.property_count.1.filter(|most| count > *most) {
            self.find(Rule::Count, format!("{count} properties, but at most {most} are allowed"));
        }
    }

    fn property(&mut self, name: &'a str, value: &'a Node, shape: &'a Shape) {
        let mut known = false;
        if let Some(next) = shape.properties.get(name) {
            known = true;
            self.below(Step::Name(name), value, next);
        }
        for (pattern, next) in &shape.pattern_properties {
            if pattern::matches(pattern, name).unwrap_or(true) {
                known = true;
                self.below(Step::Name(name), value, next);
            }
        }
        if known {
            return;
        }
        if let Some(next) = &shape.additional {
            self.below(Step::Name(name), value, next);
        } else if shape.closed && !self.is_function(name) {
            self.find_at(
                name,
                Rule::UnknownProperty,
                format!("unknown property `{name}`{}", near(name, shape)),
            );
        }
    }

    /// `Fn::Transform` and `Fn::ForEach::…` produce properties when the template is processed.
    fn is_function(&mut self, name: &str) -> bool {
        let function = name.starts_with("Fn::");
        self.unsure |= function;
        function
    }

    fn find_at(&mut self, name: &'a str, rule: Rule, message: String) {
        self.path.push(Step::Name(name));
        self.find(rule, message);
        self.path.pop();
    }

    fn required(&mut self, object: &'a Object, shape: &'a Shape) {
        if has_macro(object) {
            return;
        }
        for name in &shape.required {
            if !has(object, name) {
                self.find(Rule::Required, format!("missing property `{name}`"));
            }
        }
        let found = |names: &[String]| names.iter().filter(|name| has(object, name)).count();
        let unsure = |names: &[String]| names.iter().filter_map(|name| object.get(name)).any(may_be_no_value);
        let list =
            |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if !shape.required_any.is_empty() && found(&shape.required_any) == 0 {
            self.find(Rule::Together, format!("at least one of {} is required", list(&shape.required_any)));
        }
        let one = &shape.required_one;
        let count = found(one);
        if !one.is_empty() && count == 0 {
            self.find(Rule::Together, format!("exactly one of {} is required", list(one)));
        } else if count > 1 && !unsure(one) {
            for name in one.iter().filter(|name| has(object, name)) {
                self.find_at(name, Rule::Together, format!("only one of {} is allowed", list(one)));
            }
        }
    }

    fn together(&mut self, object: &'a Object, shape: &'a Shape) {
        let sure =
            |name: &str| object.get(name).is_some_and(|value| !is_no_value(value) && !may_be_no_value(value));
        for (name, others) in shape.dependent_required.iter().filter(|(name, _)| sure(name)) {
            for other in others.iter().filter(|other| !has(object, other)) {
                self.find(Rule::Together, format!("`{name}` requires `{other}`"));
            }
        }
        for (name, others) in shape.dependent_excluded.iter().filter(|(name, _)| sure(name)) {
            for other in others.iter().filter(|other| sure(other)) {
                self.find_at(other, Rule::Together, format!("`{name}` and `{other}` are mutually exclusive"));
            }
        }
        for (_, next) in shape.dependent_shapes.iter().filter(|(name, _)| sure(name)) {
            self.object(object, next);
        }
    }

    /// Properties, at the top level and below, that only the service sets.
    pub(super) fn read_only(&mut self, properties: &'a Object) {
        for path in &self.facts.read_only {
            let steps: Vec<&'a str> = path.split('/').collect();
            self.forbid(properties, &steps);
        }
    }

    fn forbid(&mut self, object: &'a Object, steps: &[&'a str]) {
        let Some((name, rest)) = steps.split_first() else {
            return;
        };
        let Some(value) = object.get(name).filter(|value| !is_no_value(value)) else {
            return;
        };
        self.path.push(Step::Name(name));
        if rest.is_empty() {
            self.find(Rule::ReadOnly, format!("`{name}` is read-only; remove it"));
        } else {
            self.forbid_below(value, rest);
        }
        self.path.pop();
    }

    fn forbid_below(&mut self, value: &'a Node, steps: &[&'a str]) {
        match value {
            Node::Object(object) => self.forbid(object, steps),
            Node::List(items) if steps[0] == "*" => {
                for (place, item) in items.iter().enumerate() {
                    self.path.push(Step::Place(place));
                    if let Node::Object(object) = item {
                        self.forbid(object, &steps[1..]);
                    }
                    self.path.pop();
                }
            }
            _ => {}
        }
    }
}

fn has_macro(object: &Object) -> bool {
    object.names().any(|name| name.starts_with("Fn::"))
}

fn present(object: &Object) -> impl Iterator<Item = (&str, &Node)> {
    object.iter().filter(|(_, value)| !is_no_value(value))
}

fn has(object: &Object, name: &str) -> bool {
    object.get(name).is_some_and(|value| !is_no_value(value))
}

/// The most similar property, if one is similar enough.
fn near(name: &str, shape: &Shape) -> String {
    let lower = name.to_ascii_lowercase();
    let best =
        shape.properties.keys().map(|known| (distance(&known.to_ascii_lowercase(), &lower), known)).min();
    match best {
        Some((distance, known)) if distance <= 2.min(name.len() / 2) => format!("; did you mean `{known}`?"),
        _ => String::new(),
    }
}
