//! The state machine that deletes, once a day, rows which are older than the platform keeps them, and then computes the
//! aggregates that are refreshed by group again.
//!
//! Redshift has no expiry of rows, and the lifecycle rules of the buckets do not reach it. The machine calls the
//! procedures of [`sql::expiries`] and [`sql::rebuilds`], one after the other, each in a transaction of its own.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use strataform_resources::kind::{KMSKey, SNSTopic};
use strataform_resources::scheduler::{FlexibleTimeWindow, FlexibleTimeWindowMode, Schedule, Target};
use strataform_template::{AnyArn, Arn, Resource, Scalar, Value};

use super::super::access::{self, ServiceRole, flow as edges};
use super::super::machine::{self, Machine};
use super::super::{Context, Stack};
use super::sql;
use crate::model::WarehouseKind;

/// Attempts of a procedure: a load can change the same rows at the same time.
const TRIES: u8 = 3;
/// Every day at 01:40 UTC, when few loads start.
const DAILY: &str = "cron(40 1 * * ? *)";

/// Adds the state machine, unless no dataset has rows that expire.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    warehouse: &Value<AnyArn>,
    (topic, key): (&Value<Arn<SNSTopic>>, &Value<Arn<KMSKey>>),
) {
    let expiries = sql::expiries(context).into_iter().map(|(_, one)| (one.schema, one.name));
    // After the expiry: what it deletes is in no group then.
    let procedures: Vec<_> = expiries.chain(sql::rebuilds(context.platform)).collect();
    if procedures.is_empty() {
        return;
    }
    let path = "warehouse/expiry";
    // No dataset's state machine can have this name: names contain no two consecutive hyphens.
    let name = format!("{}--expiry", context.prefix());
    let access = access::grant_tagged(
        stack,
        context,
        path,
        ServiceRole::StepFunctions,
        [edges::run_statements(warehouse), super::credentials(context, warehouse), edges::observe()],
        vec![("RedshiftDbRoles".to_owned(), sql::role_name(context, "loader"))],
    );
    // The names are identifiers without quotes.
    let calls = procedures.iter().map(|(schema, name)| format!("CALL \"{schema}\".\"{name}\"()"));
    let substitutions: BTreeMap<&'static str, Value<Scalar>> =
        BTreeMap::from([("WarehouseName", Value::assumed(super::warehouse_name(context).into()))]);
    let machine = Machine {
        path: path.to_owned(),
        name: name.clone(),
        definition: definition(context, &calls.collect::<Vec<_>>()),
        substitutions,
    };
    let machine = machine::add(stack, context, machine, &access, key);
    let text = "Rows that are older than the retention were not deleted from the warehouse, or an aggregate was not \
                computed again. Check the last execution of the state machine, and start it again."
        .to_owned();
    machine::watch(stack, context, topic, &machine, ("warehouse/expiry/alarm", "ExecutionsFailed"), text);
    let path = "warehouse/expiry/start";
    let start =
        access::grant(stack, context, path, ServiceRole::Scheduler, [edges::start(&machine.reference())]);
    let target = Target::new(machine.reference(), start.role.arn()).input("{}");
    let clock = Schedule::new(FlexibleTimeWindow::new(FlexibleTimeWindowMode::Off), DAILY, target)
        .name(name)
        .description(
            "Deletes rows that are older than the retention from the warehouse, computes aggregates again",
        )
        .schedule_expression_timezone("UTC");
    stack.add(path, clock.declare().depends_on(&start.policy));
}

fn definition(context: Context<'_>, calls: &[String]) -> Json {
    json!({
        "Comment": "Deletes rows that are older than the retention, then computes aggregates again.",
        "QueryLanguage": "JSONata",
        "StartAt": "Expire",
        "TimeoutSeconds": 6 * 3600,
        "States": {
            "Expire": {
                "Type": "Map",
                "Items": calls,
                "MaxConcurrency": 1,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "Begin",
                    "States": states(context),
                },
                "End": true,
            },
        },
    })
}

/// The states of one procedure: call it, and wait for it.
fn states(context: Context<'_>) -> Json {
    let settings = &context.environment.settings.warehouse;
    let warehouse = match settings.kind {
        WarehouseKind::Serverless { .. } => "WorkgroupName",
        WarehouseKind::Provisioned { .. } => "ClusterIdentifier",
    };
    let task = |action: &str, arguments: Json, assign: Json, next: &str| {
        json!({
            "Type": "Task",
            "Resource": format!("arn:{}:states:::aws-sdk:redshiftdata:{action}", context.partition()),
            "Arguments": arguments,
            "Assign": assign,
            "Retry": [{
                "ErrorEquals": ["States.TaskFailed"],
                "IntervalSeconds": 5,
                "MaxAttempts": 4,
                "BackoffRate": 2,
            }],
            "Next": next,
        })
    };
    let call = json!({
        warehouse: "${WarehouseName}",
        "Database": settings.database,
        "Sql": "{% $sql %}",
        "StatementName": "strataform expiry",
    });
    let called = json!({"statement": "{% $states.result.Id %}", "attempt": "{% $attempt + 1 %}"});
    let described = json!({
        "status": "{% $states.result.Status %}",
        "reason": "{% $exists($states.result.Error) ? $states.result.Error : 'Redshift returned no reason' %}",
    });
    let failed = "$status in ['FAILED', 'ABORTED']";
    json!({
        "Begin": {
            "Type": "Pass",
            // The input of later states is the output of the state before, so it is kept in a variable.
            "Assign": {"sql": "{% $states.input %}", "attempt": 0},
            "Next": "Delete",
        },
        "Delete": task("executeStatement", call, called, "Wait"),
        "Wait": {"Type": "Wait", "Seconds": 15, "Next": "Status"},
        "Status": task("describeStatement", json!({"Id": "{% $statement %}"}), described, "Look"),
        "Look": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $status = 'FINISHED' %}", "Next": "Deleted"},
                {"Condition": format!("{{% {failed} and $attempt < {TRIES} %}}"), "Next": "Again"},
                {"Condition": format!("{{% {failed} %}}"), "Next": "Failed"},
            ],
            "Default": "Wait",
        },
        "Again": {"Type": "Wait", "Seconds": 300, "Next": "Delete"},
        "Deleted": {"Type": "Succeed"},
        "Failed": {"Type": "Fail", "Error": "Redshift", "Cause": "{% $reason %}"},
    })
}
