//! The Region has the services of the platform.

use strataform_sdk::{Availability, Fault};

use super::super::check::{Account, Check, Cost, Verdict};
use super::super::needs::Needs;
use super::list;
use crate::diagnostic::account::SERVICES;

pub(super) const CHECK: Check =
    Check { code: SERVICES, name: "services", actions: &["ssm:GetParameters"], cost: Cost::Thorough, ask };

// Assumes `service-parameters`.
/// The services by their names in the public parameters of Systems Manager, with the prefix of their types.
const NAMES: [(&str, &str); 11] = [
    ("AWS::CloudWatch::", "cloudwatch"),
    ("AWS::EC2::", "ec2"),
    ("AWS::Events::", "eventbridge"),
    ("AWS::Glue::", "glue"),
    ("AWS::KMS::", "kms"),
    ("AWS::Kinesis::", "kinesis"),
    ("AWS::KinesisFirehose::", "firehose"),
    ("AWS::QuickSight::", "quicksight"),
    ("AWS::RedshiftServerless::", "redshift-serverless"),
    ("AWS::SecretsManager::", "secretsmanager"),
    ("AWS::StepFunctions::", "stepfunctions"),
];

fn ask(account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    let used = |prefix: &str| needs.kinds.keys().any(|kind| kind.starts_with(prefix));
    let names: Vec<&str> = NAMES.iter().filter(|(prefix, _)| used(prefix)).map(|(_, name)| *name).collect();
    let found = account.aws.services(&names)?;
    let of = |wanted: Availability| -> Vec<&str> {
        found.iter().filter(|(_, is)| **is == wanted).map(|(name, _)| name.as_str()).collect()
    };
    let absent = of(Availability::Absent);
    if !absent.is_empty() {
        return Ok(Verdict::failed(
            format!("{} has no {}", needs.region, list(&absent)),
            "choose another Region for the environment",
        ));
    }
    let present = of(Availability::Present);
    if present.is_empty() {
        return Ok(Verdict::Unknown("Systems Manager lists none of the services".to_owned()));
    }
    Ok(Verdict::Passed(format!("{} has {}", needs.region, list(&present))))
}
