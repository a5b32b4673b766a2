//! A role may be assumed by the service that uses it.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::permissions::{statements, texts};
use crate::text;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) TRUST "GEN0604" Error
        "The trust policy of a role does not admit the service that uses the role."
        "The service cannot assume the role, so that nothing that it does with it works, and most services refuse the resource at deployment. Name the service in `Principal` of the trust policy (IAM user guide, \"Create a role to delegate permissions to an AWS service\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::lake-raw/*"}]}
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: !GetAtt Role.Arn, Timeout: 60, Command: {Name: glueetl, ScriptLocation: "s3://lake-raw/job.py"}, GlueVersion: "5.0"}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::lake-raw/*"}]}
  Job:
    Type: AWS::Glue::Job
    Properties: {Role: !GetAtt Role.Arn, Timeout: 60, Command: {Name: glueetl, ScriptLocation: "s3://lake-raw/job.py"}, GlueVersion: "5.0"}
"#,
        };
}

/// Types, their properties that name roles, and the service that assumes them.
const USERS: [(&str, &str, &str); 15] = [
    ("AWS::KinesisFirehose::DeliveryStream", "ExtendedS3DestinationConfiguration/RoleARN", "firehose"),
    ("AWS::KinesisFirehose::DeliveryStream", "S3DestinationConfiguration/RoleARN", "firehose"),
    ("AWS::KinesisFirehose::DeliveryStream", "KinesisStreamSourceConfiguration/RoleARN", "firehose"),
    ("AWS::Glue::Job", "Role", "glue"),
    ("AWS::Glue::Crawler", "Role", "glue"),
    ("AWS::StepFunctions::StateMachine", "RoleArn", "states"),
    ("AWS::Scheduler::Schedule", "Target/RoleArn", "scheduler"),
    ("AWS::Events::Rule", "RoleArn", "events"),
    ("AWS::Events::Rule", "Targets/*/RoleArn", "events"),
    ("AWS::Lambda::Function", "Role", "lambda"),
    ("AWS::Logs::SubscriptionFilter", "RoleArn", "logs"),
    ("AWS::Redshift::Cluster", "IamRoles/*", "redshift"),
    ("AWS::RedshiftServerless::Namespace", "IamRoles/*", "redshift"),
    ("AWS::QuickSight::VPCConnection", "RoleArn", "quicksight"),
    ("AWS::EC2::FlowLog", "DeliverLogsPermissionArn", "vpc-flow-logs"),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for (kind, path, service) in USERS {
        for user in world.of_type(kind) {
            for (place, name) in places(user, path) {
                let Some(role) = world.target("AWS::IAM::Role", name) else { continue };
                if admits(role, service) {
                    continue;
                }
                let about = words(
                    format!("the role `{}` does not trust {service}.amazonaws.com", role.id),
                    format!("`{}` uses it", user.id),
                    "name the service in `Principal` of the role's `AssumeRolePolicyDocument`",
                );
                report.property(TRUST, user, &place, about);
            }
        }
    }
}

/// The texts at a path, in which `*` stands for each item of a list.
fn places<'a>(resource: &'a Resource, path: &str) -> Vec<(String, &'a str)> {
    let Some((list, rest)) = path.split_once("/*") else {
        return resource.text(path).map(|text| (path.to_owned(), text)).into_iter().collect();
    };
    let items = resource.items(list).into_iter();
    let inner = items.filter_map(|(place, item)| {
        let found = if rest.is_empty() { item } else { item.pointer(rest)? };
        Some((format!("{place}{rest}"), found.as_str()?))
    });
    inner.collect()
}

/// Whether a role may be assumed by a service, as far as its trust policy is known.
fn admits(role: &Resource, service: &str) -> bool {
    let Some(trust @ Value::Object(_)) = role.get("AssumeRolePolicyDocument") else { return true };
    let all = statements(trust, "");
    let is_known = |text: &&str| text::is_known(text) || text.starts_with("${AWS::");
    all.is_empty()
        || all.iter().any(|(_, one)| match one.get("Principal") {
            Some(Value::Object(kinds)) => {
                kinds.get("Service").is_some_and(|_| {
                    let names = texts(&one["Principal"], "Service");
                    names.is_none_or(|names| {
                        names.iter().any(|name| {
                            !is_known(name)
                                || name.split('.').next() == Some(service)
                                || *name == "redshift-serverless.amazonaws.com" && service == "redshift"
                        })
                    })
                }) || kinds.get("AWS").is_some_and(|all| *all == "*")
            }
            Some(Value::String(all)) => all == "*" || !text::is_known(all),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => true,
        })
}
