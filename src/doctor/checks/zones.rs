//! The Region has a zone for each subnet of the platform's own network.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::{Needs, Network};
use crate::diagnostic::account::ZONES;
use crate::model::Origin;

pub(super) const CHECK: Check = Check {
    code: ZONES,
    name: "zones",
    actions: &["ec2:DescribeAvailabilityZones"],
    cost: Cost::Cheap,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let wanted = match &needs.network {
        Network::Own { zones } => usize::from(*zones),
        Network::Existing { .. } => return Ok(Verdict::NotNeeded("the network exists")),
    };
    let zones = account.aws.zones()?;
    if zones.len() >= wanted {
        return Ok(Verdict::Passed(format!("{} zones in {}, {wanted} needed", zones.len(), needs.region)));
    }
    Ok(Verdict::failed_at(
        Origin::Network,
        format!("{} has {} zones for this account, and the network {wanted}", needs.region, zones.len()),
        "set fewer `zones` in `[network]`, or choose another Region",
    ))
}
