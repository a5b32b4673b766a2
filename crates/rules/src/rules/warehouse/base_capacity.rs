//! The base capacity of a workgroup is one that Redshift offers.

use super::WORKGROUP;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) BASE_CAPACITY "GEN0653" Error
        "The base capacity of a workgroup is not one that Redshift offers."
        "Redshift Serverless refuses a base capacity that is not 4, a multiple of 8 up to 512, or a multiple of 32 up to 1,024 (Amazon Redshift management guide, \"Compute capacity for Amazon Redshift Serverless\")."
        Template {
            bad: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, BaseCapacity: 20}
",
            good: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, BaseCapacity: 24}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for workgroup in world.of_type(WORKGROUP) {
        let Some(base) = workgroup.number("BaseCapacity") else { continue };
        let step = if base > 512.0 { 32.0 } else { 8.0 };
        let is_multiple = base % step < f64::EPSILON && (8.0..=1024.0).contains(&base);
        if is_multiple || (base - 4.0).abs() < f64::EPSILON {
            continue;
        }
        let about = words(
            format!("Redshift offers no base capacity of {base} RPUs for `{}`", workgroup.id),
            "it must be 4, a multiple of 8 up to 512, or a multiple of 32 up to 1,024",
            "set `BaseCapacity` to one of these",
        );
        report.property(BASE_CAPACITY, workgroup, "BaseCapacity", about);
    }
}
