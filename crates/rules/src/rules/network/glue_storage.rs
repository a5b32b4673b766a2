//! Glue reaches S3 from the subnet of a connection.

use super::{SUBNET, is_cut_off};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) GLUE_STORAGE "GEN0643" Error
        "The subnet of a Glue connection has no way to S3."
        "Glue reads scripts and data from S3 through the connection, and fails with \"VPC S3 endpoint validation failed\" where the route table of the subnet has neither an S3 endpoint nor a NAT gateway (Glue developer guide, \"Amazon VPC endpoints for Amazon S3\"). Add the route table to a gateway endpoint of S3."
        Template {
            bad: r"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Routes: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  SubnetRoutes: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Routes, SubnetId: !Ref Subnet}}
  Connection:
    Type: AWS::Glue::Connection
    Properties:
      CatalogId: !Ref AWS::AccountId
      ConnectionInput: {ConnectionType: NETWORK, PhysicalConnectionRequirements: {SubnetId: !Ref Subnet}}
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
  Connection:
    Type: AWS::Glue::Connection
    Properties:
      CatalogId: !Ref AWS::AccountId
      ConnectionInput: {ConnectionType: NETWORK, PhysicalConnectionRequirements: {SubnetId: !Ref Subnet}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for connection in world.of_type("AWS::Glue::Connection") {
        let path = "ConnectionInput/PhysicalConnectionRequirements/SubnetId";
        let subnet = connection.text(path).and_then(|id| world.target(SUBNET, id));
        let Some(subnet) = subnet.filter(|subnet| is_cut_off(world, subnet)) else { continue };
        let about = words(
            format!("jobs with the connection `{}` cannot reach S3", connection.id),
            format!(
                "the route table of `{}` has neither an S3 endpoint nor a route to a NAT gateway",
                subnet.id
            ),
            "add the route table to the `RouteTableIds` of a gateway endpoint of S3",
        );
        report.property(GLUE_STORAGE, connection, path, about);
    }
}
