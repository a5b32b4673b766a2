//! Service-linked roles exist, or the identity may create them.

use std::collections::BTreeSet;

use strataform_sdk::{Denied, Fault, Simulation};

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::list;
use super::rights::{Caller, caller};
use crate::diagnostic::account::LINKED_ROLES;

pub(super) const CHECK: Check = Check {
    code: LINKED_ROLES,
    name: "linked roles",
    actions: &["iam:GetRole", "iam:SimulatePrincipalPolicy"],
    cost: Cost::Thorough,
    when: When::Always,
    ask,
};

// Assumes `linked-role`.
/// The roles that services make with the rights of whoever creates their first resource of these types.
const ROLES: [(&str, &str, &str); 2] = [
    ("AWS::RedshiftServerless::", "AWSServiceRoleForRedshift", "redshift.amazonaws.com"),
    ("AWS::Redshift::", "AWSServiceRoleForRedshift", "redshift.amazonaws.com"),
];

const CREATE: &str = "iam:CreateServiceLinkedRole";

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let used = |prefix: &str| needs.kinds.keys().any(|kind| kind.starts_with(prefix));
    let wanted: Vec<_> = ROLES.iter().filter(|(prefix, ..)| used(prefix)).collect();
    let mut missing = Vec::new();
    for (_, role, service) in &wanted {
        if account.aws.role(role)?.is_none() {
            missing.push((*role, *service));
        }
    }
    let Some((role, service)) = missing.first() else {
        let names: Vec<&str> = wanted.iter().map(|(_, role, _)| *role).collect();
        return Ok(Verdict::Passed(list(&names)));
    };
    let principal = match caller(account)? {
        Caller::Root => return Ok(Verdict::Passed(format!("the root user creates {role}"))),
        Caller::Unsupported(why) => return Ok(Verdict::Unknown(format!("{role} does not exist; {why}"))),
        Caller::Principal(principal) => principal,
    };
    let partition = account.caller.split(':').nth(1).unwrap_or("aws");
    let denied = account.aws.denied(&Simulation {
        principal: &principal,
        actions: &BTreeSet::from([CREATE.to_owned()]),
        resource: Some(&format!(
            "arn:{partition}:iam::{}:role/aws-service-role/{service}/{role}",
            account.id
        )),
        context: &[("iam:AWSServiceName", service)],
    })?;
    if denied == Denied::default() {
        return Ok(Verdict::Passed(format!("{role} does not exist; the deployment creates it")));
    }
    Ok(Verdict::failed(
        format!("{role} does not exist, and the identity may not create it"),
        format!("aws iam create-service-linked-role --aws-service-name {service}, or allow {CREATE}"),
    ))
}
