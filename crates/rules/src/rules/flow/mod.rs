//! Rules of what starts what: Step Functions, `EventBridge`, Scheduler, queues and topics.

pub(super) mod cron;
pub(super) mod dead_letter;
pub(super) mod express_sync;
pub(super) mod fifo_name;
pub(super) mod log_destination;
pub(super) mod missing_state;
pub(super) mod state_end;
pub(super) mod substitution;
pub(super) mod target_admission;
pub(super) mod target_call;
pub(super) mod target_role;
pub(super) mod task_call;
pub(super) mod topic_managed_key;
pub(super) mod unreachable_state;
pub(super) mod visibility;

use serde_json::Value;

use crate::permissions::Answer;
use crate::world::{Resource, World};

/// A target of a rule of `EventBridge` or of a schedule.
pub(crate) struct Target<'a> {
    pub(crate) from: &'a Resource,
    /// Where it is: `Targets/0`.
    pub(crate) path: String,
    pub(crate) value: &'a Value,
    pub(crate) arn: &'a str,
}

/// The targets of rules of `EventBridge`.
pub(crate) fn targets(world: &World) -> Vec<Target<'_>> {
    let mut found = Vec::new();
    for from in world.of_type("AWS::Events::Rule") {
        for (path, value) in from.items("Targets") {
            if let Some(arn) = value.get("Arn").and_then(Value::as_str) {
                found.push(Target { from, path, value, arn });
            }
        }
    }
    found
}

/// The targets of schedules.
pub(crate) fn schedules(world: &World) -> Vec<Target<'_>> {
    let of = |from: &'static str| world.of_type(from);
    let all = of("AWS::Scheduler::Schedule").filter_map(|from| {
        let value = from.get("Target")?;
        Some(Target { from, path: "Target".to_owned(), value, arn: value.get("Arn")?.as_str()? })
    });
    all.collect()
}

/// Whether a queue or topic is FIFO; unknown, if a parameter says it.
pub(crate) fn is_fifo(resource: &Resource, property: &str) -> Option<bool> {
    match resource.get(property) {
        None => Some(false),
        Some(_) => resource.flag(property),
    }
}

/// Whether a role certainly may not call an action on anything.
pub(crate) fn may_not_call(world: &World, role: &Resource, action: &str) -> bool {
    is_sure(world, role, action) && world.permits_any(role, action) == Answer::No
}

/// Whether the policies of a role alone decide on an action: the role has some, and no policy of a queue, topic or function may.
pub(crate) fn is_sure(world: &World, role: &Resource, action: &str) -> bool {
    let other = match action.split(':').next() {
        Some("sqs") => "AWS::SQS::QueuePolicy",
        Some("sns") => "AWS::SNS::TopicPolicy",
        Some("lambda") => "AWS::Lambda::Permission",
        Some(_) | None => "",
    };
    let has_policies = world.is_whole || !world.policies(role).0.is_empty();
    has_policies && world.of_type(other).next().is_none() && !has_connectors(world)
}

/// Whether connectors of SAM add policies to the resources of a template.
pub(crate) fn has_connectors(world: &World) -> bool {
    world.all().any(|one| one.kind == "AWS::Serverless::Connector" || one.attribute("Connectors").is_some())
}
