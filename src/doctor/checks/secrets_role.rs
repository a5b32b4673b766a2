//! The role with which QuickSight reads secrets exists, and can take a policy more.

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Problem, Verdict, When};
use super::super::needs::Needs;
use super::NO_DASHBOARDS;
use crate::diagnostic::account::SECRETS_ROLE;

pub(super) const CHECK: Check = Check {
    code: SECRETS_ROLE,
    name: "secrets role",
    actions: &["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:GetAccountSummary"],
    cost: Cost::Cheap,
    when: When::Always,
    ask,
};

/// The role that QuickSight makes: its guide, "Using AWS Secrets Manager secrets".
const USUAL: &str = "aws-quicksight-secretsmanager-role-v0";

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let Some(dashboards) = &needs.dashboards else { return Ok(Verdict::NotNeeded(NO_DASHBOARDS)) };
    let Some(name) = &dashboards.secrets_role else {
        return Ok(Verdict::Warned(Problem {
            found: "`secrets_role` is not set: dashboards read nothing until somebody attaches a policy"
                .to_owned(),
            help: format!(
                "set `secrets_role = \"{USUAL}\"` in `[principals]`, or attach the policy in the output \
                 WarehouseReaderPolicyArn of the aggregation stack after the deployment"
            ),
            origin: None,
        }));
    };
    if account.aws.role(name)?.is_none() {
        return Ok(Verdict::failed(
            format!("the role {name} does not exist"),
            "an administrator makes it in the QuickSight console: Manage QuickSight, Security & permissions, \
             AWS Secrets Manager",
        ));
    }
    let attached = account.aws.attached_policies(name)?;
    let own = format!(":policy/{}-", needs.prefix);
    let most = account.aws.account_limits()?.get("AttachedPoliciesPerRoleQuota").copied();
    let others = attached.iter().filter(|arn| !arn.contains(&own)).count() as u64;
    Ok(match most {
        Some(most) if others + 1 > most => Verdict::failed(
            format!("the role {name} has {others} managed policies of at most {most}"),
            "detach a policy that nobody needs, or request a greater quota of managed policies per role",
        ),
        Some(most) => Verdict::Passed(format!("{name}, with {others} other policies of at most {most}")),
        None => Verdict::Passed(name.clone()),
    })
}
