//! Policies of identities, wherever they stand.

use serde_json::{Value, json};
use strataform_access::compare_all;

use crate::table::{Case, allow, check, compare, lines, policy, resource};

fn document(action: &str) -> Value {
    json!({"Statement": [allow(&json!(action), &json!("*"))]})
}

fn role(properties: &Value) -> Value {
    resource("AWS::IAM::Role", properties)
}

fn inline(action: &str) -> Value {
    json!({"Policies": [{"PolicyName": "p", "PolicyDocument": document(action)}]})
}

fn attached(kind: &str, action: &str, role: &str) -> Value {
    resource(kind, &json!({"PolicyDocument": document(action), "Roles": [role]}))
}

const MANAGED: &str = "AWS::IAM::ManagedPolicy";

#[test]
fn a_statement_moves_between_policies_of_a_role() {
    let get = "s3:GetObject";
    let places = [
        json!({"G": role(&inline(get))}),
        json!({"G": role(&json!({})), "P": attached(MANAGED, get, "${G}")}),
        json!({"G": role(&json!({})), "Q": attached("AWS::IAM::Policy", get, "${G}")}),
        json!({"G": role(&json!({"ManagedPolicyArns": ["${P}"]})),
               "P": resource(MANAGED, &json!({"PolicyDocument": document(get)}))}),
        json!({"G": role(&json!({})),
               "R": resource("AWS::IAM::RolePolicy", &json!({"PolicyDocument": document(get), "RoleName": "${G}"}))}),
    ];
    for before in &places {
        for after in &places {
            assert!(compare(before, after).is_empty(), "{before} to {after}: {:?}", compare(before, after));
        }
        let found = compare(before, &json!({"G": role(&json!({}))}));
        assert_eq!(lines(&found.narrower), ["G may no longer s3:GetObject on *"]);
        assert!(found.broader.is_empty());
    }
}

#[test]
fn a_name_is_the_role_that_has_it() {
    let named = role(&json!({"RoleName": "orders"}));
    let before = json!({"G": named, "P": attached("AWS::IAM::Policy", "a:b", "${G}")});
    let after = json!({"G": named, "Q": attached("AWS::IAM::Policy", "a:b", "orders")});
    assert!(compare(&before, &after).is_empty());
    let renamed = json!({"H": named, "Q": attached("AWS::IAM::Policy", "a:b", "${H}")});
    assert!(compare(&before, &renamed).is_empty());
}

#[test]
fn policies_are_attached() {
    let template = |properties: Value| json!({"G": role(&properties)});
    let aws = |name: &str| format!("arn:aws:iam::aws:policy/{name}");
    let bounded = |arn: &str| template(json!({"PermissionsBoundary": arn}));
    let managed = |roles: Value| json!({"P": resource(MANAGED, &json!({"PolicyDocument": document("a:b"), "Roles": roles}))});
    let session = |seconds: Value| template(json!({"MaxSessionDuration": seconds}));
    let user = |groups: Value| json!({"U": resource("AWS::IAM::User", &json!({"Groups": groups}))});
    let addition = json!({"A": resource("AWS::IAM::UserToGroupAddition", &json!({"GroupName": "admins", "Users": ["eve"]}))});
    check(&[
        Case {
            name: "two managed policies",
            before: template(json!({})),
            after: template(json!({"ManagedPolicyArns": [aws("A"), aws("B")]})),
            broader: &["G has the permissions of arn:aws:iam::aws:policy/A, arn:aws:iam::aws:policy/B"],
            narrower: &[],
        },
        Case {
            name: "a boundary is removed",
            before: bounded("arn:b"),
            after: template(json!({})),
            broader: &["G is no longer limited by the boundary arn:b"],
            narrower: &[],
        },
        Case {
            name: "a boundary is another",
            before: bounded("arn:b"),
            after: bounded("arn:c"),
            broader: &["G is no longer limited by the boundary arn:b"],
            narrower: &["G is limited by the boundary arn:c"],
        },
        Case {
            name: "another role has a policy",
            before: managed(json!(["a"])),
            after: managed(json!(["b", "a"])),
            broader: &["b may a:b on *"],
            narrower: &[],
        },
        Case {
            name: "a policy without roles",
            before: json!({}),
            after: managed(json!([])),
            broader: &["whoever has P may a:b on *"],
            narrower: &[],
        },
        Case {
            name: "detached",
            before: managed(json!(["a"])),
            after: managed(json!([])),
            broader: &[],
            narrower: &["a may no longer a:b on *"],
        },
        Case {
            name: "a longer session",
            before: template(json!({})),
            after: session(json!(43_200)),
            broader: &[
                "whoever can assume the role may keep a session on G if seconds NumericLessThanEquals 43200",
            ],
            narrower: &[],
        },
        Case {
            name: "the default session",
            before: template(json!({})),
            after: session(json!("3600")),
            broader: &[],
            narrower: &[],
        },
        Case {
            name: "a group",
            before: user(json!([])),
            after: user(json!(["admins"])),
            broader: &["U has the permissions of group admins"],
            narrower: &[],
        },
        Case {
            name: "a member",
            before: json!({}),
            after: addition,
            broader: &["eve has the permissions of group admins"],
            narrower: &[],
        },
    ]);
}

#[test]
fn an_identity_that_is_gone_is_not_denied_anything() {
    let deny = json!({"Policies": [{"PolicyDocument": {"Statement":
        [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}}]});
    let before = json!({"G": role(&deny)});
    assert!(compare(&before, &json!({})).is_empty());
    let found = compare(&before, &json!({"G": role(&json!({}))}));
    assert_eq!(lines(&found.broader), ["G is no longer denied * on *"]);
}

#[test]
fn what_is_retained_still_has_its_policies() {
    let mut kept = attached(MANAGED, "a:b", "glue");
    kept["DeletionPolicy"] = json!("Retain");
    assert!(compare_all(&[("P".to_owned(), kept)], &[]).is_empty());
    let gone = compare(&json!({"P": attached(MANAGED, "a:b", "glue")}), &json!({}));
    assert_eq!(lines(&gone.narrower), ["glue may no longer a:b on *"]);
}

#[test]
fn actions_of_several_roles_are_one_line() {
    let many: Vec<String> = (10..50).map(|number| format!("s3:Action{number}")).collect();
    let mut after = policy(&json!([allow(&json!(many), &json!(["arn:aws:s3:::a", "arn:aws:s3:::b"]))]));
    after["P"]["Properties"]["Roles"] = json!(["one", "two"]);
    let found = compare(&json!({}), &after);
    let line = format!("one, two may {} on arn:aws:s3:::a, arn:aws:s3:::b", many.join(", "));
    assert_eq!(lines(&found.broader), [line]);
}

#[test]
fn a_policy_of_aws_is_not_the_one_of_the_same_name() {
    let own = resource(
        MANAGED,
        &json!({"ManagedPolicyName": "AdministratorAccess", "PolicyDocument": document("a:b")}),
    );
    let template = |arn: &str| json!({"G": role(&json!({"ManagedPolicyArns": [arn]})), "P": own});
    let found = compare(
        &template("arn:aws:iam::${AWS::AccountId}:policy/AdministratorAccess"),
        &template("arn:aws:iam::aws:policy/AdministratorAccess"),
    );
    assert_eq!(
        lines(&found.broader)[0],
        "G has the permissions of arn:aws:iam::aws:policy/AdministratorAccess"
    );
    assert!(found.broader[0].is_admin());
}
