//! Backups of the warehouse of a protected environment.
//!
//! Redshift Serverless keeps its own recovery points for 24 hours, and the files that the warehouse was loaded from
//! expire; a snapshot is the only copy of older rows, and of tables that hand-written SQL fills. A state machine takes
//! one each day. AWS Backup could too, but only in accounts that opted in to it for Redshift Serverless, which no
//! template can do: elsewhere, its plan would silently back up nothing.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::{KMSKey, SNSTopic};
use strataform_resources::scheduler::{
    FlexibleTimeWindow, FlexibleTimeWindowMode, Schedule as Clock, Target,
};
use strataform_template::{AnyArn, Arn, Resource, Scalar, Text, Value};

use super::super::access::{self, ServiceRole, flow as edges, warehouse};
use super::super::alarms::{Metric, Silence, alarm};
use super::super::machine::{self, Machine};
use super::super::{Context, Stack};
use crate::model::Schedule;

/// Days that a snapshot is kept: also the longest that a cluster keeps its automated snapshots.
pub(super) const KEPT: u32 = 35;

/// When a snapshot is taken. The alarm counts from one to the next.
const DAILY: Schedule = Schedule::Daily { hour: 0, minute: 0 };

/// Adds the state machine that takes snapshots of a namespace, its schedule and its alarms.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    (namespace, arn): (Value<Text>, &Value<AnyArn>),
    (topic, key): (&Value<Arn<SNSTopic>>, &Value<Arn<KMSKey>>),
) {
    let path = "warehouse/backup";
    // No dataset's state machine can have this name: names contain no two consecutive hyphens.
    let name = format!("{}--backup", context.prefix());
    let edges = [warehouse::take_snapshots(arn), edges::observe()];
    let access = access::grant(stack, context, path, ServiceRole::StepFunctions, edges);
    let substitutions: BTreeMap<&'static str, Value<Scalar>> =
        BTreeMap::from([("Namespace", Value::assumed(namespace.into_node()))]);
    let definition = definition(context.partition());
    let machine = Machine { path: path.to_owned(), name: name.clone(), definition, substitutions };
    let machine = machine::add(stack, context, machine, &access, key);
    let text =
        "A snapshot of the warehouse could not be taken. Check the last execution of the state machine, and \
                start it again once the cause is fixed."
            .to_owned();
    machine::watch(
        stack,
        context,
        topic,
        &machine,
        ("warehouse/backup/alarm/failed", "ExecutionsFailed"),
        text,
    );
    let silence = Silence::of_runs(DAILY, 0);
    let taken = Metric {
        namespace: "AWS/States",
        name: "ExecutionsSucceeded",
        dimensions: vec![("StateMachineArn", Value::assumed(machine.reference().into_node()))],
        statistic: Statistic::Sum,
        period: Silence::period(),
    };
    let text = format!(
        "No snapshot of the warehouse has been taken for {} hours. Check that the schedule {name} is enabled.",
        silence.hours()
    );
    alarm(stack, context, topic, "warehouse/backup/alarm/silent", taken, silence.threshold(), text);
    let start = [edges::start(&machine.reference())];
    let start = access::grant(stack, context, "warehouse/backup/start", ServiceRole::Scheduler, start);
    let target = Target::new(machine.reference(), start.role.arn()).input("{}");
    // A rate schedule first runs when it is created. Assumes `rate-schedule-start`.
    let clock = Clock::new(FlexibleTimeWindow::new(FlexibleTimeWindowMode::Off), "rate(1 day)", target)
        .name(name)
        .description("Takes a snapshot of the warehouse");
    stack.add("warehouse/backup/start", clock.declare().depends_on(&start.policy));
}

/// The name of a snapshot has the minute in which its execution started. If it exists, an earlier attempt took it, and
/// its response was lost.
fn definition(partition: &str) -> Json {
    let minute =
        "$fromMillis($toMillis($states.context.Execution.StartTime), '[Y0001][M01][D01]-[H01][m01]')";
    json!({
        "Comment": "Takes a snapshot of the warehouse.",
        "QueryLanguage": "JSONata",
        "StartAt": "Take",
        "TimeoutSeconds": 3600,
        "States": {
            "Take": {
                "Type": "Task",
                "Resource": format!("arn:{partition}:states:::aws-sdk:redshiftserverless:createSnapshot"),
                "Arguments": {
                    "NamespaceName": "${Namespace}",
                    "SnapshotName": format!("{{% '${{Namespace}}-' & {minute} %}}"),
                    "RetentionPeriod": KEPT,
                },
                "Retry": [
                    { "ErrorEquals": [TAKEN], "MaxAttempts": 0 },
                    {
                        "ErrorEquals": ["States.ALL"],
                        "IntervalSeconds": 60,
                        "MaxAttempts": 5,
                        "BackoffRate": 2,
                    },
                ],
                "Catch": [{ "ErrorEquals": [TAKEN], "Next": "Taken" }],
                "Next": "Taken",
            },
            "Taken": { "Type": "Succeed" },
        },
    })
}

/// The error of a name that a snapshot has. Assumes `step-functions-errors`.
const TAKEN: &str = "RedshiftServerless.ConflictException";
