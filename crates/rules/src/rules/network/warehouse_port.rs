//! QuickSight reaches the port of the warehouse.

use super::{admits, inbound, is_about};
use crate::finding::{Report, words};
use crate::rules::dashboard::{DATA_SOURCE, clients, warehouse};
use crate::rules::warehouse::groups;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) WAREHOUSE_PORT "GEN0640" Error
        "The security groups of a warehouse do not admit its dashboards."
        "QuickSight connects to the port of the warehouse from the security groups of its VPC connection; without an inbound rule for it, each query times out (Amazon QuickSight user guide, \"Authorizing connections from Amazon QuickSight to Amazon Redshift clusters\"). Admit the port from the connection's group."
        Template {
            bad: r#"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Warehouse
      VpcId: vpc-0a1b2c3d
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/16}]
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, SecurityGroupIds: [!GetAtt Group.GroupId]}
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      VpcConnectionProperties: {VpcConnectionArn: "arn:aws:quicksight:us-east-1:111122223333:vpcConnection/shop"}
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
"#,
            good: r#"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Warehouse
      VpcId: vpc-0a1b2c3d
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5439, ToPort: 5439, CidrIp: 10.0.0.0/16}]
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, SecurityGroupIds: [!GetAtt Group.GroupId]}
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      VpcConnectionProperties: {VpcConnectionArn: "arn:aws:quicksight:us-east-1:111122223333:vpcConnection/shop"}
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for source in world.of_type(DATA_SOURCE) {
        let Some(warehouse) = warehouse(world, source) else { continue };
        let port = warehouse.get("Port").map_or(Some(5439.0), crate::world::number);
        let (Some(groups), Some(port)) = (groups(world, warehouse), port) else { continue };
        let Some(rules) = inbound(world, &groups).filter(|_| !groups.is_empty()) else { continue };
        let clients = clients(world, source);
        if rules.iter().any(|rule| {
            admits(rule, port, port) && is_about(world, rule, "SourceSecurityGroupId", clients.as_deref())
        }) {
            continue;
        }
        let about = words(
            format!("`{}` cannot reach its warehouse `{}`", source.id, warehouse.id),
            format!("no inbound rule of `{}` admits QuickSight on port {port}", groups[0].id),
            "admit the port from the security group of the VPC connection",
        );
        report.property(WAREHOUSE_PORT, source, "DataSourceParameters", about);
    }
}
