//! A bucket sends the events that a rule waits for.

use serde_json::Value;

use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) BRIDGE_EVENTS "GEN0556" Error
        "A rule waits for events of a bucket that does not send them to EventBridge."
        "The rule never matches: S3 sends events of objects to EventBridge only if the bucket says so (S3 user guide, \"Enabling Amazon EventBridge\"). Set `NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}`."
        Template {
            bad: r#"
Resources:
  Lake: {Type: AWS::S3::Bucket}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3], detail-type: [Object Created], detail: {bucket: {name: [!Ref Lake]}}}
      Targets: [{Id: bus, Arn: "arn:aws:events:eu-west-1:111122223333:event-bus/lake", RoleArn: "arn:aws:iam::111122223333:role/rule"}]
"#,
            good: r#"
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties: {NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3], detail-type: [Object Created], detail: {bucket: {name: [!Ref Lake]}}}
      Targets: [{Id: bus, Arn: "arn:aws:events:eu-west-1:111122223333:event-bus/lake", RoleArn: "arn:aws:iam::111122223333:role/rule"}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for rule in world.of_type("AWS::Events::Rule") {
        let Some(pattern) = rule.get("EventPattern") else { continue };
        let kinds = pattern.get("detail-type").and_then(Value::as_array);
        // Calls that CloudTrail records come without the bucket's configuration.
        let is_object = |kind: &Value| kind.as_str().is_some_and(|kind| kind.starts_with("Object "));
        if !kinds.is_some_and(|kinds| !kinds.is_empty() && kinds.iter().all(is_object)) {
            continue;
        }
        let Some(names) = pattern.pointer("/detail/bucket/name").and_then(Value::as_array) else { continue };
        let buckets: Option<Vec<&Resource>> =
            names.iter().map(|name| world.target("AWS::S3::Bucket", name.as_str()?)).collect();
        // With another bucket in the pattern, the rule may match.
        for bucket in buckets.into_iter().flatten().filter(|one| !may_send(world, one)) {
            let about = words(
                format!("`{}` waits for events that `{}` does not send", rule.id, bucket.id),
                "the bucket has no `EventBridgeConfiguration`",
                "set `NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled` of the bucket to true",
            );
            report.property(BRIDGE_EVENTS, rule, "EventPattern/detail/bucket/name", about);
        }
    }
}

/// Whether a bucket sends events to `EventBridge`, or something may make it do so.
fn may_send(world: &World, bucket: &Resource) -> bool {
    let mine = format!("${{{}/{}", bucket.stack, bucket.id);
    let is_custom = |one: &Resource| {
        let is_made_elsewhere =
            one.kind.starts_with("Custom::") || one.kind.starts_with("AWS::CloudFormation::");
        is_made_elsewhere && one.properties.to_string().contains(&mine)
    };
    let notifies = match bucket.get("NotificationConfiguration") {
        None => false,
        Some(Value::Object(all)) => {
            all.keys().any(|key| key.starts_with("Fn::") || key == "EventBridgeConfiguration")
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => true,
    };
    notifies || world.all().any(is_custom)
}
