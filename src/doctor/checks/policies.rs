//! IAM has managed policies left.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{Limit, Room, room, unlisted};
use crate::diagnostic::account::POLICIES;

pub(super) const CHECK: Check = Check {
    code: POLICIES,
    name: "managed policies",
    actions: &["iam:GetAccountSummary"],
    cost: Cost::Thorough,
    when: When::Before,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let limits = account.aws.account_limits()?;
    let (Some(used), Some(most)) = (limits.get("Policies"), limits.get("PoliciesQuota")) else {
        return Ok(unlisted("Policies"));
    };
    let wanted = needs.number("AWS::IAM::ManagedPolicy");
    Ok(room(&Room { what: "managed policies", used: *used, wanted, quota: Limit::stated(*most) }))
}
