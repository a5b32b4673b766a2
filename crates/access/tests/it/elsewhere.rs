//! What cannot be read.

use serde_json::{Value, json};
use strataform_access::compare as compare_one;

use crate::table::{bucket_policy, compare, lines, policy, resource};

#[test]
fn what_cannot_be_read_is_named_if_it_changed() {
    let good = json!({"Effect": "Allow", "Action": "a:b", "Resource": "*"});
    let bad = [
        (json!({"Fn::If": ["X", {}, {}]}), "the statement is not known"),
        (json!("text"), "the statement is not known"),
        (json!({"Effect": "allow", "Action": "a:b", "Resource": "*"}), "the effect is not known"),
        (json!({"Effect": "Allow", "Resource": "*"}), "the statement has no action"),
        (json!({"Effect": "Allow", "Action": [], "Resource": "*"}), "an action or a resource is not known"),
        (
            json!({"Effect": "Allow", "Action": {"a": 1}, "Resource": "*"}),
            "an action or a resource is not known",
        ),
        (json!({"Effect": "Allow", "Action": "a:b"}), "the statement has no resource"),
        (
            json!({"Effect": "Allow", "Action": "a", "NotAction": "b", "Resource": "*"}),
            "the statement has an element and its opposite",
        ),
        (
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": "x"}),
            "the condition is not known",
        ),
        (
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Fn::If": {}}}),
            "the condition is not known",
        ),
        (
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "*", "Princpal": "x"}),
            "the statement has an unknown element",
        ),
        (
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "*", "Principal": "*"}),
            "the statement of an identity has a principal",
        ),
    ];
    for (statement, reason) in bad {
        let (before, after) = (policy(&json!([good])), policy(&json!([good, statement])));
        for (one, other) in [(&before, &after), (&after, &before)] {
            let found = compare(one, other);
            assert_eq!(found.unreadable, [format!("P/Properties/PolicyDocument/Statement/1: {reason}")]);
            assert!(found.broader.is_empty() && found.can_broaden());
        }
        assert!(compare(&after, &after).is_empty(), "{statement}");
    }
    let kinds = json!([{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Principal": {"Role": "x"}}]);
    let found = compare(&json!({}), &bucket_policy(&kinds));
    assert_eq!(found.unreadable, ["B/Properties/PolicyDocument/Statement/0: a principal is not known"]);
}

#[test]
fn documents_that_are_not_known_are_named() {
    let template = |document: Value| json!({"K": resource("AWS::KMS::Key", &json!({"KeyPolicy": document}))});
    let one = template(json!({"Fn::GetAtt": ["A", "B"]}));
    let other = template(json!({"Fn::GetAtt": ["A", "C"]}));
    assert!(compare(&one, &one).is_empty());
    assert!(compare(&one, &other).can_broaden());
    assert!(compare(&one, &template(json!("${Imported}"))).can_broaden());
    assert!(compare(&one, &template(json!("{\"Statement\": ["))).can_broaden());
}

#[test]
fn an_intrinsic_equals_only_itself() {
    let on = |value: Value| policy(&json!([{"Effect": "Allow", "Action": "a:b", "Resource": value}]));
    let import = |name: &str| json!({"Fn::ImportValue": {"Fn::Sub": format!("{name}-*-${{X}}")}});
    assert!(compare(&on(import("a")), &on(json!([import("a")]))).is_empty());
    assert!(!compare(&on(import("a")), &on(import("ab"))).broader.is_empty());
    assert!(compare(&on(json!("*")), &on(import("a"))).broader.is_empty());
    assert!(!compare(&on(import("a")), &on(json!("*"))).broader.is_empty());
}

#[test]
fn statements_of_a_web_acl_are_not_policies() {
    let acl = |count: u8| {
        let rules = json!({"Rules": [{"Statement": {"RateBasedStatement": {"Limit": count}}}]});
        json!({"W": resource("AWS::WAFv2::WebACL", &rules)})
    };
    assert!(compare(&acl(1), &acl(2)).is_empty());
}

/// Every value of a shape that no schema allows, in every property that is read.
#[test]
fn no_shape_is_a_panic() {
    let mut deep = json!("x");
    for _ in 0..200 {
        deep = json!({"a": [deep]});
    }
    let numbers = json!({"FromPort": i64::MAX, "ToPort": i64::MIN, "IpProtocol": "icmp", "CidrIp": "::/0"});
    let shapes = [
        json!(null),
        json!(true),
        json!(1.5),
        json!("${"),
        json!("*"),
        json!([]),
        json!([[]]),
        json!({}),
        json!([null]),
        json!([{}]),
        json!({"Statement": null}),
        json!({"Statement": [null, {}, [[]]]}),
        json!({"Fn::GetAtt": []}),
        json!([{"Fn::If": [1]}]),
        json!([{"PolicyDocument": {"Ref": "X"}}]),
        numbers.clone(),
        json!([numbers]),
        deep,
    ];
    let kinds = [
        "AWS::IAM::Role",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::UserToGroupAddition",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::KMS::Key",
        "AWS::Lambda::Permission",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::NetworkAclEntry",
        "AWS::QuickSight::DataSet",
        "AWS::LakeFormation::Permissions",
        "AWS::LakeFormation::PrincipalPermissions",
        "AWS::LakeFormation::DataLakeSettings",
        "AWS::RDS::DBInstance",
        "AWS::S3::AccessGrant",
        "AWS::RAM::ResourceShare",
        "",
    ];
    let properties = [
        "Policies",
        "PolicyDocument",
        "Roles",
        "ManagedPolicyArns",
        "PermissionsBoundary",
        "MaxSessionDuration",
        "AssumeRolePolicyDocument",
        "Bucket",
        "AccessControl",
        "OwnershipControls",
        "PublicAccessBlockConfiguration",
        "KeyPolicy",
        "SecurityGroupIngress",
        "Permissions",
        "Resource",
        "Principal",
        "DataLakePrincipal",
        "Admins",
        "ColumnLevelPermissionRules",
        "RowLevelPermissionDataSet",
        "FromPort",
    ];
    for kind in kinds {
        for shape in &shapes {
            let whole = json!({"Type": kind, "Properties": shape});
            assert!(compare_one("X", Some(&whole), Some(&whole)).is_empty(), "{kind} {shape}");
            assert!(compare_one("X", Some(shape), Some(shape)).is_empty());
            for property in properties {
                let one = json!({"Type": kind, "Properties": {property: shape}});
                assert!(compare_one("X", Some(&one), Some(&one)).is_empty(), "{kind} {property} {shape}");
                let _ = lines(&compare_one("X", None, Some(&one)).broader);
                let _ = compare_one("X", Some(&one), Some(&whole));
            }
        }
    }
}
