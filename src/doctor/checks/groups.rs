//! The QuickSight groups that the platform names exist.

use strataform_sdk::{Fault, Group};

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{NO_DASHBOARDS, NO_GROUPS, list};
use crate::diagnostic::account::GROUPS;

pub(super) const CHECK: Check = Check {
    code: GROUPS,
    name: "groups",
    actions: &["quicksight:DescribeGroup"],
    cost: Cost::Cheap,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let Some(dashboards) = &needs.dashboards else { return Ok(Verdict::NotNeeded(NO_DASHBOARDS)) };
    if dashboards.groups.is_empty() {
        return Ok(Verdict::NotNeeded(NO_GROUPS));
    }
    let mut missing = Vec::new();
    let (mut region, namespace) = (dashboards.identity_region.clone(), &dashboards.namespace);
    for group in &dashboards.groups {
        let mut found = account.aws.group(account.id, &region, namespace, group)?;
        if let Group::Elsewhere(there) = found {
            // The check of the identity region reports that; whether the group exists is asked there.
            region = there;
            found = account.aws.group(account.id, &region, namespace, group)?;
        }
        match found {
            Group::Found => {}
            Group::Missing | Group::Elsewhere(_) => missing.push(group.as_str()),
        }
    }
    if missing.is_empty() {
        return Ok(Verdict::Passed(format!("{} in namespace {namespace}", list(&dashboards.groups))));
    }
    Ok(Verdict::failed(
        format!("no group {} in namespace {namespace} of {region}", list(&missing)),
        format!(
            "aws quicksight create-group --aws-account-id {} --namespace {namespace} --region {region} --group-name \"{}\"",
            account.id, missing[0]
        ),
    ))
}
