//! The account may use the DPUs of all jobs at the same time.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::{named, unlisted};
use crate::diagnostic::account::WORKERS;

pub(super) const CHECK: Check = Check {
    code: WORKERS,
    name: "workers",
    actions: &["servicequotas:ListServiceQuotas", "servicequotas:ListAWSDefaultServiceQuotas"],
    cost: Cost::Thorough,
    when: When::Always,
    ask,
};

/// The quota: AWS General Reference, "AWS Glue endpoints and quotas".
const QUOTA: &str = "Max task DPUs per account";

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    if !needs.has("AWS::Glue::Job") {
        return Ok(Verdict::NotNeeded("the platform has no job"));
    }
    let Some(limit) = named(&account.aws.quotas("glue")?, QUOTA) else { return Ok(unlisted(QUOTA)) };
    let wanted = needs.dpus.ceil();
    if wanted <= limit.value {
        return Ok(Verdict::Passed(format!("{wanted} DPUs of {} if all jobs run at once", limit.value)));
    }
    Ok(Verdict::warned(
        format!("the jobs need {wanted} DPUs if all run at once, and the account has {}", limit.value),
        format!("request a greater quota ({}), or let the schedules differ", limit.code),
    ))
}
