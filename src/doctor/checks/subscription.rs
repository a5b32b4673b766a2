//! The account has a QuickSight subscription of the Enterprise edition.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::NO_DASHBOARDS;
use crate::diagnostic::account::SUBSCRIPTION;

pub(super) const CHECK: Check = Check {
    code: SUBSCRIPTION,
    name: "subscription",
    actions: &["quicksight:DescribeAccountSubscription"],
    cost: Cost::Cheap,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let Some(dashboards) = &needs.dashboards else { return Ok(Verdict::NotNeeded(NO_DASHBOARDS)) };
    let help = "subscribe to the Enterprise edition in the QuickSight console";
    Ok(match account.aws.subscription(account.id, &dashboards.identity_region)? {
        None => Verdict::failed("the account has no QuickSight subscription", help),
        Some(found) if found.status.starts_with("UNSUBSCRIBE") => {
            Verdict::failed(format!("the QuickSight subscription ends: {}", found.status), help)
        }
        Some(found) if found.edition.starts_with("ENTERPRISE") => {
            Verdict::Passed(format!("QuickSight, edition {}", found.edition))
        }
        Some(found) => Verdict::failed(
            format!("the QuickSight subscription has the edition {}", found.edition),
            "upgrade it to Enterprise in the QuickSight console",
        ),
    })
}
