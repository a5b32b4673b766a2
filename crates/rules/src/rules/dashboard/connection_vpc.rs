//! A VPC connection is in the VPC of the warehouse.

use super::{CONNECTION, DATA_SOURCE, warehouse};
use crate::finding::{Report, words};
use crate::rules::network::vpc;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONNECTION_VPC "GEN0676" Warning
        "The VPC connection of a data source is in another VPC than its warehouse."
        "Its network interfaces reach the warehouse only over a peering connection or a transit gateway, and the templates have none (Amazon QuickSight user guide, \"Connecting to a VPC with Amazon QuickSight\"). Make the connection in the subnets of the warehouse."
        Template {
            bad: r"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Near: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Far: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Other, CidrBlock: 10.1.0.0/24}}
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop, SubnetIds: [!Ref Near, subnet-1a1b2c3d, subnet-2a1b2c3d]}}
  Connection: {Type: AWS::QuickSight::VPCConnection, Properties: {VPCConnectionId: shop, SubnetIds: [!Ref Far, subnet-1a1b2c3d]}}
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
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Near: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Far: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Other, CidrBlock: 10.1.0.0/24}}
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop, SubnetIds: [!Ref Near, subnet-1a1b2c3d, subnet-2a1b2c3d]}}
  Connection: {Type: AWS::QuickSight::VPCConnection, Properties: {VPCConnectionId: shop, SubnetIds: [!Ref Near, subnet-1a1b2c3d]}}
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
    let is_link = |kind: &str| {
        kind.contains("Peering") || kind.contains("TransitGateway") || kind.contains("VpcLattice")
    };
    if world.all().any(|one| is_link(&one.kind)) {
        return;
    }
    for source in world.of_type(DATA_SOURCE) {
        let path = "VpcConnectionProperties/VpcConnectionArn";
        let connection = source.text(path).and_then(|arn| world.target(CONNECTION, arn));
        let (Some(connection), Some(warehouse)) = (connection, warehouse(world, source)) else { continue };
        let (Some(from), Some(to)) = (vpc(world, connection), vpc(world, warehouse)) else { continue };
        if from == to {
            continue;
        }
        let about = words(
            format!("`{}` connects from another VPC than that of `{}`", source.id, warehouse.id),
            format!("`{}` is in `{}`, the warehouse in `{}`", connection.id, from.id, to.id),
            "make the connection in the subnets of the warehouse, or connect the VPCs",
        );
        report.property(CONNECTION_VPC, source, path, about);
    }
}
