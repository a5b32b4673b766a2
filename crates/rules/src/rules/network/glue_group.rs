//! The workers of a Glue job reach each other.

use super::{GROUP, admits, inbound};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) GLUE_GROUP "GEN0642" Error
        "No security group of a Glue connection opens all TCP ports."
        "Glue refuses to start a job or crawler with the connection: \"At least one security group must open all ingress ports\". Add an inbound rule for all TCP ports whose source is the group itself (Glue developer guide, \"Connecting to a JDBC data store in a VPC\")."
        Template {
            bad: r"
Resources:
  Workers:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: Glue, VpcId: vpc-0a1b2c3d}
  Connection:
    Type: AWS::Glue::Connection
    Properties:
      CatalogId: !Ref AWS::AccountId
      ConnectionInput:
        ConnectionType: NETWORK
        PhysicalConnectionRequirements: {SubnetId: subnet-0a1b2c3d, SecurityGroupIdList: [!Ref Workers]}
",
            good: r"
Resources:
  Workers:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: Glue, VpcId: vpc-0a1b2c3d}
  WorkersSelf:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Workers, IpProtocol: tcp, FromPort: 0, ToPort: 65535, SourceSecurityGroupId: !Ref Workers}
  Connection:
    Type: AWS::Glue::Connection
    Properties:
      CatalogId: !Ref AWS::AccountId
      ConnectionInput:
        ConnectionType: NETWORK
        PhysicalConnectionRequirements: {SubnetId: subnet-0a1b2c3d, SecurityGroupIdList: [!Ref Workers]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for connection in world.of_type("AWS::Glue::Connection") {
        let path = "ConnectionInput/PhysicalConnectionRequirements/SecurityGroupIdList";
        let Some(groups) = world.targets(GROUP, connection, path) else { continue };
        let Some(rules) = inbound(world, &groups) else { continue };
        if groups.is_empty() || rules.iter().any(|rule| admits(rule, 1.0, 65535.0)) {
            continue;
        }
        let about = words(
            format!("jobs with the connection `{}` do not start", connection.id),
            format!("no inbound rule of `{}` opens all TCP ports, which Glue requires", groups[0].id),
            "add a rule for TCP ports 0 to 65535 with the group itself as source",
        );
        report.property(GLUE_GROUP, connection, path, about);
    }
}
