//! [`canonical`]: a resource in the one form that all its spellings have.
//!
//! In: a resource, the symbols of its template. Out: the same resource with known functions as text, lists without an
//! order sorted, JSON in strings parsed, numbers and Booleans in the type of their property, policy statements in one
//! form. Two resources with equal canonical forms are equal to `CloudFormation`. It refuses to sort a list whose order
//! has a meaning, or might have one.

use serde_json::{Map, Value};
use strataform_schema::facts::{Kind, ResourceFacts, Shape};

use strataform_symbols::Symbols;

/// The members of a policy's statement that are a text or a list of texts.
const TEXTS: [&str; 4] = ["Action", "NotAction", "Resource", "NotResource"];

/// A resource in its canonical form.
pub(super) fn canonical(resource: &Value, symbols: &Symbols) -> Value {
    let mut found = symbols.resolved(resource);
    found.sort_all_objects();
    if let Some(others) = found.get_mut("DependsOn") {
        set(others);
    }
    let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
    let Some(properties) = found.get_mut("Properties") else { return found };
    match strataform_schema::resource(kind) {
        Some(facts) => shaped(properties, &facts.shape, &facts),
        None => policies(properties),
    }
    found
}

/// Brings a value to the form of its shape.
fn shaped(value: &mut Value, shape: &Shape, facts: &ResourceFacts) {
    let shape = facts.referred(shape).unwrap_or(shape);
    typed(value, shape);
    match value {
        Value::Object(object) if object.contains_key("Statement") => policy(object),
        Value::Object(object) => {
            for (name, inner) in object.iter_mut() {
                match shape.properties.get(name).or(shape.additional.as_deref()) {
                    Some(shape) => shaped(inner, shape, facts),
                    None => policies(inner),
                }
            }
        }
        Value::Array(items) => {
            if let Some(shape) = &shape.items {
                for one in items.iter_mut() {
                    shaped(one, shape, facts);
                }
            } else {
                items.iter_mut().for_each(policies);
            }
            if shape.unordered || is_tags(items) {
                sort(items);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether these are tags: a list by key, whose order no service keeps.
fn is_tags(items: &[Value]) -> bool {
    let is_tag = |one: &Value| {
        one.as_object()
            .is_some_and(|one| one.len() == 2 && one.contains_key("Key") && one.contains_key("Value"))
    };
    !items.is_empty() && items.iter().all(is_tag)
}

fn sort(items: &mut [Value]) {
    items.sort_by_cached_key(Value::to_string);
}

/// `CloudFormation` takes `"5"` for a number, `"true"` for a Boolean, and JSON as text or as an object.
fn typed(value: &mut Value, shape: &Shape) {
    let takes = |kind: Kind| shape.kinds.contains(kind);
    let is_text = takes(Kind::Text);
    match value {
        Value::String(text) if is_text && takes(Kind::Object) => {
            // Escaped placeholders are text in text: they stay.
            if let Ok(parsed @ Value::Object(_)) = serde_json::from_str(text) {
                *value = parsed;
            }
        }
        Value::String(text) if !is_text && takes(Kind::Boolean) => {
            if let Ok(is) = text.parse() {
                *value = Value::Bool(is);
            }
        }
        Value::String(text) if !is_text && (takes(Kind::Integer) || takes(Kind::Number)) => {
            if let Ok(number) = text.parse() {
                *value = Value::Number(number);
            }
        }
        Value::Bool(is) if is_text && !takes(Kind::Boolean) => *value = Value::String(is.to_string()),
        Value::Number(number) if is_text && !takes(Kind::Integer) && !takes(Kind::Number) => {
            *value = Value::String(number.to_string());
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {}
    }
}

/// Brings the policies in a value without a known shape to one form.
fn policies(value: &mut Value) {
    match value {
        Value::Object(object) if object.contains_key("Statement") => policy(object),
        Value::Object(object) => object.values_mut().for_each(policies),
        Value::Array(items) => items.iter_mut().for_each(policies),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A policy document: its statements, and the lists in them, are sets.
fn policy(document: &mut Map<String, Value>) {
    let Some(statements) = document.get_mut("Statement") else { return };
    listed(statements);
    let Value::Array(all) = statements else { return };
    for statement in all.iter_mut().filter_map(Value::as_object_mut) {
        for name in TEXTS {
            if let Some(value) = statement.get_mut(name) {
                set(value);
            }
        }
        for name in ["Principal", "NotPrincipal"] {
            if let Some(Value::Object(principals)) = statement.get_mut(name) {
                principals.values_mut().for_each(set);
            }
        }
        if let Some(Value::Object(operators)) = statement.get_mut("Condition") {
            for keys in operators.values_mut().filter_map(Value::as_object_mut) {
                keys.values_mut().for_each(set);
            }
        }
    }
    sort(all);
}

/// A list, also of one.
fn listed(value: &mut Value) {
    if !value.is_array() {
        *value = Value::Array(vec![value.take()]);
    }
}

/// A sorted list without duplicates.
fn set(value: &mut Value) {
    listed(value);
    if let Value::Array(items) = value {
        sort(items);
        items.dedup();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use strataform_symbols::Setting;

    fn is_same(kind: &str, one: &Value, other: &Value) -> bool {
        let symbols = Symbols::of(&json!({}), &Setting::default());
        let of = |properties: &Value| canonical(&json!({"Type": kind, "Properties": properties}), &symbols);
        of(one) == of(other)
    }

    #[test]
    fn spellings_of_one_value_are_equal() {
        let statement = |action: Value, resource: Value| {
            json!({"PolicyDocument": {"Statement": {"Effect": "Allow",
            "Action": action, "Resource": resource, "Condition": {"StringEquals": {"a": "1", "b": ["2", "3"]}}}}})
        };
        let listed = json!({"PolicyDocument": {"Statement": [{"Condition": {"StringEquals": {"b": ["3", "2"], "a": ["1"]}},
            "Action": ["s3:Put", "s3:Get", "s3:Get"], "Resource": "*", "Effect": "Allow"}]}});
        let plain = statement(json!(["s3:Get", "s3:Put"]), json!(["*"]));
        for kind in ["AWS::IAM::ManagedPolicy", "Some::Other::Kind"] {
            assert!(is_same(kind, &plain, &listed), "{kind}");
            assert!(!is_same(kind, &plain, &statement(json!("s3:Get"), json!("*"))), "{kind}");
        }
        let tags = |first: &str, second: &str| json!({"Tags": [{"Key": first, "Value": "1"}, {"Key": second, "Value": "1"}]});
        assert!(is_same("AWS::Kinesis::Stream", &tags("a", "b"), &tags("b", "a")));
        let shards = |count: Value| json!({"ShardCount": count});
        assert!(is_same("AWS::Kinesis::Stream", &shards(json!(2)), &shards(json!("2"))));
        let flag = |is: Value| json!({"EnableDnsSupport": is});
        assert!(is_same("AWS::EC2::VPC", &flag(json!(true)), &flag(json!("true"))));
    }

    #[test]
    fn the_order_counts_where_it_has_a_meaning() {
        let groups = |all: [&str; 2]| json!({"SecurityGroupIngress": all.map(|one| json!({"CidrIp": one, "IpProtocol": "-1"}))});
        assert!(is_same("AWS::EC2::SecurityGroup", &groups(["a", "b"]), &groups(["b", "a"])));
        let columns = |all: [&str; 2]| json!({"TableInput": {"StorageDescriptor": {"Columns": all.map(|one| json!({"Name": one}))}}});
        assert!(!is_same("AWS::Glue::Table", &columns(["a", "b"]), &columns(["b", "a"])));
    }

    #[test]
    fn literal_text_is_no_placeholder() {
        assert!(!is_same(
            "AWS::S3::Bucket",
            &json!({"BucketName": "${X}"}),
            &json!({"BucketName": {"Ref": "X"}})
        ));
    }
}
