//! IAM has roles left.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{Limit, Room, room, unlisted};
use crate::diagnostic::account::ROLES;

pub(super) const CHECK: Check = Check {
    code: ROLES,
    name: "roles",
    actions: &["iam:GetAccountSummary"],
    cost: Cost::Thorough,
    when: When::Before,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let limits = account.aws.account_limits()?;
    let (Some(used), Some(most)) = (limits.get("Roles"), limits.get("RolesQuota")) else {
        return Ok(unlisted("Roles"));
    };
    let wanted = needs.number("AWS::IAM::Role");
    Ok(room(&Room { what: "roles", used: *used, wanted, quota: Limit::stated(*most) }))
}
