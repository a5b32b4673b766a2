//! Changes as reviewers meet them.

use serde_json::{Value, json};
use strataform_access::Risk;

use crate::table::{compare, lines, policy, resource};

fn trust(statements: &Value) -> Value {
    json!({"G": resource("AWS::IAM::Role", &json!({"AssumeRolePolicyDocument": {"Statement": statements}}))})
}

fn glue() -> Value {
    json!({"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"})
}

fn reads(action: &Value) -> Value {
    policy(&json!([{"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::lake-raw/*"}]))
}

fn broader(before: &Value, after: &Value) -> Vec<String> {
    assert!(compare(before, before).is_empty() && compare(after, after).is_empty());
    let found = compare(before, after);
    assert!(found.narrower.is_empty() && found.unreadable.is_empty(), "{found:?}");
    lines(&found.broader)
}

#[test]
fn a_scalar_is_a_list_of_one() {
    let (before, after) = (reads(&json!("s3:GetObject")), reads(&json!(["s3:GetObject"])));
    assert!(broader(&before, &after).is_empty());
}

#[test]
fn an_action_is_added() {
    let (before, after) =
        (reads(&json!(["s3:GetObject"])), reads(&json!(["s3:GetObject", "s3:DeleteObject"])));
    assert_eq!(broader(&before, &after), ["glue may s3:DeleteObject on arn:aws:s3:::lake-raw/*"]);
    let all = reads(&json!("s3:*"));
    assert_eq!(broader(&before, &all), ["glue may s3:* on arn:aws:s3:::lake-raw/*"]);
}

#[test]
fn another_account_may_assume_a_role() {
    let other = json!({"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"}});
    let (before, after) = (trust(&json!([glue()])), trust(&json!([glue(), other])));
    assert_eq!(broader(&before, &after), ["arn:aws:iam::444455556666:root may sts:AssumeRole on G"]);
    let found = compare(&before, &after);
    let risks = found.broader[0].risks(Some("111122223333"));
    assert_eq!(risks, [Risk::OtherAccount("444455556666".to_owned())]);
    assert!(found.broader[0].risks(Some("444455556666")).is_empty());
    assert_eq!(found.broader[0].path, "/Properties/AssumeRolePolicyDocument/Statement/1");
    assert_eq!(found.broader[0].logical_id, "G");
}

#[test]
fn an_administrator_policy_is_attached() {
    let before = trust(&json!([glue()]));
    let mut after = before.clone();
    after["G"]["Properties"]["ManagedPolicyArns"] = json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
    let line = "G has the permissions of arn:aws:iam::aws:policy/AdministratorAccess";
    assert_eq!(broader(&before, &after), [line]);
    assert_eq!(compare(&before, &after).broader[0].risks(None), [Risk::Admin]);
}

#[test]
fn a_deny_of_plain_text_is_removed() {
    let statements = json!([
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
         "Resource": ["arn:aws:s3:::lake-raw", "arn:aws:s3:::lake-raw/*"],
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/glue"},
         "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake-raw/*"}]);
    let template = |statements: &Value| {
        let properties = json!({"Bucket": "lake-raw", "PolicyDocument": {"Statement": statements}});
        json!({"B": resource("AWS::S3::BucketPolicy", &properties)})
    };
    let (before, after) = (template(&statements), template(&json!([statements[1]])));
    let line = "everyone is no longer denied s3:* on arn:aws:s3:::lake-raw, arn:aws:s3:::lake-raw/* \
                if aws:SecureTransport Bool false";
    assert_eq!(broader(&before, &after), [line]);
}

#[test]
fn public_access_is_no_longer_blocked() {
    let flags = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let bucket = |is_on: &Value| {
        let block: serde_json::Map<String, Value> =
            flags.iter().map(|flag| ((*flag).to_owned(), is_on.clone())).collect();
        json!({"Raw": resource("AWS::S3::Bucket", &json!({"PublicAccessBlockConfiguration": block}))})
    };
    let (before, after) = (bucket(&json!(true)), bucket(&json!(false)));
    let line = format!("Raw no longer has {}", flags.join(", "));
    assert_eq!(broader(&before, &after), std::slice::from_ref(&line));
    assert_eq!(compare(&before, &after).broader[0].risks(None), [Risk::PublicPossible]);
    let unset = json!({"Raw": resource("AWS::S3::Bucket", &json!({}))});
    assert_eq!(broader(&before, &unset), [line]);
    assert!(broader(&before, &json!({})).is_empty(), "a bucket that is gone has nothing to protect");
    assert!(compare(&bucket(&json!("true")), &before).is_empty());
}

#[test]
fn a_warehouse_becomes_public() {
    let workgroup = |is_public: &Value| {
        let properties = json!({"WorkgroupName": "analytics", "PubliclyAccessible": is_public});
        json!({"Wg": resource("AWS::RedshiftServerless::Workgroup", &properties)})
    };
    let (before, after) = (workgroup(&json!(false)), workgroup(&json!(true)));
    assert_eq!(broader(&before, &after), ["the internet can connect to analytics at its port"]);
    assert_eq!(compare(&before, &after).broader[0].risks(None), [Risk::Everyone]);
}

#[test]
fn a_dashboard_is_shared() {
    let actions = json!(["quicksight:DescribeDashboard", "quicksight:QueryDashboard"]);
    let group = |name: &str| format!("arn:aws:quicksight:eu-west-1:111122223333:group/default/{name}");
    let board = |groups: &[&str]| {
        let permissions: Vec<Value> =
            groups.iter().map(|name| json!({"Principal": group(name), "Actions": actions})).collect();
        json!({"Board": resource("AWS::QuickSight::Dashboard", &json!({"Permissions": permissions}))})
    };
    let line =
        format!("{} may quicksight:DescribeDashboard, quicksight:QueryDashboard on Board", group("everyone"));
    assert_eq!(broader(&board(&["analysts"]), &board(&["analysts", "everyone"])), [line]);
    let (one, other) = (board(&["a", "b"]), board(&["b", "a"]));
    assert!(compare(&one, &other).is_empty());
}

#[test]
fn an_allow_becomes_everything_else() {
    let statement = json!({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "arn:aws:s3:::lake-raw/*"});
    let after = policy(&json!([statement]));
    let line = "glue may everything but iam:* on arn:aws:s3:::lake-raw/*";
    assert_eq!(broader(&reads(&json!("s3:GetObject")), &after), [line]);
}

#[test]
fn only_the_policy_of_several_changes_is_a_line() {
    let template = |stream: &str, workers: u8, action: &str| {
        let mut template = reads(&json!(action));
        let properties = json!({"Name": stream, "StreamEncryption": {"KeyId": "alias/aws/kinesis"}});
        template["Orders"] = resource("AWS::Kinesis::Stream", &properties);
        template["Job"] = resource("AWS::Glue::Job", &json!({"NumberOfWorkers": workers, "Role": "r"}));
        template
    };
    let (before, after) = (template("orders", 2, "s3:GetObject"), template("orders-v2", 4, "s3:*"));
    assert_eq!(broader(&before, &after), ["glue may s3:* on arn:aws:s3:::lake-raw/*"]);
}
