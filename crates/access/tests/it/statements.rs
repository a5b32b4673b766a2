//! Statements of policies: elements, wildcards and conditions.

use serde_json::{Value, json};

use crate::table::{Case, allow, bucket_policy, check, policy, when};

pub(crate) fn case(
    name: &'static str,
    (before, after): (Value, Value),
    broader: &'static [&'static str],
    narrower: &'static [&'static str],
) -> Case {
    Case { name, before, after, broader, narrower }
}

fn one(action: &Value, resource: &Value) -> Value {
    policy(&json!([allow(action, resource)]))
}

#[test]
fn the_same_in_other_words_is_nothing() {
    let (get, put) = (json!("s3:GetObject"), json!("s3:PutObject"));
    let both = json!(["s3:GetObject", "s3:PutObject"]);
    let on = json!("arn:aws:s3:::a/*");
    let split = policy(&json!([allow(&get, &on), allow(&put, &on)]));
    let sid =
        json!({"Sid": "Read", "Effect": "Allow", "Action": "S3:getobject", "Resource": ["arn:aws:s3:::a/*"]});
    let values = |list: Value| when(&json!({"StringEquals": {"aws:SourceAccount": list}}));
    let apart = json!([values(json!("1"))[0], values(json!("2"))[0]]);
    check(&[
        case("a split statement", (one(&both, &on), split.clone()), &[], &[]),
        case("merged statements", (split, one(&json!(["s3:PutObject", "s3:GetObject"]), &on)), &[], &[]),
        case("a sid and case", (one(&get, &on), policy(&json!([sid]))), &[], &[]),
        case("a single statement", (one(&get, &on), policy(&allow(&get, &on))), &[], &[]),
        case(
            "what a wildcard includes",
            (one(&json!(["s3:Get*", "s3:GetObject"]), &on), one(&json!("s3:Get*"), &on)),
            &[],
            &[],
        ),
        case(
            "an incomplete ARN",
            (one(&get, &json!("arn:aws:sqs")), one(&get, &json!("arn:aws:sqs:*:*:*"))),
            &[],
            &[],
        ),
        case("split values", (policy(&values(json!(["2", "1"]))), policy(&apart)), &[], &[]),
        case("merged values", (policy(&apart), policy(&values(json!(["1", "2"])))), &[], &[]),
        case(
            "the case of a key, and a number",
            (
                policy(&when(&json!({"Bool": {"aws:SecureTransport": "true"}}))),
                policy(&when(&json!({"Bool": {"AWS:securetransport": [true]}}))),
            ),
            &[],
            &[],
        ),
        case(
            "the same operator by two names",
            (
                policy(&when(&json!({"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::a*"}}))),
                policy(&when(&json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::a*"}}))),
            ),
            &[],
            &[],
        ),
    ]);
}

#[test]
fn wildcards_include() {
    let get = json!("s3:GetObject");
    let on = |text: &str| one(&get, &json!(text));
    check(&[
        case(
            "a wider action",
            (one(&json!("s3:Get*"), &json!("*")), one(&json!("s3:*"), &json!("*"))),
            &["glue may s3:* on *"],
            &[],
        ),
        case(
            "a wider resource",
            (on("arn:aws:s3:::a/b/*"), on("arn:aws:s3:::a/*")),
            &["glue may s3:GetObject on arn:aws:s3:::a/*"],
            &[],
        ),
        case(
            "a narrower resource",
            (on("*"), on("arn:aws:s3:::a/*")),
            &[],
            &["glue may no longer s3:GetObject on *"],
        ),
        case(
            "one character",
            (on("arn:aws:s3:::a?"), on("arn:aws:s3:::ab")),
            &[],
            &["glue may no longer s3:GetObject on arn:aws:s3:::a?"],
        ),
        case(
            "a field of an ARN",
            (on("arn:aws:s3:*"), on("arn:aws:s3:::a:b")),
            &[],
            &["glue may no longer s3:GetObject on arn:aws:s3:*"],
        ),
        case(
            "not over a colon",
            (on("arn:aws:sqs:*:orders"), on("arn:aws:sqs:eu-west-1:1:orders")),
            &["glue may s3:GetObject on arn:aws:sqs:eu-west-1:1:orders"],
            &["glue may no longer s3:GetObject on arn:aws:sqs:*:orders"],
        ),
        case(
            "below a placeholder",
            (on("${Raw.Arn}/*"), on("${Raw.Arn}/x/*")),
            &[],
            &["glue may no longer s3:GetObject on ${Raw.Arn}/*"],
        ),
        case(
            "another placeholder",
            (on("${Raw.Arn}/*"), on("${Curated.Arn}/*")),
            &["glue may s3:GetObject on ${Curated.Arn}/*"],
            &["glue may no longer s3:GetObject on ${Raw.Arn}/*"],
        ),
    ]);
}

#[test]
fn everything_but_is_what_it_excludes() {
    let not = |actions: Value| policy(&json!([{"Effect": "Allow", "NotAction": actions, "Resource": "*"}]));
    let not_on = |resources: Value| {
        policy(&json!([{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": resources}]))
    };
    check(&[
        case(
            "less is excluded",
            (not(json!(["iam:*", "kms:*"])), not(json!("iam:*"))),
            &["glue may kms:* on *"],
            &[],
        ),
        case(
            "a part is excluded",
            (not(json!("iam:*")), not(json!("iam:Put*"))),
            &["glue may iam:* on *"],
            &[],
        ),
        case(
            "an action in everything else",
            (not(json!("iam:*")), one(&json!("s3:*"), &json!("*"))),
            &[],
            &["glue may no longer everything but iam:* on *"],
        ),
        case(
            "an action that was excluded",
            (
                not(json!("iam:*")),
                policy(&json!([
                    not(json!("iam:*"))["P"]["Properties"]["PolicyDocument"]["Statement"][0],
                    allow(&json!("iam:PassRole"), &json!("*"))
                ])),
            ),
            &["glue may iam:PassRole on *"],
            &[],
        ),
        case(
            "everything",
            (not(json!("iam:*")), one(&json!("*"), &json!("*"))),
            &["glue may iam:* on *"],
            &[],
        ),
        case(
            "resources",
            (not_on(json!(["arn:aws:s3:::a", "arn:aws:s3:::b"])), not_on(json!("arn:aws:s3:::a"))),
            &["glue may s3:GetObject on arn:aws:s3:::b"],
            &[],
        ),
    ]);
}

#[test]
fn denies_keep_back() {
    let deny = |actions: Value, condition: Value| {
        let deny = json!({"Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition});
        policy(&json!([allow(&json!("s3:*"), &json!("*")), deny]))
    };
    let bare = || policy(&json!([allow(&json!("s3:*"), &json!("*"))]));
    let account = |list: Value| json!({"StringNotEquals": {"aws:SourceAccount": list}});
    let put = || json!("s3:Put*");
    check(&[
        case("a deny is added", (bare(), deny(put(), json!({}))), &[], &["glue is denied s3:Put* on *"]),
        case(
            "a deny is smaller",
            (deny(json!("s3:*"), json!({})), deny(put(), json!({}))),
            &["glue is no longer denied s3:* on *"],
            &[],
        ),
        case(
            "a deny has a condition",
            (deny(put(), json!({})), deny(put(), json!({"Bool": {"a": "true"}}))),
            &["glue is no longer denied s3:Put* on *"],
            &[],
        ),
        case(
            "a deny has an exception",
            (deny(put(), account(json!("1"))), deny(put(), account(json!(["1", "2"])))),
            &["glue is no longer denied s3:Put* on * if aws:SourceAccount StringNotEquals 1"],
            &[],
        ),
        case(
            "what is allowed and denied at once",
            (
                policy(&json!([])),
                policy(
                    &json!([allow(&json!("s3:PutObject"), &json!("*")), {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}]),
                ),
            ),
            &[],
            &["glue is denied everything but s3:Get* on *"],
        ),
    ]);
}

#[test]
fn principals_include() {
    let to = |principal: Value| {
        bucket_policy(
            &json!([{"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*"}]),
        )
    };
    let but = |effect: &str, principal: Value| {
        bucket_policy(
            &json!([{"Effect": effect, "NotPrincipal": principal, "Action": "s3:GetObject", "Resource": "*"}]),
        )
    };
    check(&[
        case("two spellings of everyone", (to(json!("*")), to(json!({"AWS": ["*"]}))), &[], &[]),
        case(
            "two spellings of an account",
            (to(json!({"AWS": "111122223333"})), to(json!({"AWS": "arn:aws:iam::111122223333:root"}))),
            &[],
            &[],
        ),
        case(
            "everyone",
            (to(json!({"AWS": "111122223333"})), to(json!("*"))),
            &["everyone may s3:GetObject on *"],
            &[],
        ),
        case(
            "a service",
            (
                to(json!({"AWS": "111122223333"})),
                to(json!({"AWS": "111122223333", "Service": "glue.amazonaws.com"})),
            ),
            &["glue.amazonaws.com may s3:GetObject on *"],
            &[],
        ),
        case(
            "one more exception of a deny",
            (but("Deny", json!({"AWS": ["a"]})), but("Deny", json!({"AWS": ["a", "b"]}))),
            &["b is no longer denied s3:GetObject on *"],
            &[],
        ),
        case(
            "an exception less",
            (but("Allow", json!({"AWS": ["a", "b"]})), but("Allow", json!({"AWS": ["a"]}))),
            &["b may s3:GetObject on *"],
            &[],
        ),
    ]);
}
