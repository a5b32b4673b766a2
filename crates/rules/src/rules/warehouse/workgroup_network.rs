//! Subnets and security groups of a workgroup are in one VPC.

use super::WORKGROUP;
use crate::finding::{Report, words};
use crate::rules::network::foreign;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) WORKGROUP_NETWORK "GEN0664" Error
        "The security groups of a workgroup are in another VPC than its subnets."
        "Redshift Serverless refuses it: an endpoint is in one VPC, and EC2 refuses a network interface with a security group of another (Amazon EC2 API reference, \"CreateNetworkInterface\"). Make the group in the VPC of the subnets."
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
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, SubnetIds: [!Ref Subnet, subnet-0a1b2c3d, subnet-1a1b2c3d], SecurityGroupIds: [!Ref Group]}
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
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, SubnetIds: [!Ref Subnet, subnet-0a1b2c3d, subnet-1a1b2c3d], SecurityGroupIds: [!Ref Group]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for workgroup in world.of_type(WORKGROUP) {
        let Some((path, group)) = foreign(world, workgroup) else { continue };
        let about = words(
            format!(
                "the security group `{}` of `{}` is in another VPC than its subnets",
                group.id, workgroup.id
            ),
            "EC2 refuses a network interface with a group of another VPC",
            "make the security group in the VPC of the subnets",
        );
        report.property(WORKGROUP_NETWORK, workgroup, &path, about);
    }
}
