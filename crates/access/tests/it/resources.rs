//! Policies and permissions of resources.

use serde_json::{Value, json};

use crate::table::{Case, check, compare, lines, resource};

fn to(principal: &str) -> Value {
    json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "x:Get", "Resource": "*"}]})
}

/// A template with one resource `X`.
pub(crate) fn x(kind: &str, properties: &Value) -> Value {
    json!({"X": resource(kind, properties)})
}

fn merged(mut one: Value, other: &Value) -> Value {
    for (key, value) in other.as_object().unwrap() {
        one[key] = value.clone();
    }
    one
}

#[test]
fn every_type_with_a_document_is_read() {
    let types = [
        ("AWS::S3::BucketPolicy", "PolicyDocument", json!({"Bucket": "b"})),
        ("AWS::SNS::TopicPolicy", "PolicyDocument", json!({"Topics": ["t"]})),
        ("AWS::SQS::QueuePolicy", "PolicyDocument", json!({"Queues": ["q"]})),
        ("AWS::KMS::Key", "KeyPolicy", json!({})),
        ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", json!({"SecretId": "s"})),
        ("AWS::Kinesis::ResourcePolicy", "ResourcePolicy", json!({"ResourceArn": "k"})),
        ("AWS::ECR::Repository", "RepositoryPolicyText", json!({})),
        ("AWS::EC2::VPCEndpoint", "PolicyDocument", json!({})),
        ("AWS::Some::Type", "Anything", json!({})),
    ];
    for (kind, property, naming) in types {
        let template = |document: Value| x(kind, &merged(naming.clone(), &json!({property: document})));
        let (before, after) = (template(to("111122223333")), template(to("*")));
        let found = compare(&before, &after);
        assert_eq!(lines(&found.broader), ["everyone may x:Get on *"], "{kind}");
        assert_eq!(lines(&found.narrower), Vec::<String>::new(), "{kind}");
        assert!(compare(&after, &before).broader.is_empty(), "{kind}");
        let text = template(json!(to("*").to_string()));
        assert!(compare(&after, &text).is_empty(), "{kind}: as text");
    }
}

#[test]
fn a_policy_is_the_one_of_its_resource() {
    let policy = |bucket: &str| {
        resource("AWS::S3::BucketPolicy", &json!({"Bucket": bucket, "PolicyDocument": to("a")}))
    };
    let bucket = resource("AWS::S3::Bucket", &json!({"BucketName": "lake-raw"}));
    let before = json!({"Raw": bucket, "One": policy("${Raw}")});
    let after = json!({"Raw": bucket, "Two": policy("lake-raw")});
    assert!(compare(&before, &after).is_empty());
    let other = json!({"Raw": bucket, "One": policy("lake-other")});
    assert_eq!(lines(&compare(&before, &other).broader), ["a may x:Get on *"]);
}

#[test]
fn a_policy_that_denies_is_missed_as_long_as_its_resource_exists() {
    let deny = json!({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}});
    let policy = resource("AWS::S3::BucketPolicy", &json!({"Bucket": "${Raw}", "PolicyDocument": deny}));
    let bucket = resource("AWS::S3::Bucket", &json!({}));
    let mut kept = bucket.clone();
    kept["DeletionPolicy"] = json!("Retain");
    let line = ["everyone is no longer denied * on *"];
    let both = |bucket: &Value| json!({"Raw": bucket, "P": policy});
    assert_eq!(lines(&compare(&both(&bucket), &json!({"Raw": bucket})).broader), line);
    assert!(compare(&both(&bucket), &json!({})).broader.is_empty());
    assert_eq!(lines(&compare(&both(&kept), &json!({})).broader), line);
}

#[test]
fn a_default_policy_is_a_policy() {
    let endpoint = |properties: Value| x("AWS::EC2::VPCEndpoint", &properties);
    let stated = endpoint(json!({"PolicyDocument": to("a")}));
    let found = compare(&stated, &endpoint(json!({})));
    assert_eq!(lines(&found.broader), ["everyone may * on *"]);
    assert!(compare(&json!({}), &endpoint(json!({}))).is_empty(), "a new endpoint is as any");
}

#[test]
fn permissions_of_functions() {
    let permission = |more: Value| {
        let properties =
            json!({"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "s3.amazonaws.com"});
        x("AWS::Lambda::Permission", &merged(properties, &more))
    };
    check(&[
        Case {
            name: "without the account",
            before: permission(json!({"SourceAccount": "1"})),
            after: permission(json!({})),
            broader: &["s3.amazonaws.com may lambda:InvokeFunction on f"],
            narrower: &[],
        },
        Case {
            name: "any bucket",
            before: permission(json!({"SourceArn": "arn:aws:s3:::a"})),
            after: permission(json!({"SourceArn": "arn:aws:s3:::*"})),
            broader: &[
                "s3.amazonaws.com may lambda:InvokeFunction on f if AWS:SourceArn ArnLike arn:aws:s3:::*",
            ],
            narrower: &[],
        },
        Case {
            name: "everyone",
            before: permission(json!({})),
            after: permission(json!({"Principal": "*"})),
            broader: &["everyone may lambda:InvokeFunction on f"],
            narrower: &[],
        },
    ]);
}

#[test]
fn a_policy_on_its_own_is_missed_if_it_is_deleted() {
    let deny = json!({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]});
    let types = [
        ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", json!({"SecretId": "s"})),
        ("AWS::Kinesis::ResourcePolicy", "ResourcePolicy", json!({"ResourceArn": "k"})),
        ("AWS::S3::BucketPolicy", "PolicyDocument", json!({})),
        ("AWS::Some::Policy", "Document", json!({})),
        ("AWS::Events::EventBusPolicy", "Statement", json!({})),
    ];
    for (kind, property, naming) in types {
        let document = if property == "Statement" { deny["Statement"][0].clone() } else { deny.clone() };
        let template = x(kind, &merged(naming, &json!({property: document})));
        let line = ["everyone is no longer denied * on *"];
        assert_eq!(lines(&compare(&template, &json!({})).broader), line, "{kind}");
        let key = x("AWS::KMS::Key", &json!({"KeyPolicy": deny}));
        assert!(compare(&key, &json!({})).broader.is_empty(), "the policy of a key is gone with the key");
    }
}
