//! Users and groups of QuickSight are in the Region that the platform names.

use strataform_sdk::{Fault, Group};

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{NO_DASHBOARDS, NO_GROUPS};
use crate::diagnostic::account::IDENTITY_REGION;
use crate::model::Origin;

pub(super) const CHECK: Check = Check {
    code: IDENTITY_REGION,
    name: "identity region",
    actions: &["quicksight:DescribeGroup"],
    cost: Cost::Cheap,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let Some(dashboards) = &needs.dashboards else { return Ok(Verdict::NotNeeded(NO_DASHBOARDS)) };
    let Some(group) = dashboards.groups.first() else { return Ok(Verdict::NotNeeded(NO_GROUPS)) };
    let region = &dashboards.identity_region;
    Ok(match account.aws.group(account.id, region, &dashboards.namespace, group)? {
        Group::Found | Group::Missing => Verdict::Passed(format!("users and groups are in {region}")),
        Group::Elsewhere(there) => Verdict::failed_at(
            Origin::Platform,
            format!("users and groups are in {there}, and the platform looks for them in {region}"),
            format!("set `identity_region = \"{there}\"` in `[principals]`"),
        ),
    })
}
