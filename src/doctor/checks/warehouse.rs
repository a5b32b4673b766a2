//! Redshift Serverless has a workgroup left, of the capacity of the warehouse.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{Room, containing, exact, room, unlisted};
use crate::diagnostic::account::WAREHOUSE;

pub(super) const CHECK: Check = Check {
    code: WAREHOUSE,
    name: "warehouse",
    actions: &[
        "redshift-serverless:ListWorkgroups",
        "servicequotas:ListServiceQuotas",
        "servicequotas:ListAWSDefaultServiceQuotas",
    ],
    cost: Cost::Thorough,
    when: When::Before,
    ask,
};

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let Some(capacity) = needs.capacity else {
        return Ok(Verdict::NotNeeded("the warehouse is provisioned"));
    };
    let used = account.aws.workgroups()?;
    let quotas = account.aws.quotas("redshift-serverless")?;
    // The names differ between documents; what they share is the word.
    let mut of_capacity = quotas.iter().filter(|one| one.name.contains("RPU"));
    if let Some(small) = of_capacity.find(|one| one.value > 0.0 && one.value < exact(capacity.most)) {
        return Ok(Verdict::warned(
            format!(
                "the warehouse may grow to {} RPUs, and `{}` is {}",
                capacity.most, small.name, small.value
            ),
            format!("request a greater quota ({}), or set a smaller `most` in `[warehouse]`", small.code),
        ));
    }
    let Some(quota) = containing(&quotas, "workgroups") else { return Ok(unlisted("workgroups")) };
    let wanted = needs.number("AWS::RedshiftServerless::Workgroup");
    Ok(room(&Room { what: "workgroups", used, wanted, quota }))
}
