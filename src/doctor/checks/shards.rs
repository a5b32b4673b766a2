//! Kinesis has shards left for the provisioned streams.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{Limit, Room, room};
use crate::diagnostic::account::SHARDS;

pub(super) const CHECK: Check = Check {
    code: SHARDS,
    name: "shards",
    actions: &["kinesis:DescribeLimits"],
    cost: Cost::Thorough,
    when: When::Before,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    if needs.shards == 0 {
        return Ok(Verdict::NotNeeded("the platform has no provisioned stream"));
    }
    let limits = account.aws.stream_limits()?;
    let quota = Limit::stated(limits.shards);
    Ok(room(&Room { what: "shards", used: limits.open, wanted: needs.shards, quota }))
}
