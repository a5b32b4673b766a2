//! The queue of starts that were lost: what a rule or a schedule could not deliver within an hour.

use strataform_policy::{Condition, Operator};
use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::SQSQueue;
use strataform_resources::sqs::{Queue, Tag};
use strataform_template::{Arn, Value, pseudo, sub};

use crate::model::{Dataset, Schedule};
use crate::platform::access::queues;
use crate::platform::alarms::{Metric, Threshold, alarm};
use crate::platform::{Context, Stack, storage};

/// Seconds that a lost start is kept: 14 days, the maximum.
const KEPT: u32 = 1_209_600;

/// Adds the queue of a stack's datasets, and the alarm on its first message; returns the ARN of the queue.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    datasets: &[&Dataset],
    storage: &storage::Exports,
) -> Value<Arn<SQSQueue>> {
    let queue = context.store(queue(context).message_retention_period(KEPT)).metadata("checkov", skipped());
    let queue = stack.add("lost/starts", queue);
    let has_rules = datasets.iter().any(|one| context.environment.schedule(one) == Schedule::OnArrival);
    // Only the rule's ARN is documented for messages that a rule could not deliver. Assumes `dead-letter-source`.
    let own = || {
        Condition::new(
            Operator::ArnLike,
            "aws:SourceArn",
            sub!(
                "arn:${partition}:events:${region}:${account}:rule/${prefix}-*",
                partition = pseudo::partition(),
                region = pseudo::region(),
                account = pseudo::account_id(),
                prefix = context.prefix()
            ),
        )
    };
    queues::add_policy(stack, "lost/starts/policy", &queue, has_rules.then(own));
    let messages = Metric {
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        dimensions: vec![("QueueName", Value::assumed(queue.queue_name().into_node()))],
        statistic: Statistic::Maximum,
        period: 300,
    };
    let text = "A schedule or a rule could not start a run within an hour. The message in the queue names it, with the \
                error; fix the cause, start the state machine with the input {}, then purge the queue."
        .to_owned();
    let topic = stack.import(&storage.topic);
    alarm(stack, context, &topic, "lost/starts/alarm", messages, Threshold::above(0.0), text);
    queue.arn()
}

/// A queue. Its messages contain names of objects, no records, so the service's own key encrypts them.
pub(super) fn queue(context: Context<'_>) -> Queue {
    let tags = context.tags().into_iter().map(|(key, value)| Tag::new(key, value));
    Queue::new().sqs_managed_sse_enabled(true).tags(tags.collect::<Vec<_>>())
}

/// The metadata of a queue for Checkov.
pub(super) fn skipped() -> strataform_template::Node {
    storage::skip(&[("CKV_AWS_27", "SQS encrypts it with its own key: its messages are no records")])
}
