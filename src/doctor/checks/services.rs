//! CloudFormation has each type of resource of the platform in the Region.

use std::collections::BTreeSet;

use strataform_sdk::Fault;

use super::super::check::{Account, Check, Cost, Verdict, When};
use super::super::needs::Needs;
use super::list;
use crate::diagnostic::account::SERVICES;

pub(super) const CHECK: Check = Check {
    code: SERVICES,
    name: "services",
    actions: &["cloudformation:ListTypes"],
    cost: Cost::Thorough,
    when: When::Always,
    ask,
};

// Assumes `registry-types`.
fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let services: BTreeSet<&str> = needs.kinds.keys().filter_map(|kind| service(kind)).collect();
    let mut known = BTreeSet::new();
    for service in &services {
        known.extend(account.aws.types(service)?);
    }
    if known.is_empty() {
        return Ok(Verdict::Unknown("CloudFormation lists no type of resource".to_owned()));
    }
    let absent: Vec<&String> = needs.kinds.keys().filter(|kind| !known.contains(*kind)).collect();
    if absent.is_empty() {
        let (types, services) = (needs.kinds.len(), services.len());
        return Ok(Verdict::Passed(format!(
            "{types} types of resources of {services} services in {}",
            needs.region
        )));
    }
    Ok(Verdict::failed(
        format!("CloudFormation has no {} in {}", list(&absent), needs.region),
        "choose another Region for the environment",
    ))
}

/// `AWS::Glue::`, of `AWS::Glue::Job`.
fn service(kind: &str) -> Option<&str> {
    kind.rfind("::").and_then(|at| kind.get(..at + 2))
}
