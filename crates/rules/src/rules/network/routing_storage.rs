//! A warehouse with enhanced VPC routing reaches S3.

use super::{SUBNET, is_cut_off};
use crate::finding::{Report, words};
use crate::rules::warehouse::WORKGROUP;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ROUTING_STORAGE "GEN0648" Warning
        "A workgroup routes through subnets that have no way to S3."
        "With enhanced VPC routing, COPY and UNLOAD use the routes of the workgroup's subnets, and fail without an S3 endpoint or a NAT gateway there (Amazon Redshift management guide, \"Enhanced VPC routing in Amazon Redshift\"). Add the route tables to a gateway endpoint of S3."
        Template {
            bad: r"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Routes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  SubnetRoutes: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Routes, SubnetId: !Ref Subnet}}
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties:
      WorkgroupName: shop
      EnhancedVpcRouting: true
      SubnetIds: [!Ref Subnet, subnet-1a1b2c3d, subnet-2a1b2c3d]
",
            good: r#"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Routes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  SubnetRoutes: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Routes, SubnetId: !Ref Subnet}}
  Storage:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [!Ref Routes]}
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties:
      WorkgroupName: shop
      EnhancedVpcRouting: true
      SubnetIds: [!Ref Subnet, subnet-1a1b2c3d, subnet-2a1b2c3d]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for workgroup in world.of_type(WORKGROUP).filter(|one| one.flag("EnhancedVpcRouting") == Some(true)) {
        for (path, id) in workgroup.items("SubnetIds") {
            let subnet = id.as_str().and_then(|id| world.target(SUBNET, id));
            let Some(subnet) = subnet.filter(|subnet| is_cut_off(world, subnet)) else { continue };
            let about = words(
                format!("`{}` cannot reach S3 from its subnet `{}`", workgroup.id, subnet.id),
                "with enhanced VPC routing, COPY needs an S3 endpoint or a NAT gateway in the route table",
                "add the route table to the `RouteTableIds` of a gateway endpoint of S3",
            );
            report.property(ROUTING_STORAGE, workgroup, &path, about);
        }
    }
}
