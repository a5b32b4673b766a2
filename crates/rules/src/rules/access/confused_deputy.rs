//! A trust in a service names the account for which it acts.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::permissions::{statements, texts};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) CONFUSED_DEPUTY "GEN0605" Warning
        "A role trusts a service that sends `aws:SourceAccount`, without a condition on it."
        "Whoever uses the service in another account could make it act with the role: a confused deputy. EventBridge, EventBridge Scheduler and Step Functions document the condition keys; add `aws:SourceAccount` or `aws:SourceArn` (IAM user guide, \"The confused deputy problem\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "states:StartExecution", Resource: "arn:aws:states:eu-west-1:111122223333:stateMachine:load"}]}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: scheduler.amazonaws.com}, Action: "sts:AssumeRole", Condition: {StringEquals: {"aws:SourceAccount": !Ref "AWS::AccountId"}}}]
      Policies:
        - PolicyName: needed
          PolicyDocument: {Statement: [{Effect: Allow, Action: "states:StartExecution", Resource: "arn:aws:states:eu-west-1:111122223333:stateMachine:load"}]}
"#,
        };
}

/// Services that document that they send the keys.
const SENDERS: [&str; 3] = ["events.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"];

pub(crate) fn check(world: &World, report: &mut Report) {
    for role in world.of_type("AWS::IAM::Role") {
        let Some(trust) = role.get("AssumeRolePolicyDocument") else { continue };
        for (path, statement) in statements(trust, "AssumeRolePolicyDocument") {
            let services =
                statement.get("Principal").and_then(|one| texts(one, "Service")).unwrap_or_default();
            let Some(service) = services.iter().find(|name| SENDERS.contains(name)) else { continue };
            if statement.get("Effect") == Some(&Value::from("Allow"))
                && !has_source(statement.get("Condition"))
            {
                let about = words(
                    format!("`{}` trusts {service} on behalf of any account", role.id),
                    "the statement has no condition on `aws:SourceAccount` or `aws:SourceArn`",
                    "add `Condition: {StringEquals: {aws:SourceAccount: …}}`",
                );
                report.property(CONFUSED_DEPUTY, role, &path, about);
            }
        }
    }
}

/// Whether a condition names the account or the resource for which a service acts; what is unknown may.
fn has_source(condition: Option<&Value>) -> bool {
    let Some(Value::Object(operators)) = condition else { return condition.is_some() };
    let keys = operators.values().filter_map(Value::as_object).flat_map(|keys| keys.keys());
    let names = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];
    operators.keys().any(|key| key.starts_with("Fn::"))
        || keys.into_iter().any(|key| names.contains(&key.to_ascii_lowercase().as_str()))
}
