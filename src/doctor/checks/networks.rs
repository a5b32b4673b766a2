//! The quota of VPCs leaves room for the network of the platform.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{Room, named, room, unlisted};
use crate::diagnostic::account::NETWORKS;

pub(super) const CHECK: Check = Check {
    code: NETWORKS,
    name: "networks",
    actions: &[
        "ec2:DescribeVpcs",
        "servicequotas:ListServiceQuotas",
        "servicequotas:ListAWSDefaultServiceQuotas",
    ],
    cost: Cost::Thorough,
    when: When::Before,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let wanted = needs.number("AWS::EC2::VPC");
    if wanted == 0 {
        return Ok(Verdict::NotNeeded("the network exists"));
    }
    let Some(quota) = named(&account.aws.quotas("vpc")?, "VPCs per Region") else {
        return Ok(unlisted("VPCs per Region"));
    };
    Ok(room(&Room { what: "VPCs", used: account.aws.vpcs(account.id)?, wanted, quota }))
}
