//! Queues, their policies, and the edges to them.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::kind::SQSQueue;
use strataform_resources::sqs::{Queue, QueuePolicy};
use strataform_template::{Arn, Handle, Value};

use super::Edge;
use crate::platform::Stack;

/// Sends messages to a queue.
#[must_use]
pub fn send(queue: &Value<Arn<SQSQueue>>) -> Edge {
    Edge::new([Statement::allow([action!("sqs:SendMessage")]).on(queue)])
}

/// Receives messages from a queue, and deletes them.
#[must_use]
pub fn receive(queue: &Value<Arn<SQSQueue>>) -> Edge {
    Edge::new([Statement::allow([
        action!("sqs:DeleteMessage"),
        action!("sqs:GetQueueAttributes"),
        action!("sqs:ReceiveMessage"),
    ])
    .on(queue)])
}

/// Adds the policy of a queue, under the logical ID of `path`. If EventBridge rules send to it, the condition says which:
/// a rule has no role for that.
pub fn add_policy(stack: &mut Stack, path: &str, queue: &Handle<Queue>, rules: Option<Condition>) {
    let send = rules.map(|rules| {
        Statement::allow([action!("sqs:SendMessage")])
            .by(Principal::service("events.amazonaws.com"))
            .on(queue.arn())
            .sid("Events")
            .when(rules)
    });
    let insecure = Statement::deny([strataform_policy::Action::unchecked("sqs:*")])
        .by(Principal::anyone())
        .on(queue.arn())
        .sid("EncryptedInTransit")
        .when(Condition::new(Operator::Bool, "aws:SecureTransport", "false"));
    let policy = PolicyDocument::new(send.into_iter().chain([insecure]));
    stack.add(path.to_owned(), QueuePolicy::new(policy, [queue.reference()]));
}
