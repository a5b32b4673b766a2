//! A workgroup may grow, not shrink.

use super::WORKGROUP;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) MAX_CAPACITY "GEN0654" Error
        "The maximum capacity of a workgroup is below its base capacity."
        "Redshift Serverless refuses a maximum below the base capacity (Amazon Redshift management guide, \"Compute capacity for Amazon Redshift Serverless\"; hashicorp/terraform-provider-aws#36030). Raise `MaxCapacity`, or set a lower `BaseCapacity`."
        Template {
            bad: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, BaseCapacity: 16, MaxCapacity: 8}
",
            good: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, BaseCapacity: 8, MaxCapacity: 16}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for workgroup in world.of_type(WORKGROUP) {
        // With a price-performance target, the base capacity is not used. A negative maximum is none.
        if workgroup.get("PricePerformanceTarget").is_some() {
            continue;
        }
        let Some(most) = workgroup.number("MaxCapacity").filter(|most| *most > 0.0) else { continue };
        let Some(base) = workgroup.number("BaseCapacity").filter(|base| *base > most) else { continue };
        let about = words(
            format!("the maximum capacity of `{}` is below its base capacity", workgroup.id),
            format!("the maximum is {most} RPUs, and the base is {base}"),
            "raise `MaxCapacity`, or lower `BaseCapacity`",
        );
        report.property(MAX_CAPACITY, workgroup, "MaxCapacity", about);
    }
}
