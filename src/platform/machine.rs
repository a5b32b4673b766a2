//! State machines: each with a log group for its events, and alarms on failed executions.

use std::collections::BTreeMap;

use strataform_resources::cloudwatch::Statistic;
use strataform_resources::kind::{KMSKey, SNSTopic};
use strataform_resources::stepfunctions::{
    CloudWatchLogsLogGroup, LogDestination, LoggingConfiguration, LoggingConfigurationLevel, StateMachine,
    StateMachineType, TracingConfiguration,
};
use strataform_template::{Arn, Handle, Resource, Scalar, Value};

use super::access::{Access, logs};
use super::alarms::{Metric, MissingData, Side, Threshold, alarm};
use super::{Context, Stack};

/// A state machine to add.
#[derive(Debug)]
pub struct Machine {
    /// The path that its logical ID is made from.
    pub path: String,
    /// The physical name.
    pub name: String,
    /// The definition; `${…}` in it are substitutions.
    pub definition: serde_json::Value,
    /// The values of the substitutions. CloudFormation rejects any that the definition does not use.
    pub substitutions: BTreeMap<&'static str, Value<Scalar>>,
}

/// Adds a state machine and its log group.
pub fn add(
    stack: &mut Stack,
    context: Context<'_>,
    machine: Machine,
    access: &Access,
    key: &Value<Arn<KMSKey>>,
) -> Handle<StateMachine> {
    let Machine { path, name, definition, substitutions } = machine;
    let group = format!("/aws/vendedlogs/states/{name}");
    let group = logs::group(stack, context, &format!("{path}/log"), group, key);
    let log = CloudWatchLogsLogGroup::new().log_group_arn(group.arn());
    let logging = LoggingConfiguration::new()
        // The history of an execution is deleted with its state machine; the log is kept as long as other logs.
        .level(LoggingConfigurationLevel::All)
        // The execution data can contain records, which do not belong in a log.
        .include_execution_data(false)
        .destinations([LogDestination::new().cloud_watch_logs_log_group(log)]);
    let machine = StateMachine::new(access.role.arn())
        .state_machine_name(name)
        .state_machine_type(StateMachineType::Standard)
        .definition(definition)
        .definition_substitutions(substitutions)
        .logging_configuration(logging)
        .tracing_configuration(TracingConfiguration::new().enabled(true))
        .tags(context.tags());
    stack.add(path, machine.declare().depends_on(&access.policy))
}

/// Adds an alarm on an execution count of a state machine, under the logical ID of `path`.
pub fn watch(
    stack: &mut Stack,
    context: Context<'_>,
    topic: &Value<Arn<SNSTopic>>,
    machine: &Handle<StateMachine>,
    (path, metric): (&str, &'static str),
    text: String,
) {
    let metric = Metric {
        namespace: "AWS/States",
        name: metric,
        dimensions: vec![("StateMachineArn", Value::assumed(machine.reference().into_node()))],
        statistic: Statistic::Sum,
        period: 300,
    };
    let threshold =
        Threshold { side: Side::Above, limit: 0.0, periods: (1, 1), missing_data: MissingData::NotBreaching };
    alarm(stack, context, topic, path, metric, threshold, text);
}
