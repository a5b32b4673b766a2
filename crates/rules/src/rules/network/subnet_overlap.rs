//! Subnets of a VPC do not overlap.

use super::SUBNET;
use crate::block::Block;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SUBNET_OVERLAP "GEN0645" Error
        "Two subnets of a VPC overlap."
        "EC2 refuses the second one: \"The CIDR conflicts with another subnet\" (Amazon VPC user guide, \"Subnet sizing for IPv4\"). Give each subnet a block of its own, as `Fn::Cidr` cuts them."
        Template {
            bad: r"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  First: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/20}}
  Second: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
",
            good: r"
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  First: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Second: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    // Of subnets with conditions, perhaps only one is made.
    let subnets = world.of_type(SUBNET).filter(|subnet| subnet.attribute("Condition").is_none());
    let known: Vec<_> = subnets
        .filter_map(|subnet| {
            let vpc = world.target("AWS::EC2::VPC", subnet.text("VpcId")?)?;
            Some((subnet, vpc, Block::parse(subnet.literal("CidrBlock")?)?))
        })
        .collect();
    for (at, (subnet, vpc, block)) in known.iter().enumerate() {
        let overlaps = |other: Block| block.contains(other) || other.contains(*block);
        let before = known[..at].iter().find(|(_, of, other)| of == vpc && overlaps(*other));
        let Some((other, _, _)) = before else { continue };
        let about = words(
            format!("the subnets `{}` and `{}` of `{}` overlap", other.id, subnet.id, vpc.id),
            "EC2 refuses a subnet whose block conflicts with another one's",
            "give each subnet a block of its own",
        );
        report.property(SUBNET_OVERLAP, subnet, "CidrBlock", about);
    }
}
