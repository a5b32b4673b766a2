//! A right to pass roles names the roles or the service.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::permissions::{statements, texts};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PASS_ROLE "GEN0607" Warning
        "A policy allows `iam:PassRole` on every role, to every service."
        "Whoever has it can give a service any role of the account, an administrator's included. Name the roles, or add a condition on `iam:PassedToService` (IAM user guide, \"Grant a user permissions to pass a role to an AWS service\")."
        Template {
            bad: r#"
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: "iam:PassRole", Resource: "*"}]
"#,
            good: r#"
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: "iam:PassRole", Resource: "*", Condition: {StringEquals: {"iam:PassedToService": glue.amazonaws.com}}}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for role in world.all() {
        for document in crate::permissions::documents(role) {
            for (path, statement) in statements(document.value, &document.path) {
                let has = |member: &str, wanted: &[&str]| {
                    texts(statement, member).is_some_and(|all| {
                        all.iter().any(|one| wanted.contains(&one.to_ascii_lowercase().as_str()))
                    })
                };
                let passes =
                    has("Action", &["iam:passrole", "iam:pass*", "iam:*"]) && has("Resource", &["*"]);
                let allows = statement.get("Effect") == Some(&Value::from("Allow"));
                if passes && allows && statement.get("Condition").is_none() {
                    let about = words(
                        format!("`{}` may pass every role to every service", role.id),
                        "the statement allows iam:PassRole on `*` without a condition",
                        "name the roles, or add a condition on `iam:PassedToService`",
                    );
                    report.property(PASS_ROLE, document.resource, &path, about);
                }
            }
        }
    }
}
