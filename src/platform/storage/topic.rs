//! The SNS topic of the alarms, and its subscriptions.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::kind::{KMSKey, SNSTopic};
use strataform_resources::sns::{Subscription, Topic, TopicPolicy};
use strataform_template::{Arn, Value, pseudo};

use crate::platform::{Context, Export, Stack};

pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    key: &Value<Arn<KMSKey>>,
) -> Export<Arn<SNSTopic>> {
    let topic = Topic::new()
        .display_name(format!("{} alarms", context.prefix()))
        .kms_master_key_id(key.clone())
        .tags(context.tags());
    let topic = stack.add("alarms/topic", topic);
    let publish = Statement::allow([action!("sns:Publish")])
        .by(Principal::service("cloudwatch.amazonaws.com"))
        .on(topic.topic_arn())
        .sid("Alarms")
        .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()));
    let insecure = Statement::deny([action!("sns:Publish")])
        .by(Principal::anyone())
        .on(topic.topic_arn())
        .sid("EncryptedInTransit")
        .when(Condition::new(Operator::Bool, "aws:SecureTransport", "false"));
    let policy = PolicyDocument::new([publish, insecure]);
    stack.add("alarms/policy", TopicPolicy::new(policy, [topic.topic_arn()]));
    for (at, email) in (1..).zip(&context.environment.settings.alarms.emails) {
        let subscription = Subscription::new("email", topic.topic_arn()).endpoint(email.clone());
        stack.add(format!("alarms/email/{at}"), subscription);
    }
    stack.export("alarms/topic/arn", topic.topic_arn(), "Topic that alarms notify")
}
