//! How examples are written: two templates, and the lines of their comparison.

use serde_json::{Value, json};
use strataform_access::{Comparison, Grant, compare_all};

/// An example: a name, both templates, and what is broader and narrower.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) broader: &'static [&'static str],
    pub(crate) narrower: &'static [&'static str],
}

/// Compares two objects of resources.
pub(crate) fn compare(before: &Value, after: &Value) -> Comparison {
    let list = |value: &Value| -> Vec<(String, Value)> {
        let resources = value.as_object().unwrap();
        resources.iter().map(|(id, resource)| (id.clone(), resource.clone())).collect()
    };
    compare_all(&list(before), &list(after))
}

pub(crate) fn lines(grants: &[Grant]) -> Vec<String> {
    grants.iter().map(ToString::to_string).collect()
}

/// Checks examples, each also with itself and with its sides exchanged.
pub(crate) fn check(cases: &[Case]) {
    for case in cases {
        let found = compare(&case.before, &case.after);
        assert_eq!(lines(&found.broader), case.broader, "broader: {}", case.name);
        assert_eq!(lines(&found.narrower), case.narrower, "narrower: {}", case.name);
        assert!(found.unreadable.is_empty(), "{}: {:?}", case.name, found.unreadable);
        for same in [&case.before, &case.after] {
            assert!(compare(same, same).is_empty(), "with itself: {}", case.name);
        }
        let back = compare(&case.after, &case.before);
        assert_eq!(back.broader.len(), case.narrower.len(), "back: {}", case.name);
        assert_eq!(back.narrower.len(), case.broader.len(), "back: {}", case.name);
    }
}

/// A resource.
pub(crate) fn resource(kind: &str, properties: &Value) -> Value {
    json!({"Type": kind, "Properties": properties})
}

/// A template with one policy of the role `glue`.
pub(crate) fn policy(statements: &Value) -> Value {
    let properties =
        json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": statements}, "Roles": ["glue"]});
    json!({"P": resource("AWS::IAM::ManagedPolicy", &properties)})
}

/// A template with the policy of the bucket `raw`.
pub(crate) fn bucket_policy(statements: &Value) -> Value {
    let properties = json!({"Bucket": "raw", "PolicyDocument": {"Statement": statements}});
    json!({"B": resource("AWS::S3::BucketPolicy", &properties)})
}

/// A statement that allows an action on a resource.
pub(crate) fn allow(action: &Value, resource: &Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

/// A statement that allows `s3:GetObject` on all resources under a condition.
pub(crate) fn when(condition: &Value) -> Value {
    json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}])
}
