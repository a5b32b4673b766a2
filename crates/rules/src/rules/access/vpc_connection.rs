//! The role of a VPC connection may make network interfaces.

use super::role;
use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) VPC_CONNECTION "GEN0611" Error
        "The role of a QuickSight VPC connection may not make its network interfaces."
        "QuickSight cannot create the connection: the role needs `ec2:CreateNetworkInterface`, `ec2:ModifyNetworkInterfaceAttribute`, `ec2:DeleteNetworkInterface`, `ec2:DescribeSubnets` and `ec2:DescribeSecurityGroups` (QuickSight user guide, \"Set up a VPC connection: the execution role\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: quicksight.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: "ec2:DescribeSubnets", Resource: "*"}
  Connection:
    Type: AWS::QuickSight::VPCConnection
    Properties: {AwsAccountId: "111122223333", VPCConnectionId: lake, Name: lake, RoleArn: !GetAtt Role.Arn, SecurityGroupIds: [sg-11111111], SubnetIds: [subnet-11111111, subnet-22222222]}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: quicksight.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: ["ec2:CreateNetworkInterface", "ec2:ModifyNetworkInterfaceAttribute", "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"], Resource: "*"}
  Connection:
    Type: AWS::QuickSight::VPCConnection
    Properties: {AwsAccountId: "111122223333", VPCConnectionId: lake, Name: lake, RoleArn: !GetAtt Role.Arn, SecurityGroupIds: [sg-11111111], SubnetIds: [subnet-11111111, subnet-22222222]}
"#,
        };
}

const NEEDED: [&str; 5] = [
    "ec2:CreateNetworkInterface",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for connection in world.of_type("AWS::QuickSight::VPCConnection") {
        let Some(role) = role(world, connection, "RoleArn") else { continue };
        let is_missing = |action: &&str| world.permits_any(role, action) == Answer::No;
        let missing: Vec<&str> = NEEDED.into_iter().filter(is_missing).collect();
        if !missing.is_empty() {
            let about = words(
                format!("`{}` cannot make its network interfaces", connection.id),
                format!("no policy of its role `{}` allows {}", role.id, missing.join(", ")),
                "allow the actions",
            );
            report.property(VPC_CONNECTION, connection, "RoleArn", about);
        }
    }
}
