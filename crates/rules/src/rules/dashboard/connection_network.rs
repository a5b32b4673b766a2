//! Subnets and security groups of a VPC connection are in one VPC.

use super::CONNECTION;
use crate::finding::{Report, words};
use crate::rules::network::foreign;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONNECTION_NETWORK "GEN0672" Error
        "The security groups of a VPC connection are in another VPC than its subnets."
        "EC2 refuses a network interface whose security group is in another VPC than its subnet, so the connection fails (Amazon EC2 API reference, \"CreateNetworkInterface\"). Make the group in the VPC of the subnets."
        Template {
            bad: r#"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Shop
      VpcId: !Ref Other
      SecurityGroupIngress: [{IpProtocol: "-1", CidrIp: 10.0.0.0/16}]
  Connection:
    Type: AWS::QuickSight::VPCConnection
    Properties: {VPCConnectionId: shop, SubnetIds: [!Ref Subnet, subnet-0a1b2c3d], SecurityGroupIds: [!Ref Group]}
"#,
            good: r#"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Shop
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: "-1", CidrIp: 10.0.0.0/16}]
  Connection:
    Type: AWS::QuickSight::VPCConnection
    Properties: {VPCConnectionId: shop, SubnetIds: [!Ref Subnet, subnet-0a1b2c3d], SecurityGroupIds: [!Ref Group]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for connection in world.of_type(CONNECTION) {
        let Some((path, group)) = foreign(world, connection) else { continue };
        let about = words(
            format!(
                "the security group `{}` of `{}` is in another VPC than its subnets",
                group.id, connection.id
            ),
            "EC2 refuses a network interface with a group of another VPC",
            "make the security group in the VPC of the subnets",
        );
        report.property(CONNECTION_NETWORK, connection, &path, about);
    }
}
