//! A workgroup has subnets in as many zones as it needs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::SUBNET;
use crate::finding::{Report, words};
use crate::rules::warehouse::WORKGROUP;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) WORKGROUP_SUBNETS "GEN0647" Error
        "A workgroup has too few subnets, or all of them in one Availability Zone."
        "Redshift Serverless requires two subnets in two Availability Zones, and three in three with enhanced VPC routing (Amazon Redshift management guide, \"Considerations when using Amazon Redshift Serverless\"); it refuses a workgroup with fewer. Name a subnet of each zone."
        Template {
            bad: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, EnhancedVpcRouting: true, SubnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d]}
",
            good: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, EnhancedVpcRouting: true, SubnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d, subnet-2a1b2c3d]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for workgroup in world.of_type(WORKGROUP) {
        let Some(Value::Array(items)) = workgroup.get("SubnetIds") else { continue };
        let ids: Option<BTreeSet<&str>> = items.iter().map(Value::as_str).collect();
        let Some(ids) = ids.filter(|ids| !ids.contains("${AWS::NoValue}")) else { continue };
        let subnets = world.targets(SUBNET, workgroup, "SubnetIds").unwrap_or_default();
        let zones: Option<BTreeSet<String>> =
            subnets.iter().map(|subnet| Some(subnet.get("AvailabilityZone")?.to_string())).collect();
        let (least, why) = match workgroup.flag("EnhancedVpcRouting") {
            Some(true) => (3, "with enhanced VPC routing"),
            Some(false) | None => (2, "in general"),
        };
        let cause = if ids.len() < least {
            format!("it names {}, and Redshift Serverless requires {least} {why}", ids.len())
        } else if zones.is_some_and(|zones| zones.len() == 1) {
            "all of them are in one Availability Zone".to_owned()
        } else {
            continue;
        };
        let about = words(
            format!("Redshift Serverless refuses the subnets of `{}`", workgroup.id),
            cause,
            format!("name at least {least} subnets in as many Availability Zones"),
        );
        report.property(WORKGROUP_SUBNETS, workgroup, "SubnetIds", about);
    }
}
