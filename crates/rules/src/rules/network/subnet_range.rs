//! A subnet is within its VPC.

use super::SUBNET;
use crate::block::Block;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SUBNET_RANGE "GEN0644" Error
        "A subnet is outside of its VPC."
        "EC2 refuses a subnet whose block is not within a block of the VPC: \"The CIDR is invalid\" (Amazon VPC user guide, \"Subnet sizing for IPv4\"). Take a part of the VPC's block, or associate another block with the VPC first."
        Template {
            bad: r"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/24}}
",
            good: r"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for subnet in world.of_type(SUBNET) {
        let vpc = subnet.text("VpcId").and_then(|id| world.target("AWS::EC2::VPC", id));
        let Some(vpc) = vpc.filter(|vpc| !world.may_grow(vpc)) else { continue };
        let block = |text: Option<&str>| text.and_then(Block::parse);
        let (Some(outer), Some(inner)) =
            (block(vpc.literal("CidrBlock")), block(subnet.literal("CidrBlock")))
        else {
            continue;
        };
        let others = world.referring("AWS::EC2::VPCCidrBlock", "VpcId", vpc);
        if outer.contains(inner) || others.is_none_or(|others| !others.is_empty()) {
            continue;
        }
        let about = words(
            format!("the subnet `{}` is outside of its VPC `{}`", subnet.id, vpc.id),
            format!("the VPC has the addresses of {} only", vpc.literal("CidrBlock").unwrap_or_default()),
            "take a part of the VPC's block",
        );
        report.property(SUBNET_RANGE, subnet, "CidrBlock", about);
    }
}
