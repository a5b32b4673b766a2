//! A workgroup has three subnets.

use std::collections::BTreeSet;

use serde_json::Value;

use super::SUBNET;
use crate::finding::{Report, words};
use crate::rules::warehouse::WORKGROUP;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) WORKGROUP_SUBNETS "GEN0647" Error
        "A workgroup has fewer than three subnets, or all of them in one zone."
        "Redshift Serverless requires at least three subnets in three Availability Zones (in two zones in us-west-1), and refuses a workgroup with fewer (Amazon Redshift management guide, \"Considerations when using Amazon Redshift Serverless\"). Name a subnet of each zone."
        Template {
            bad: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, SubnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d]}
",
            good: r"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties: {WorkgroupName: shop, SubnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d, subnet-2a1b2c3d]}
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
        let cause = if ids.len() < 3 {
            format!("it names {} subnets", ids.len())
        } else if zones.is_some_and(|zones| zones.len() == 1) {
            "all of its subnets are in one Availability Zone".to_owned()
        } else {
            continue;
        };
        let about = words(
            format!("Redshift Serverless refuses the subnets of `{}`", workgroup.id),
            cause,
            "name at least three subnets in three Availability Zones",
        );
        report.property(WORKGROUP_SUBNETS, workgroup, "SubnetIds", about);
    }
}
