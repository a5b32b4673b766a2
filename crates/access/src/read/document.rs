//! Policy documents anywhere in a resource.
//!
//! In: the properties of a resource of any type. Out: the rules of every value with a `Statement`, as JSON or as its text.
//!
//! It refuses to look into intrinsics: one that contains a document, or stands for one, is noted as unreadable.

use serde_json::Value;

use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::names;
use crate::read::statement::{self, Subject};
use crate::rule::{Rule, Standing};
use crate::set::Set;

/// The types whose document is another resource's policy: the property that names the resource, and its type.
const POLICIES: [(&str, &str, &str); 10] = [
    ("AWS::S3::BucketPolicy", "Bucket", "AWS::S3::Bucket"),
    ("AWS::SNS::TopicPolicy", "Topics", "AWS::SNS::Topic"),
    ("AWS::SNS::TopicInlinePolicy", "TopicArn", "AWS::SNS::Topic"),
    ("AWS::SQS::QueuePolicy", "Queues", "AWS::SQS::Queue"),
    ("AWS::SQS::QueueInlinePolicy", "Queue", "AWS::SQS::Queue"),
    ("AWS::SecretsManager::ResourcePolicy", "SecretId", "AWS::SecretsManager::Secret"),
    ("AWS::Kinesis::ResourcePolicy", "ResourceArn", "AWS::Kinesis::Stream"),
    ("AWS::Events::EventBusPolicy", "EventBusName", "AWS::Events::EventBus"),
    ("AWS::S3::AccessPointPolicy", "AccessPoint", "AWS::S3::AccessPoint"),
    ("AWS::S3Tables::TableBucketPolicy", "TableBucketARN", "AWS::S3Tables::TableBucket"),
];

/// Properties that contain documents, so that an intrinsic in their place stands for one.
const DOCUMENTS: [&str; 9] = [
    "PolicyDocument",
    "AssumeRolePolicyDocument",
    "KeyPolicy",
    "ResourcePolicy",
    "RepositoryPolicyText",
    "PolicyText",
    "InlinePolicy",
    "AccessPolicies",
    "FileSystemPolicy",
];

/// Types that allow everything, or the account, without a document: the property, the principal and the
/// actions.
const DEFAULTS: [(&str, &str, &str, &str); 2] = [
    ("AWS::EC2::VPCEndpoint", "PolicyDocument", "*", "*"),
    ("AWS::KMS::Key", "KeyPolicy", "${AWS::AccountId}", "kms:*"),
];

/// Reads every document in the resource's properties.
pub(crate) fn everywhere(reader: &mut Reader<'_>) {
    // The rules of a web ACL have statements that are about requests.
    if reader.kind.starts_with("AWS::WAF") {
        return;
    }
    default(reader);
    let properties = reader.properties;
    let Some(members) = properties.as_object() else {
        return reader.unread(&reader.own(), "", "the properties are not known", properties);
    };
    if members.contains_key("Statement") {
        for subject in subjects(reader, "Statement") {
            statement::document(reader, &subject, "", properties);
        }
        return;
    }
    for (name, value) in members {
        for subject in subjects(reader, name) {
            walk(reader, &subject, (name, &format!("/{name}")), value, 0);
        }
    }
}

/// What a document in a property is the policy of.
fn subjects(reader: &Reader<'_>, property: &str) -> Vec<Subject> {
    let found = POLICIES.iter().find(|(kind, ..)| *kind == reader.kind);
    let Some((_, naming, kind)) = found else {
        let scope = format!("{} {property}", reader.own());
        // A policy on its own can be deleted, and what it is the policy of still exists.
        let target = (!reader.kind.ends_with("Policy")).then(|| reader.own());
        return vec![Subject::Resource { scope, target, itself: reader.itself() }];
    };
    let mut references = json::members(reader.properties, naming);
    if references.is_empty() {
        // An event bus without a name is the default one.
        references.push("default".to_owned());
    }
    let subject = |reference: String| {
        let key = reader.names.key(kind, &reference);
        let itself = Item { text: names::shown(&reference).to_owned(), ..Item::opaque(&key) };
        Subject::Resource { scope: format!("policy of {kind} {key}"), target: Some(key), itself }
    };
    references.into_iter().map(subject).collect()
}

/// Finds documents in a value, which stands in the property of this name at this path.
fn walk(reader: &mut Reader<'_>, subject: &Subject, (name, path): (&str, &str), value: &Value, depth: usize) {
    let is_document = DOCUMENTS.contains(&name);
    match value {
        _ if depth > json::DEPTH => reader.unread(path, path, "the value is nested too deeply", value),
        Value::Object(object) if object.contains_key("Statement") => {
            statement::document(reader, subject, path, value);
        }
        Value::Object(_) if json::is_intrinsic(value) => {
            if is_document || json::sorted(value, 0).contains("Statement") {
                statement::document(reader, subject, path, value);
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                walk(reader, subject, (name, &format!("{path}/{name}")), value, depth + 1);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                walk(reader, subject, (name, &format!("{path}/{place}")), item, depth + 1);
            }
        }
        Value::String(text) if is_text_of_document(text, name) => {
            statement::document(reader, subject, path, value);
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// Whether a string is the JSON of a document, or stands for it.
fn is_text_of_document(text: &str, name: &str) -> bool {
    let is_json = text.trim_start().starts_with('{') && text.contains("\"Statement\"");
    is_json || (DOCUMENTS.contains(&name) && text.contains("${"))
}

/// What the service allows without a document.
fn default(reader: &mut Reader<'_>) {
    let found = DEFAULTS.iter().find(|(kind, ..)| *kind == reader.kind);
    let Some((_, property, principal, actions)) = found else {
        return;
    };
    if reader.properties.get(property).is_some_and(|value| !value.is_null()) {
        return;
    }
    let scope = format!("{} {property}", reader.own());
    let place = reader.place(&format!("/{property}"));
    let principal = statement::party(Kind::Aws, principal);
    reader.push(Rule {
        principals: Set::only(vec![principal]),
        actions: Set::only(vec![Item::action(actions)]),
        target: Some(reader.own()),
        standing: Standing::Implied,
        ..Rule::new(Effect::Allow, scope, place)
    });
}
