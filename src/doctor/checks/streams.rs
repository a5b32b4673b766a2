//! Kinesis has streams on demand left.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{Limit, Room, room};
use crate::diagnostic::account::STREAMS;

pub(super) const CHECK: Check = Check {
    code: STREAMS,
    name: "streams on demand",
    actions: &["kinesis:DescribeLimits"],
    cost: Cost::Thorough,
    when: When::Before,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    if needs.on_demand == 0 {
        return Ok(Verdict::NotNeeded("the platform has no stream on demand"));
    }
    let limits = account.aws.stream_limits()?;
    let quota = Limit::stated(limits.on_demand);
    let used = limits.on_demand_used;
    Ok(room(&Room { what: "streams on demand", used, wanted: needs.on_demand, quota }))
}
