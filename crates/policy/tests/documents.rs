//! Documents render as IAM expects them.
#![allow(missing_docs, reason = "a test")]

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_template::{Node, Object, part, pseudo, sub};

fn statement(statement: Statement) -> Object {
    let document = PolicyDocument::new([statement]).into_object();
    assert_eq!(document.get("Version").and_then(Node::as_str), Some("2012-10-17"));
    match document.get("Statement").and_then(Node::as_list) {
        Some([Node::Object(statement)]) => statement.clone(),
        other => panic!("expected one statement, found {other:?}"),
    }
}

fn yaml(text: &str) -> Object {
    match Node::from_yaml(text) {
        Ok(Node::Object(object)) => object,
        other => panic!("expected an object, found {other:?}"),
    }
}

#[test]
fn one_action_stands_alone_and_several_in_a_list() {
    let one = statement(Statement::allow([action!("s3:GetObject")]).on("arn:aws:s3:::raw/*"));
    assert_eq!(one, yaml("{Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::raw/*'}"));
    let several = Statement::deny([action!("s3:Get*"), action!("s3:ListBucket")])
        .on("arn:aws:s3:::raw")
        .on(sub!("arn:${AWS::Partition}:s3:::raw/*"))
        .sid("NoReads");
    let expected = "\
Sid: NoReads
Effect: Deny
Action: [s3:Get*, s3:ListBucket]
Resource: ['arn:aws:s3:::raw', !Sub 'arn:${AWS::Partition}:s3:::raw/*']
";
    assert_eq!(statement(several), yaml(expected));
}

#[test]
fn principals_are_sorted_by_kind() {
    let trust = Statement::allow([action!("sts:AssumeRole")])
        .by(Principal::service("glue.amazonaws.com"))
        .by(Principal::service("lambda.amazonaws.com"))
        .by(Principal::account(pseudo::account_id()));
    let expected = "\
Effect: Allow
Principal: {Service: [glue.amazonaws.com, lambda.amazonaws.com], AWS: !Ref AWS::AccountId}
Action: sts:AssumeRole
";
    assert_eq!(statement(trust), yaml(expected));
    let anyone = Statement::deny([action!("s3:*")]).by(Principal::anyone()).on("*");
    assert_eq!(statement(anyone), yaml("{Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*'}"));
}

#[test]
fn exceptions_negate_the_key() {
    let but = Statement::deny_all_but([action!("s3:GetObject")]).except_on("arn:aws:s3:::raw/*");
    assert_eq!(
        statement(but),
        yaml("{Effect: Deny, NotAction: s3:GetObject, NotResource: 'arn:aws:s3:::raw/*'}")
    );
    let but =
        Statement::deny([action!("s3:GetObject")]).except_by(Principal::account("123456789012")).on("*");
    let expected = "{Effect: Deny, NotPrincipal: {AWS: '123456789012'}, Action: s3:GetObject, Resource: '*'}";
    assert_eq!(statement(but), yaml(expected));
}

#[test]
fn conditions_are_grouped_by_operator() {
    let guarded = Statement::allow([action!("kms:Decrypt")])
        .on("*")
        .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()))
        .when(Condition::any_of(Operator::StringEquals, "kms:ViaService", [part("s3"), part("glue")]))
        .when(Condition::new(Operator::Bool, "aws:SecureTransport", true).if_exists())
        .when(Condition::new(Operator::StringLike, "aws:TagKeys", "team*").for_all_values());
    let expected = "\
Effect: Allow
Action: kms:Decrypt
Resource: '*'
Condition:
  StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId, 'kms:ViaService': [s3, glue]}
  BoolIfExists: {'aws:SecureTransport': true}
  'ForAllValues:StringLike': {'aws:TagKeys': team*}
";
    assert_eq!(statement(guarded), yaml(expected));
}
