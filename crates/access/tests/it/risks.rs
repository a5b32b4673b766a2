//! Which grants stand out.

use serde_json::{Value, json};
use strataform_access::{Grant, Risk, escalations};

use crate::table::{allow, bucket_policy, compare, policy};

fn added(after: &Value) -> Grant {
    let found = compare(&json!({}), after);
    assert_eq!(found.broader.len(), 1, "{found:?}");
    found.broader[0].clone()
}

fn to_everyone(condition: &Value) -> Grant {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", "Condition": condition});
    added(&bucket_policy(&json!([statement])))
}

#[test]
fn everyone_is_everyone_unless_a_condition_names_callers() {
    let cases = [
        (json!({}), true),
        (json!({"Bool": {"aws:SecureTransport": "true"}}), true),
        (json!({"StringEquals": {"aws:SourceAccount": "1"}}), false),
        (json!({"StringNotEquals": {"aws:SourceAccount": "1"}}), true),
        (json!({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}), true),
        (json!({"StringLike": {"aws:PrincipalArn": "*"}}), true),
        (json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), true),
        (json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}), false),
        (json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), false),
    ];
    for (condition, expected) in cases {
        assert_eq!(to_everyone(&condition).is_to_everyone(), expected, "{condition}");
    }
}

#[test]
fn all_actions_on_all_resources_are_an_administrator() {
    let one = |action: Value, resource: Value| added(&policy(&json!([allow(&action, &resource)])));
    assert!(one(json!("*"), json!("*")).is_admin());
    assert!(one(json!("*:*"), json!("*")).is_admin());
    assert!(!one(json!("*"), json!("arn:aws:s3:::a")).is_admin());
    assert!(!one(json!("s3:*"), json!("*")).is_admin());
    let but = json!([{"Effect": "Allow", "NotAction": "organizations:*", "Resource": "*"}]);
    assert!(added(&policy(&but)).is_admin());
}

#[test]
fn every_escalation_is_found_by_its_name_and_by_a_wildcard() {
    for one in escalations() {
        let service = one.action.split(':').next().unwrap();
        for action in [one.action.to_uppercase(), format!("{service}:*"), format!("{}*", one.action)] {
            let grant = added(&policy(&json!([allow(&json!(action), &json!("*"))])));
            assert!(grant.escalations().contains(&one), "{action}");
        }
    }
    let assume = |on: &str| added(&policy(&json!([allow(&json!("sts:AssumeRole"), &json!(on))])));
    assert!(assume("arn:aws:iam::1:role/orders").risks(None).is_empty());
    assert_eq!(assume("arn:aws:iam::1:role/*").risks(None), [Risk::Escalation(vec!["sts:AssumeRole"])]);
}

#[test]
fn what_is_taken_away_is_no_risk() {
    let all = policy(&json!([allow(&json!("*"), &json!("*"))]));
    let found = compare(&all, &json!({}));
    assert_eq!(found.narrower.len(), 1);
    assert!(found.narrower[0].risks(None).is_empty());
}

#[test]
fn the_worst_is_first_and_grants_are_values() {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
    let grant = added(&bucket_policy(&json!([statement])));
    let risks = grant.risks(None);
    assert_eq!(risks[0], Risk::Everyone);
    assert!(matches!(risks.last(), Some(Risk::Escalation(actions)) if actions.contains(&"iam:PassRole")));
    let json = serde_json::to_value(&grant).unwrap();
    assert_eq!(json["principals"], json!({"all_but": []}));
    assert_eq!((&json["effect"], &json["change"]), (&json!("allow"), &json!("added")));
    assert_eq!(json["logical_id"], "B");
}

#[test]
fn an_account_is_another_if_it_is_not_the_own_one() {
    let to = |principal: &str| {
        added(&bucket_policy(
            &json!([{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject", "Resource": "*"}]),
        ))
    };
    let own = Some("111122223333");
    for (principal, expected) in [
        ("444455556666", vec!["444455556666"]),
        ("arn:aws:iam::444455556666:role/x", vec!["444455556666"]),
        ("arn:aws:iam::111122223333:role/x", vec![]),
        ("arn:aws:iam::${AWS::AccountId}:root", vec![]),
        ("${Role.Arn}", vec![]),
    ] {
        assert_eq!(to(principal).other_accounts(own), expected, "{principal}");
    }
    assert_eq!(to("arn:aws:iam::111122223333:role/x").other_accounts(None), ["111122223333"]);
}
