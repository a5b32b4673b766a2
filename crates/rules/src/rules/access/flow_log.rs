//! The role of a flow log may write to its log group.

use super::{missing, role};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) FLOW_LOG "GEN0609" Error
        "The role of a VPC flow log may not write to the log group."
        "Nothing is logged, and the flow log reports an access error. The role needs `logs:CreateLogStream` and `logs:PutLogEvents` on the group (VPC user guide, \"IAM role for publishing flow logs to CloudWatch Logs\")."
        Template {
            bad: r#"
Resources:
  Log: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: vpc-flow-logs.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "logs:DescribeLogStreams", Resource: !GetAtt Log.Arn}
  Flow:
    Type: AWS::EC2::FlowLog
    Properties: {ResourceId: vpc-11111111, ResourceType: VPC, TrafficType: ALL, LogGroupName: !Ref Log, DeliverLogsPermissionArn: !GetAtt Role.Arn}
"#,
            good: r#"
Resources:
  Log: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: vpc-flow-logs.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: !GetAtt Log.Arn}
  Flow:
    Type: AWS::EC2::FlowLog
    Properties: {ResourceId: vpc-11111111, ResourceType: VPC, TrafficType: ALL, LogGroupName: !Ref Log, DeliverLogsPermissionArn: !GetAtt Role.Arn}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for flow in world.of_type("AWS::EC2::FlowLog") {
        let path = "DeliverLogsPermissionArn";
        let Some(role) = role(world, flow, path) else { continue };
        let name = flow.text("LogGroupName").or_else(|| flow.text("LogDestination"));
        let group = name.and_then(|text| world.target("AWS::Logs::LogGroup", text));
        let Some(group) = group else { continue };
        let missing = missing(world, role, &["logs:CreateLogStream", "logs:PutLogEvents"], group);
        if !missing.is_empty() {
            let about = words(
                format!("`{}` cannot write to its log group `{}`", flow.id, group.id),
                format!("no policy of its role `{}` allows {}", role.id, missing.join(", ")),
                "allow the actions on the log group",
            );
            report.property(FLOW_LOG, flow, path, about);
        }
    }
}
