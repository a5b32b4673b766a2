//! Whether policies allow a request, as `iam-rs` evaluates them.

use iam_rs::{
    Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, Principal, PrincipalId, evaluate_policies,
};
use serde_json::Value;

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// A role, or a person with a policy, by ARN.
    Identity(String),
    /// A service that acts for itself: `events.amazonaws.com`.
    Service(String),
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Request {
    pub(super) who: Who,
    /// `s3:GetObject`
    pub(super) action: String,
    /// An ARN. Actions without resources have one of their service that is not a resource of ours.
    pub(super) resource: String,
    /// Condition keys and their values.
    pub(super) context: Vec<(String, String)>,
}

/// What policies say to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Allowed,
    /// A statement denies it, whatever others allow.
    Denied,
    /// No statement is about it.
    Silent,
}

/// The session in which every caller is.
pub(super) const SESSION: &str = "AROAEXAMPLE:session";

/// A policy, as the evaluator reads it. A trust policy names no resource, since it is that of its role; the evaluator
/// requires one. It does not fill variables in conditions; the only one that is used is that of the session.
pub(super) fn parsed(document: &Value) -> IAMPolicy {
    let text = document.to_string().replace("${aws:userid}", SESSION);
    assert!(!text.contains("${aws:"), "another variable: {text}");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    for statement in document["Statement"].as_array_mut().into_iter().flatten() {
        if statement["Resource"].is_null() {
            statement["Resource"] = "*".into();
        }
    }
    serde_json::from_value(document.clone()).unwrap_or_else(|fault| panic!("{fault}: {document}"))
}

/// What policies of one kind, those of an identity or those of a resource, say to a request. The policies of an identity
/// name no principal.
pub(super) fn ask(policies: &[IAMPolicy], request: &Request) -> Answer {
    let principal = match &request.who {
        Who::Identity(arn) => Principal::Aws(PrincipalId::String(arn.clone())),
        Who::Service(name) => Principal::Service(PrincipalId::String(name.clone())),
    };
    let mut context = Context::new();
    // Every request of ours is sent through TLS.
    context.insert("aws:SecureTransport".to_owned(), ContextValue::Boolean(true));
    for (key, value) in &request.context {
        let value = match value.parse() {
            Ok(boolean) => ContextValue::Boolean(boolean),
            Err(_) => ContextValue::String(value.clone()),
        };
        context.insert(key.clone(), value);
    }
    let resource =
        Arn::parse(&request.resource).unwrap_or_else(|fault| panic!("{}: {fault}", request.resource));
    let asked = IAMRequest::new_with_context(principal, request.action.as_str(), resource, context);
    match evaluate_policies(policies, &asked).expect("the policies can be evaluated") {
        Decision::Allow => Answer::Allowed,
        Decision::Deny => Answer::Denied,
        Decision::NotApplicable => Answer::Silent,
    }
}

/// What the user guide of IAM says of its own examples, in "Policy evaluation logic", "IAM JSON policy elements" and the
/// example policies.
#[test]
fn published_examples_are_evaluated_as_the_guide_says() {
    use Answer::{Allowed, Denied, Silent};
    let ada = || Who::Identity("arn:aws:iam::123456789012:user/ada".to_owned());
    let request = |action: &str, resource: &str, context: &[(&str, &str)]| Request {
        who: ada(),
        action: action.to_owned(),
        resource: resource.to_owned(),
        context: context.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    };
    // "Allows listing of a folder": the prefix is a condition on the bucket.
    let listing = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-s3-demo-bucket",
         "Condition": {"StringLike": {"s3:prefix": ["", "home/", "home/ada/*"]}}},
        {"Effect": "Allow", "Action": ["s3:*Object"], "Resource": "arn:aws:s3:::amzn-s3-demo-bucket/home/ada/*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::amzn-s3-demo-bucket/home/ada/sealed/*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]});
    let bucket = "arn:aws:s3:::amzn-s3-demo-bucket";
    let object = |key: &str| format!("{bucket}/{key}");
    for (asked, answer) in [
        (request("s3:ListBucket", bucket, &[("s3:prefix", "home/ada/letters/")]), Allowed),
        (request("s3:ListBucket", bucket, &[("s3:prefix", "home/bob/")]), Silent),
        // A condition on a key that the request does not have is not met.
        (request("s3:ListBucket", bucket, &[]), Silent),
        (request("s3:GetObject", &object("home/ada/a.txt"), &[]), Allowed),
        (request("s3:getobject", &object("home/ada/a.txt"), &[]), Allowed),
        (request("s3:GetObjectVersion", &object("home/ada/a.txt"), &[]), Silent),
        (request("s3:GetObject", &object("home/adam/a.txt"), &[]), Silent),
        // An explicit deny wins over an allow.
        (request("s3:GetObject", &object("home/ada/sealed/a.txt"), &[]), Denied),
    ] {
        assert_eq!(ask(&[parsed(&listing)], &asked), answer, "{asked:?}");
    }
    // A trust policy that guards against the confused deputy.
    let trust = serde_json::json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}]});
    let assume = |service: &str, account: &str| Request {
        who: Who::Service(service.to_owned()),
        action: "sts:AssumeRole".to_owned(),
        resource: "arn:aws:iam::123456789012:role/job".to_owned(),
        context: vec![("aws:SourceAccount".to_owned(), account.to_owned())],
    };
    assert_eq!(ask(&[parsed(&trust)], &assume("glue.amazonaws.com", "123456789012")), Allowed);
    assert_eq!(ask(&[parsed(&trust)], &assume("glue.amazonaws.com", "999999999999")), Silent);
    assert_eq!(ask(&[parsed(&trust)], &assume("lambda.amazonaws.com", "123456789012")), Silent);
}
