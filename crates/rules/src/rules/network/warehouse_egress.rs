//! QuickSight may leave its security groups for the warehouse.

use super::{admits, is_about, outbound};
use crate::finding::{Report, words};
use crate::rules::dashboard::{DATA_SOURCE, clients, warehouse};
use crate::rules::warehouse::groups;
use crate::world::{World, number};

strataform_diagnostic::codes! {
    pub(crate) WAREHOUSE_EGRESS "GEN0641" Error
        "The security groups of a VPC connection do not let QuickSight out to its warehouse."
        "A group with outbound rules of its own allows nothing else; without one for the port of the warehouse, each query times out (Amazon VPC user guide, \"Security group rules\"). Allow the port of the warehouse, to its security group."
        Template {
            bad: r"
Resources:
  Clients:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: QuickSight
      VpcId: vpc-0a1b2c3d
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}]
  Connection:
    Type: AWS::QuickSight::VPCConnection
    Properties: {VPCConnectionId: shop, SecurityGroupIds: [!Ref Clients], SubnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d]}
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop}}
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      VpcConnectionProperties: {VpcConnectionArn: !GetAtt Connection.Arn}
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
",
            good: r"
Resources:
  Clients:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: QuickSight
      VpcId: vpc-0a1b2c3d
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 5439, ToPort: 5439, CidrIp: 10.0.0.0/16}]
  Connection:
    Type: AWS::QuickSight::VPCConnection
    Properties: {VPCConnectionId: shop, SecurityGroupIds: [!Ref Clients], SubnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d]}
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop}}
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      VpcConnectionProperties: {VpcConnectionArn: !GetAtt Connection.Arn}
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for source in world.of_type(DATA_SOURCE) {
        let Some(warehouse) = warehouse(world, source) else { continue };
        let port = warehouse.get("Port").map_or(Some(5439.0), number);
        let (Some(clients), Some(port)) = (clients(world, source), port) else { continue };
        let Some(rules) = outbound(world, &clients).filter(|_| !clients.is_empty()) else { continue };
        let to = groups(world, warehouse);
        let lets = |rule| is_about(world, rule, "DestinationSecurityGroupId", to.as_deref());
        if rules.into_iter().any(|rule| admits(rule, port, port) && lets(rule)) {
            continue;
        }
        let about = words(
            format!("`{}` cannot reach its warehouse `{}`", source.id, warehouse.id),
            format!("no outbound rule of `{}` allows port {port} of the warehouse", clients[0].id),
            "allow the port of the warehouse in `SecurityGroupEgress`",
        );
        report.property(WAREHOUSE_EGRESS, source, "VpcConnectionProperties", about);
    }
}
