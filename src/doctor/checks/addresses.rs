//! The existing subnets are there, with enough free addresses, in enough zones.

use std::collections::BTreeSet;

use strataform_sdk::{Fault, SubnetState};

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::{Needs, Network};
use crate::diagnostic::account::ADDRESSES;
use crate::model::Origin;

pub(super) const CHECK: Check = Check {
    code: ADDRESSES,
    name: "addresses",
    actions: &["ec2:DescribeSubnets"],
    cost: Cost::Cheap,
    when: When::Always,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let (vpc, subnets, free, zones) = match &needs.network {
        Network::Own { .. } => return Ok(Verdict::NotNeeded("the platform makes its own network")),
        Network::Existing { vpc, subnets, free, zones } => (vpc, subnets, *free, *zones),
    };
    let found = account.aws.subnets(subnets)?;
    let problems = problems(&found, vpc, subnets, free, zones);
    if problems.is_empty() {
        let least = found.iter().map(|one| one.free).min().unwrap_or_default();
        return Ok(Verdict::Passed(format!(
            "{} subnets, each with at least {least} free addresses",
            found.len()
        )));
    }
    Ok(Verdict::failed_at(
        Origin::Network,
        problems.join("; "),
        format!("name subnets of {vpc} in `[network]`, in {zones} zones, each with {free} free addresses"),
    ))
}

fn problems(found: &[SubnetState], vpc: &str, wanted: &[String], free: u32, zones: usize) -> Vec<String> {
    let mut problems = Vec::new();
    for id in wanted {
        match found.iter().find(|one| one.id == *id) {
            None => problems.push(format!("{id} does not exist")),
            Some(one) if one.vpc != vpc => problems.push(format!("{id} is in {}", one.vpc)),
            Some(one) if one.free < free => {
                problems.push(format!("{id} has {} free addresses, and needs {free}", one.free));
            }
            Some(_) => {}
        }
    }
    let distinct: BTreeSet<&str> = found.iter().map(|one| one.zone.as_str()).collect();
    if found.len() == wanted.len() && distinct.len() < zones {
        problems.push(format!("they are in {} zones, and need {zones}", distinct.len()));
    }
    problems
}
