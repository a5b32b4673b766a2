//! A function may read the stream that it consumes.

use super::{missing, role};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONSUMER "GEN0608" Error
        "The role of a function may not read the stream of its event source mapping."
        "CloudFormation refuses the mapping: the role needs `kinesis:GetRecords`, `kinesis:GetShardIterator` and `kinesis:DescribeStream` or `DescribeStreamSummary` (Lambda developer guide, \"Using Lambda to process records from Amazon Kinesis Data Streams\")."
        Template {
            bad: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "kinesis:PutRecord", Resource: !GetAtt Events.Arn}]}
  Reader:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Runtime: python3.12, Handler: a.b, Code: {ZipFile: "x"}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Reader, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
"#,
            good: r#"
Resources:
  Events: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards"], Resource: !GetAtt Events.Arn}]}
  Reader:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Runtime: python3.12, Handler: a.b, Code: {ZipFile: "x"}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Reader, EventSourceArn: !GetAtt Events.Arn, StartingPosition: LATEST, DestinationConfig: {OnFailure: {Destination: "arn:aws:sqs:eu-west-1:111122223333:failed"}}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for mapping in world.of_type("AWS::Lambda::EventSourceMapping") {
        let source = mapping.text("EventSourceArn");
        let Some(source) = source.and_then(|text| world.target("AWS::Kinesis::Stream", text)) else {
            continue;
        };
        let function = mapping.text("FunctionName");
        let Some(function) = function.and_then(|text| world.target("AWS::Lambda::Function", text)) else {
            continue;
        };
        let Some(role) = role(world, function, "Role") else { continue };
        let missing = missing(world, role, &["kinesis:GetRecords", "kinesis:GetShardIterator"], source);
        if !missing.is_empty() {
            let about = words(
                format!("`{}` cannot read the stream `{}`", function.id, source.id),
                format!("no policy of its role `{}` allows {}", role.id, missing.join(", ")),
                "allow the actions on the stream",
            );
            report.property(CONSUMER, mapping, "EventSourceArn", about);
        }
    }
}
