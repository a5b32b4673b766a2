//! Validation of values that are known in part, and the messages of findings.
#![allow(clippy::expect_used, reason = "a test may panic")]

use strataform_schema::{Finding, Rule, properties, template};
use strataform_template::{Node, Object, Template};

fn findings(resource_type: &str, yaml: &str) -> Vec<Finding> {
    let node = Node::from_yaml(yaml).expect("the test's YAML is valid");
    properties(resource_type, node.as_object().expect("the test's YAML is an object"))
}

/// Rules and paths, as one line.
fn found(resource_type: &str, yaml: &str) -> Vec<String> {
    findings(resource_type, yaml).iter().map(|finding| format!("{} {}", finding.rule, finding.path)).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn values_known_only_at_deployment_are_valid() {
    let stream =
        "Name: !Ref Name\nShardCount: !If [Large, 4, !Ref Shards]\nStreamModeDetails: !FindInMap [A, b, c]\n";
    assert_eq!(found("AWS::Kinesis::Stream", stream), NONE);
    let database = "MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}'";
    assert!(!found("AWS::Redshift::Cluster", database).iter().any(|line| line.starts_with("pattern")));
}

#[test]
fn both_values_of_an_if_are_checked() {
    let stream = "ShardCount: !If [Large, 0, !If [Huge, many, 4]]\n";
    assert_eq!(
        found("AWS::Kinesis::Stream", stream),
        ["range /ShardCount/Fn::If/1", "kind /ShardCount/Fn::If/2/Fn::If/1"]
    );
}

#[test]
fn no_value_removes_the_property() {
    let mode = "StreamModeDetails: {StreamMode: !Ref AWS::NoValue}";
    assert_eq!(found("AWS::Kinesis::Stream", mode), ["required /StreamModeDetails"]);
    let maybe = "StreamModeDetails: {StreamMode: !If [A, ON_DEMAND, !Ref AWS::NoValue]}";
    assert_eq!(found("AWS::Kinesis::Stream", maybe), NONE);
    let nothing = "NoSuch: !Ref AWS::NoValue\nShardCount: 1";
    assert_eq!(found("AWS::Kinesis::Stream", nothing), NONE);
    let metrics = "DesiredShardLevelMetrics: [ALL, !If [A, ALL, !Ref AWS::NoValue]]";
    assert_eq!(found("AWS::Kinesis::Stream", metrics), NONE);
}

#[test]
fn scalars_convert_as_in_cloudformation() {
    let stream = "ShardCount: '4'\nName: 123\nStreamModeDetails: {StreamMode: ON_DEMAND}";
    assert_eq!(found("AWS::Kinesis::Stream", stream), NONE);
    let bucket = "PublicAccessBlockConfiguration: {BlockPublicAcls: 'true', BlockPublicPolicy: yes please}";
    assert_eq!(found("AWS::S3::Bucket", bucket), ["kind /PublicAccessBlockConfiguration/BlockPublicPolicy"]);
}

#[test]
fn macros_may_produce_any_property() {
    let macros = "StreamModeDetails:\n  Fn::Transform: {Name: Mode}\n";
    assert_eq!(found("AWS::Kinesis::Stream", macros), NONE);
    let beside = "StreamModeDetails:\n  StreamMode: ON_DEMAND\n  Fn::Transform: {Name: Mode}\n";
    assert_eq!(found("AWS::Kinesis::Stream", beside), NONE);
}

#[test]
fn findings_name_the_problem_and_what_is_expected() {
    let stream =
        "Nam: x\nStreamModeDetails: {StreamMode: ON-DEMAND}\nShardCount: 0\nArn: x\nTags: [{Key: a}]\n";
    let messages: Vec<String> =
        findings("AWS::Kinesis::Stream", stream).iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "/Nam: unknown property `Nam`; did you mean `Name`? [unknown-property]",
            "/StreamModeDetails/StreamMode: invalid value `ON-DEMAND`; expected one of ON_DEMAND, PROVISIONED [allowed]",
            "/ShardCount: `0` is too small; expected 1 to 100000 [range]",
            "/Tags/0: missing property `Value` [required]",
            "/Arn: `Arn` is read-only; remove it [read-only]",
        ]
    );
}

#[test]
fn unions_name_what_the_nearest_alternative_lacks() {
    let condition = "Configuration:\n  RandomCutForest:\n    Query: q\n    IgnoreNearExpectedFromAbove: {}\n";
    let finding = findings("AWS::APS::AnomalyDetector", condition)
        .into_iter()
        .find(|finding| finding.rule == Rule::Alternatives)
        .expect("exactly one of two properties is required");
    assert_eq!(finding.path, "/Configuration/RandomCutForest/IgnoreNearExpectedFromAbove");
    assert!(finding.message.contains("missing property `Amount`"), "{}", finding.message);
}

#[test]
fn templates_are_validated_resource_by_resource() {
    let text = "\
Resources:
  Raw: {Type: 'AWS::S3::Buckett'}
  Mine: {Type: 'Custom::Anything', Properties: {ServiceToken: x, Any: thing}}
  Theirs: {Type: 'MongoDB::Atlas::Cluster'}
  Queue: {Type: 'AWS::SQS::Queue', Properties: {DelaySeconds: 901}}
  Role: {Type: 'AWS::IAM::Role'}
  Fn::ForEach::Many: [A, [b], {'X${A}': {Type: 'AWS::SNS::Topic'}}]
";
    let messages: Vec<String> = template(&Template::from_yaml(text).expect("the template is right"))
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        messages,
        [
            "/Resources/Raw/Type: unknown resource type `AWS::S3::Buckett`; did you mean `AWS::S3::Bucket`? [unknown-type]",
            "/Resources/Queue/Properties/DelaySeconds: `901` is too large; expected 0 to 900 [range]",
            "/Resources/Role/Properties: missing property `AssumeRolePolicyDocument` [required]",
        ]
    );
}

#[test]
fn a_value_can_be_of_any_depth() {
    // QuickSight's and WAF's types are recursive; a value as deep as a template allows must not overflow the stack.
    let mut statement = Node::from(Object::from([("ByteMatchStatement", Node::from(Object::new()))]));
    for _ in 0..100 {
        statement =
            Object::from([("NotStatement", Node::from(Object::from([("Statement", statement)])))]).into();
    }
    let rule =
        Object::from([("Name", Node::from("deep")), ("Priority", Node::from(1)), ("Statement", statement)]);
    let group = Object::from([("Rules", Node::from(vec![Node::from(rule)]))]);
    assert!(!properties("AWS::WAFv2::RuleGroup", &group).is_empty());
}
