//! Usage limits: what stops runaway costs.
//!
//! A provisioned cluster costs more than its nodes through Spectrum and concurrency scaling; CloudFormation has
//! usage limits for both. It has none for a serverless workgroup, so a small state machine enforces that one: each day
//! it looks for the limit, creates it if it is missing, and otherwise sets it to the configured value.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use strataform_resources::kind::{KMSKey, SNSTopic};
use strataform_resources::redshift::{
    BreachAction, Cluster, FeatureType, LimitType, Period, UsageLimit, UsageLimitArgs,
};
use strataform_resources::scheduler::{FlexibleTimeWindow, FlexibleTimeWindowMode, Schedule, Target};
use strataform_template::{AnyArn, Arn, Handle, Resource, Scalar, Value};

use super::super::access::{self, ServiceRole, flow as edges, warehouse};
use super::super::machine::{self, Machine};
use super::super::{Context, Stack};

/// Terabytes that Spectrum may scan in a day.
const SCANNED: u32 = 1;
/// Minutes of concurrency scaling in a day: the free credit that a running cluster accrues per day.
const SCALING: u32 = 60;

/// Adds the usage limits of a cluster.
pub(super) fn provisioned(stack: &mut Stack, context: Context<'_>, cluster: &Handle<Cluster>) {
    let limits = [
        ("spectrum", FeatureType::Spectrum, LimitType::DataScanned, SCANNED),
        ("scaling", FeatureType::ConcurrencyScaling, LimitType::Time, SCALING),
    ];
    for (name, feature, kind, amount) in limits {
        let limit = UsageLimit::new(UsageLimitArgs {
            amount: f64::from(amount),
            cluster_identifier: cluster.reference(),
            feature_type: feature,
            limit_type: kind,
        })
        .period(Period::Daily)
        .breach_action(BreachAction::Disable)
        .tags(context.tags());
        stack.add(format!("warehouse/limit/{name}"), limit);
    }
}

/// Adds the state machine that enforces a workgroup's usage limit: RPU hours a day, after which queries are rejected
/// until the next day.
pub(super) fn serverless(
    stack: &mut Stack,
    context: Context<'_>,
    workgroup: &Value<AnyArn>,
    hours: u32,
    (topic, key): (&Value<Arn<SNSTopic>>, &Value<Arn<KMSKey>>),
) {
    let path = "warehouse/limit";
    // No dataset's state machine can have this name: names contain no two consecutive hyphens.
    let name = format!("{}--limit", context.prefix());
    let access = access::grant(
        stack,
        context,
        path,
        ServiceRole::StepFunctions,
        [warehouse::manage_usage_limits(), edges::observe()],
    );
    let substitutions: BTreeMap<&'static str, Value<Scalar>> =
        BTreeMap::from([("Workgroup", Value::assumed(workgroup.node().clone()))]);
    let machine = Machine {
        path: path.to_owned(),
        name: name.clone(),
        definition: definition(context.partition(), hours),
        substitutions,
    };
    let machine = machine::add(stack, context, machine, &access, key);
    let text =
        "The daily usage limit of the warehouse is not enforced: a runaway query could exceed it. Check \
                the last execution of the state machine."
            .to_owned();
    machine::watch(stack, context, topic, &machine, ("warehouse/limit/alarm", "ExecutionsFailed"), text);
    let start = access::grant(
        stack,
        context,
        "warehouse/limit/start",
        ServiceRole::Scheduler,
        [edges::start(&machine.reference())],
    );
    let target = Target::new(machine.reference(), start.role.arn()).input("{}");
    // A rate schedule first runs when it is created. Assumes `rate-schedule-start`.
    let clock = Schedule::new(FlexibleTimeWindow::new(FlexibleTimeWindowMode::Off), "rate(1 day)", target)
        .name(name)
        .description("Enforces the daily usage limit of the warehouse");
    stack.add("warehouse/limit/start", clock.declare().depends_on(&start.policy));
}

fn definition(partition: &str, hours: u32) -> Json {
    let task = |action: &str, arguments: Json| {
        json!({
            "Type": "Task",
            "Resource": format!("arn:{partition}:states:::aws-sdk:redshiftserverless:{action}"),
            "Arguments": arguments,
            "Retry": [{
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 30,
                "MaxAttempts": 5,
                "BackoffRate": 2,
            }],
        })
    };
    let with = |mut state: Json, key: &str, value: Json| {
        state[key] = value;
        state
    };
    let look =
        task("listUsageLimits", json!({"ResourceArn": "${Workgroup}", "UsageType": "serverless-compute"}));
    let look = with(
        look,
        "Assign",
        json!({"limits": "{% [$states.result.UsageLimits[Period = 'daily'].UsageLimitId] %}"}),
    );
    let make = json!({
        "ResourceArn": "${Workgroup}",
        "UsageType": "serverless-compute",
        "Period": "daily",
        "Amount": hours,
        "BreachAction": "deactivate",
    });
    let set = json!({"UsageLimitId": "{% $limits[0] %}", "Amount": hours, "BreachAction": "deactivate"});
    json!({
        "Comment": "Enforces the daily usage limit of the warehouse.",
        "QueryLanguage": "JSONata",
        "StartAt": "Look",
        "TimeoutSeconds": 3600,
        "States": {
            "Look": with(look, "Next", json!("Known")),
            "Known": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $count($limits) > 0 %}", "Next": "Set"}],
                "Default": "Make",
            },
            "Make": with(task("createUsageLimit", make), "End", json!(true)),
            "Set": with(task("updateUsageLimit", set), "End", json!(true)),
        },
    })
}
