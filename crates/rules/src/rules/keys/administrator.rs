//! Somebody may change the policy of a key.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::permissions::{statements, texts};
use crate::text::matches;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) KEY_ADMINISTRATOR "GEN0627" Error
        "No identity may change the policy of a key."
        "KMS refuses a key policy that nobody could change: without a statement that lets an account or a principal of IAM call `kms:PutKeyPolicy`, the key would be unmanageable (KMS developer guide, \"Default key policy\"). Let the account's root or an administrator's role manage the key."
        Template {
            bad: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: {Service: logs.eu-west-1.amazonaws.com}, Action: "kms:*", Resource: "*"}]
"#,
            good: r#"
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for key in
        world.of_type("AWS::KMS::Key").filter(|key| key.flag("BypassPolicyLockoutSafetyCheck") != Some(true))
    {
        let Some(policy @ Value::Object(_)) = key.get("KeyPolicy") else { continue };
        let all = statements(policy, "KeyPolicy");
        let manages = |statement: &Value| {
            let identity = match statement.get("Principal") {
                Some(Value::Object(kinds)) => kinds.keys().any(|kind| kind != "Service"),
                Some(_) | None => true,
            };
            let action = texts(statement, "Action")
                .is_none_or(|all| all.iter().any(|one| matches(one, "kms:PutKeyPolicy")));
            identity && action && statement.get("Effect") != Some(&Value::from("Deny"))
        };
        if !all.is_empty() && !all.iter().any(|(_, one)| manages(one)) {
            let about = words(
                format!("nobody may change the policy of the key `{}`", key.id),
                "no statement lets an identity call kms:PutKeyPolicy",
                "let the account's root manage the key: `Principal: {AWS: !Sub arn:aws:iam::${AWS::AccountId}:root}`",
            );
            report.property(KEY_ADMINISTRATOR, key, "KeyPolicy", about);
        }
    }
}
