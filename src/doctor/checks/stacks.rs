//! CloudFormation has stacks left.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{Limit, Room, room, unlisted};
use crate::diagnostic::account::STACKS;

pub(super) const CHECK: Check = Check {
    code: STACKS,
    name: "stacks",
    actions: &["cloudformation:DescribeAccountLimits", "cloudformation:DescribeStacks"],
    cost: Cost::Cheap,
    when: When::Before,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let Some(most) = account.aws.stack_limit()? else { return Ok(unlisted("StackLimit")) };
    let used = account.aws.stacks()?.len() as u64;
    Ok(room(&Room { what: "stacks", used, wanted: needs.stacks, quota: Limit::stated(most) }))
}
