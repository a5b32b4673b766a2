//! A target admits EventBridge.

use serde_json::Value;

use super::{has_connectors, targets};
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) TARGET_ADMISSION "GEN0582" Warning
        "No policy in the templates lets EventBridge send to a target of a rule."
        "The rule matches, and nothing arrives: queues, topics and functions admit EventBridge by their own policy (EventBridge user guide, \"Use resource-based policies for Amazon EventBridge\"). Add a queue policy, topic policy or permission for events.amazonaws.com."
        Template {
            bad: r"
Resources:
  Arrivals: {Type: AWS::SQS::Queue}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3]}
      Targets: [{Id: queue, Arn: !GetAtt Arrivals.Arn}]
",
            good: r#"
Resources:
  Arrivals: {Type: AWS::SQS::Queue}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Arrivals]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: "sqs:SendMessage", Resource: !GetAtt Arrivals.Arn}]}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.s3]}
      Targets: [{Id: queue, Arn: !GetAtt Arrivals.Arn}]
"#,
        };
}

/// Targets, the policies that admit to them, and how these name them.
const ADMITTED: [(&str, &str, &str); 3] = [
    ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues"),
    ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics"),
    ("AWS::Lambda::Function", "AWS::Lambda::Permission", "FunctionName"),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    let targets = if has_connectors(world) { Vec::new() } else { targets(world) };
    for target in targets.into_iter().filter(|target| target.value.get("RoleArn").is_none()) {
        let found = ADMITTED.iter().find_map(|one| Some((one, world.target(one.0, target.arn)?)));
        let Some((&(kind, policy, path), to)) = found else { continue };
        let names = |one: &Resource| {
            let all = one.items(path).into_iter().chain(one.items(path.trim_end_matches('s')));
            all.into_iter().any(|(_, name)| {
                // What is unknown may be this target.
                name.as_str().is_none_or(|name| world.target(kind, name).is_none_or(|named| named == to))
            })
        };
        if world
            .of_type(policy)
            .chain(world.of_type(&policy.replace("Policy", "InlinePolicy")))
            .any(|one| names(one) && admits(one))
        {
            continue;
        }
        let about = words(
            format!("the rule `{}` may not send to `{}`", target.from.id, to.id),
            format!("no `{policy}` in the templates admits events.amazonaws.com"),
            format!("add a `{policy}` that admits events.amazonaws.com"),
        );
        report.property(TARGET_ADMISSION, target.from, &format!("{}/Arn", target.path), about);
    }
}

/// Whether a policy may admit `EventBridge`: it names the service, everyone, or something unknown.
fn admits(policy: &Resource) -> bool {
    let principal = |value: &Value| {
        let text = value.to_string();
        ["events.", "\"*\"", "${", "Fn::"].iter().any(|mark| text.contains(mark))
    };
    match policy.get("PolicyDocument") {
        Some(document) => crate::permissions::statements(document, "")
            .iter()
            .any(|(_, one)| one.get("Principal").is_none_or(principal)),
        None => policy.get("Principal").is_none_or(principal),
    }
}
