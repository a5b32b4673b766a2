//! Runs of files that arrive: a rule, a queue that makes one message of many events, and a pipe that starts a run for
//! each message.
//!
//! A run reads every new file, so a thousand files that arrive together need one run, not a thousand. SQS drops a
//! message whose content was sent within the last five minutes, and the queue delays a message by more than that: when
//! the run starts, every file whose event was dropped is there. While one run reads files and others wait for their
//! turn, only the latest goes on waiting ([`super::flow`]).
//!
//! EventBridge delivers an event at least once in all but rare cases, so the rule also sends a message once a day.

use strataform_policy::{Condition, Operator};
use strataform_resources::cloudwatch::Statistic;
use strataform_resources::events::{DeadLetterConfig, RetryPolicy, Rule, RuleTag, SqsParameters, Target};
use strataform_resources::kind::{S3Bucket, SQSQueue};
use strataform_resources::pipes::{
    Pipe, PipeSourceParameters, PipeSourceSqsQueueParameters, PipeTargetInvocationType, PipeTargetParameters,
    PipeTargetStateMachineParameters,
};
use strataform_resources::sqs::Queue;
use strataform_resources::stepfunctions::StateMachine;
use strataform_template::{Arn, Handle, Name, Node, Object, Resource, Value};

use super::{lost, start};
use crate::model::Dataset;
use crate::platform::access::{self, ServiceRole, flow as edges, queues};
use crate::platform::alarms::{Metric, MissingData, Side, Threshold, alarm};
use crate::platform::{Context, Stack, storage};

/// Seconds in which SQS drops a message with the same content: a constant of the service.
const DEDUPLICATION: u32 = 300;

/// Seconds that a message is delayed: longer than others are dropped, by more than clocks differ.
const DELAY: u32 = DEDUPLICATION + 60;

/// Seconds after which a message that no run was started for is an alarm.
const WAITING: u32 = 1_800;

/// Adds the rule, the queue and the pipe of a dataset.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    dataset: &Dataset,
    machine: &Handle<StateMachine>,
    storage: &storage::Exports,
    lost: &Value<Arn<SQSQueue>>,
) {
    let path = format!("{}/start", dataset.name.path());
    let queue = lost::queue(context).fifo_queue(true).content_based_deduplication(true).delay_seconds(DELAY);
    let queue = context.store(queue).metadata("checkov", lost::skipped());
    let queue = stack.add(format!("{path}/queue"), queue);
    let bucket: Value<Name<S3Bucket>> = stack.import(&storage.raw.name);
    let rule = stack.add(path.clone(), rule(context, dataset, bucket, &queue, lost));
    let this = Condition::new(Operator::ArnEquals, "aws:SourceArn", rule.arn());
    queues::add_policy(stack, &format!("{path}/queue/policy"), &queue, Some(this));
    pipe(stack, context, dataset, &path, machine, &queue);
    watch(stack, context, storage, dataset, &path, &queue);
}

/// The rule. All of its messages are equal: a run needs no file names. Assumes `arrival-rule`.
fn rule(
    context: Context<'_>,
    dataset: &Dataset,
    bucket: Value<Name<S3Bucket>>,
    queue: &Handle<Queue>,
    lost: &Value<Arn<SQSQueue>>,
) -> Rule {
    let retry = RetryPolicy::new().maximum_event_age_in_seconds(start::OLDEST).maximum_retry_attempts(10);
    let target = Target::new(queue.arn(), "runs")
        .input("{}")
        .sqs_parameters(SqsParameters::new("runs"))
        .retry_policy(retry)
        .dead_letter_config(DeadLetterConfig::new().arn(lost));
    let tags = context.tags().into_iter().map(|(key, value)| RuleTag::new().key(key).value(value));
    Rule::new()
        .name(context.short_name(&dataset.name))
        .description(format!("Starts a run of {} when files arrive, and once a day", dataset.name))
        .event_pattern(pattern(dataset, bucket))
        .schedule_expression(daily(dataset))
        .targets([target])
        .tags(tags.collect::<Vec<_>>())
}

/// Once a day between 04:00 and 05:00 UTC, for files whose event was lost. The name spreads the datasets over the hour.
fn daily(dataset: &Dataset) -> String {
    let minute = dataset.name.as_str().bytes().map(u32::from).sum::<u32>() % 60;
    format!("cron({minute} 4 * * ? *)")
}

/// The event pattern for completely uploaded files of the dataset.
fn pattern(dataset: &Dataset, bucket: Value<Name<S3Bucket>>) -> Node {
    let one = |node: Node| Node::List(vec![node]);
    let name = Object::from([("name", one(bucket.into_node()))]);
    let prefix = Object::from([("prefix", Node::from(format!("{}/", dataset.name)))]);
    let key = Object::from([("key", one(Node::from(prefix)))]);
    let detail = Object::from([("bucket", Node::from(name)), ("object", Node::from(key))]);
    Node::from(Object::from([
        ("source", one(Node::from("aws.s3"))),
        ("detail-type", one(Node::from("Object Created"))),
        ("detail", Node::from(detail)),
    ]))
}

/// Adds the pipe. It deletes a message once an execution has started; until then, the message stays in the queue.
fn pipe(
    stack: &mut Stack,
    context: Context<'_>,
    dataset: &Dataset,
    path: &str,
    machine: &Handle<StateMachine>,
    queue: &Handle<Queue>,
) {
    let path = format!("{path}/pipe");
    let edges = [queues::receive(&queue.arn()), edges::start(&machine.reference())];
    let access = access::grant(stack, context, &path, ServiceRole::Pipes, edges);
    let source = PipeSourceSqsQueueParameters::new().batch_size(1);
    let target =
        PipeTargetStateMachineParameters::new().invocation_type(PipeTargetInvocationType::FireAndForget);
    let pipe = Pipe::new(access.role.arn(), queue.arn(), machine.reference())
        .name(context.short_name(&dataset.name))
        .description(format!("Starts a run of {} for each message", dataset.name))
        .source_parameters(PipeSourceParameters::new().sqs_queue_parameters(source))
        // The input of the execution is a list with this object. Assumes `pipe-input`.
        .target_parameters(
            PipeTargetParameters::new().input_template("{}").step_function_state_machine_parameters(target),
        )
        .tags(context.tags());
    stack.add(path, pipe.declare().depends_on(&access.policy));
}

fn watch(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    dataset: &Dataset,
    path: &str,
    queue: &Handle<Queue>,
) {
    let topic = stack.import(&storage.topic);
    let age = Metric {
        namespace: "AWS/SQS",
        name: "ApproximateAgeOfOldestMessage",
        dimensions: vec![("QueueName", Value::assumed(queue.queue_name().into_node()))],
        statistic: Statistic::Maximum,
        period: 300,
    };
    let waiting = Threshold {
        side: Side::Above,
        limit: f64::from(WAITING),
        periods: (3, 3),
        missing_data: MissingData::NotBreaching,
    };
    let text = format!(
        "Files of {} arrived, and no run was started for half an hour. Check that its pipe is running, and whether its \
         state machine reached the quota of open executions.",
        dataset.name
    );
    alarm(stack, context, &topic, &format!("{path}/alarm"), age, waiting, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_delayed_for_longer_than_equal_ones_are_dropped() {
        const {
            assert!(
                DELAY > DEDUPLICATION,
                "a file whose event was dropped could arrive after the run started"
            );
        };
        const { assert!(DELAY <= 900, "the maximum of SQS") };
    }
}
