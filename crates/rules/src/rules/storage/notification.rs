//! What S3 notifies admits S3.

use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) NOTIFICATION "GEN0555" Warning
        "A bucket notifies a queue, topic or function that no policy in the templates opens to S3."
        "S3 tries the destination when the bucket is made, and refuses it: \"Unable to validate the following destination configurations\" (S3 user guide, \"Granting permissions to publish event notification messages to a destination\"). Add a queue policy, topic policy or permission for s3.amazonaws.com, and let the bucket depend on it."
        Template {
            bad: r"
Resources:
  Arrivals: {Type: AWS::SQS::Queue}
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration: {QueueConfigurations: [{Event: 's3:ObjectCreated:*', Queue: !GetAtt Arrivals.Arn}]}
",
            good: r#"
Resources:
  Arrivals: {Type: AWS::SQS::Queue}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Arrivals]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: "sqs:SendMessage", Resource: !GetAtt Arrivals.Arn, Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}}]}
  Lake:
    Type: AWS::S3::Bucket
    DependsOn: Policy
    Properties:
      NotificationConfiguration: {QueueConfigurations: [{Event: 's3:ObjectCreated:*', Queue: !GetAtt Arrivals.Arn}]}
"#,
        };
}

/// A destination: the list of configurations, its property, its type, the policy that opens it, and how the policy names it.
const DESTINATIONS: [(&str, &str, &str, &str, &str); 3] = [
    ("QueueConfigurations", "Queue", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues"),
    ("TopicConfigurations", "Topic", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics"),
    ("LambdaConfigurations", "Function", "AWS::Lambda::Function", "AWS::Lambda::Permission", "FunctionName"),
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for bucket in world.of_type("AWS::S3::Bucket") {
        for (list, property, kind, policy, names) in DESTINATIONS {
            for (path, one) in bucket.items(&format!("NotificationConfiguration/{list}")) {
                let arn = one.get(property).and_then(|arn| arn.as_str());
                let Some(to) = arn.and_then(|arn| world.target(kind, arn)) else { continue };
                let opens = |one: &Resource| is_about(world, one, names, to) && admits(one);
                let inline = policy.replace("Policy", "InlinePolicy");
                let mut policies = world.of_type(policy).chain(world.of_type(&inline));
                if world.may_grow(to) || policies.any(opens) {
                    continue;
                }
                let about = words(
                    format!("`{}` may not notify `{}`", bucket.id, to.id),
                    format!("no `{policy}` in the templates admits s3.amazonaws.com"),
                    format!("add a `{policy}` that admits s3.amazonaws.com, and let the bucket depend on it"),
                );
                report.property(NOTIFICATION, bucket, &format!("{path}/{property}"), about);
            }
        }
    }
}

/// Whether a policy is, or may be, one of a destination.
fn is_about(world: &World, policy: &Resource, names: &str, to: &Resource) -> bool {
    let mut all = policy.items(names).into_iter().chain(policy.items(names.trim_end_matches('s')));
    all.any(|(_, name)| {
        name.as_str().is_none_or(|name| world.target(&to.kind, name).is_none_or(|one| one == to))
    })
}

/// Whether a policy may admit S3: it names the service, everyone, or something unknown.
fn admits(policy: &Resource) -> bool {
    let text = policy.properties.to_string();
    ["s3.amazonaws.com", "\"Principal\":\"*\"", "\"AWS\":\"*\"", "\"AWS\":[\"*\"", "Fn::"]
        .iter()
        .any(|mark| text.contains(mark))
        || policy.text("Principal").is_some_and(|one| !crate::text::is_known(one))
}
