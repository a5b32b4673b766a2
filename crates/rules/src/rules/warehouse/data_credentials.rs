//! A state machine that queries may sign in.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::finding::{Report, words};
use crate::permissions::Answer;
use crate::rules::access::role;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DATA_CREDENTIALS "GEN0659" Error
        "A state machine queries a warehouse as which it cannot sign in."
        "The Data API signs in as the caller: without `redshift-serverless:GetCredentials` (for a cluster `redshift:GetClusterCredentials` or `redshift:GetClusterCredentialsWithIAM`), or `secretsmanager:GetSecretValue` where a secret is named, each statement is refused (Amazon Redshift management guide, \"Authorizing access to the Amazon Redshift Data API\")."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: "sts:AssumeRole", Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}}]
      Policies:
        - PolicyName: query
          PolicyDocument: {Statement: [{Effect: Allow, Action: "redshift-data:*", Resource: "*"}]}
  Load:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Query
        States:
          Query:
            Type: Task
            Resource: arn:aws:states:::aws-sdk:redshiftdata:executeStatement
            Parameters: {WorkgroupName: shop, Database: dev, Sql: "SELECT 1"}
            End: true
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: "sts:AssumeRole", Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}}]
      Policies:
        - PolicyName: query
          PolicyDocument: {Statement: [{Effect: Allow, Action: ["redshift-data:*", "redshift-serverless:GetCredentials"], Resource: "*"}]}
  Load:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Role.Arn
      Definition:
        StartAt: Query
        States:
          Query:
            Type: Task
            Resource: arn:aws:states:::aws-sdk:redshiftdata:executeStatement
            Parameters: {WorkgroupName: shop, Database: dev, Sql: "SELECT 1"}
            End: true
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for machine in world.of_type("AWS::StepFunctions::StateMachine") {
        let Some(role) = role(world, machine, "RoleArn") else { continue };
        let mut needed = BTreeSet::new();
        let text = machine.text("DefinitionString").and_then(|text| serde_json::from_str(text).ok());
        let definition: Option<&Value> = machine.get("Definition").or(text.as_ref());
        if let Some(definition) = definition {
            tasks(definition, &mut needed);
        }
        for action in needed.into_iter().filter(|action| world.permits_any(role, action) == Answer::No) {
            let about = words(
                format!("`{}` cannot sign in to the warehouse that it queries", machine.id),
                format!("no policy of its role `{}` allows `{action}`", role.id),
                format!("allow `{action}`"),
            );
            report.property(DATA_CREDENTIALS, machine, "RoleArn", about);
        }
    }
}

/// What the tasks of a definition need to sign in.
fn tasks(value: &Value, needed: &mut BTreeSet<&'static str>) {
    let call = value.get("Resource").and_then(Value::as_str).unwrap_or_default();
    let is_query =
        call.contains(":aws-sdk:redshiftdata:") && call.to_ascii_lowercase().contains("executestatement");
    let arguments = value.get("Arguments").or_else(|| value.get("Parameters")).and_then(Value::as_object);
    // With credentials of its own, the task runs as another role.
    if let (true, Some(arguments), None) = (is_query, arguments, value.get("Credentials")) {
        let has = |name: &str| arguments.keys().any(|key| key.trim_end_matches(".$") == name);
        let action = match (has("SecretArn"), has("WorkgroupName"), has("ClusterIdentifier"), has("DbUser")) {
            (true, _, _, _) => Some("secretsmanager:GetSecretValue"),
            (false, true, _, _) => Some("redshift-serverless:GetCredentials"),
            (false, false, true, true) => Some("redshift:GetClusterCredentials"),
            (false, false, true, false) => Some("redshift:GetClusterCredentialsWithIAM"),
            // It continues a session.
            (false, false, false, _) => None,
        };
        needed.extend(action);
    }
    match value {
        Value::Array(items) => items.iter().for_each(|one| tasks(one, needed)),
        Value::Object(members) => members.values().for_each(|one| tasks(one, needed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
