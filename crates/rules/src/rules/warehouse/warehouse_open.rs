//! A public warehouse does not admit everyone.

use serde_json::Value;

use super::{CLUSTER, WORKGROUP, groups};
use crate::finding::{Report, words};
use crate::rules::network::{admits, inbound};
use crate::world::{World, number};

strataform_diagnostic::codes! {
    pub(crate) WAREHOUSE_OPEN "GEN0656" Warning
        "A public warehouse admits every address."
        "Anyone on the internet can try passwords (AWS Security Hub user guide, \"Amazon Redshift controls\"). Set `PubliclyAccessible` to false, or admit the addresses of the clients only; QuickSight has a block for each Region."
        Template {
            bad: r"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Warehouse
      VpcId: vpc-0a1b2c3d
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5439, ToPort: 5439, CidrIp: 0.0.0.0/0}]
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, PubliclyAccessible: true, SecurityGroupIds: [!GetAtt Group.GroupId]}
",
            good: r"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Warehouse
      VpcId: vpc-0a1b2c3d
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5439, ToPort: 5439, CidrIp: 52.23.63.224/27}]
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, PubliclyAccessible: true, SecurityGroupIds: [!GetAtt Group.GroupId]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let all = [WORKGROUP, CLUSTER].into_iter().flat_map(|kind| world.of_type(kind));
    for warehouse in all.filter(|one| one.flag("PubliclyAccessible") == Some(true)) {
        let port = warehouse.get("Port").map_or(Some(5439.0), number);
        let (Some(groups), Some(port)) = (groups(world, warehouse), port) else { continue };
        let Some(rules) = inbound(world, &groups) else { continue };
        let is_open = |rule: &&&Value| {
            let is = |name: &str, block: &str| rule.get(name).is_some_and(|value| value == block);
            admits(rule, port, port) && (is("CidrIp", "0.0.0.0/0") || is("CidrIpv6", "::/0"))
        };
        if rules.iter().find(is_open).is_none() {
            continue;
        }
        let about = words(
            format!("`{}` is open to the internet", warehouse.id),
            format!("it is publicly accessible, and its security groups admit every address on port {port}"),
            "set `PubliclyAccessible` to false, or admit the addresses of the clients only",
        );
        report.property(WAREHOUSE_OPEN, warehouse, "PubliclyAccessible", about);
    }
}
