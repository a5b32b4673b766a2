//! The state machine of a dataset: one run, from the job to the dashboards.

mod definition;
mod input;
mod job;
mod jsonata;
mod load;
mod refresh;
mod states;

use std::collections::BTreeMap;

use strataform_resources::cloudwatch::Statistic;
use strataform_resources::stepfunctions::{
    CloudWatchLogsLogGroup, LogDestination, LoggingConfiguration, LoggingConfigurationLevel, StateMachine,
    StateMachineType, TracingConfiguration,
};
use strataform_template::{Handle, Resource, Scalar, Text, Value, pseudo};

use crate::model::{Dataset, WarehouseKind};
use crate::platform::access::objects::{self, Objects};
use crate::platform::access::{self, Access, Edge, Mover, flow as edges, logs};
use crate::platform::aggregation::load::LoadPlan;
use crate::platform::aggregation::sql::role_name;
use crate::platform::alarms::{Metric, Side, Silence, Threshold, alarm};
use crate::platform::{Context, Stack, aggregation, sizing, storage};

/// Hours that a run may wait for its turn before it gives up, beside its own work.
pub const QUEUE_HOURS: u64 = 12;

/// What a run of a dataset is made of.
#[derive(Clone, Debug)]
pub struct Flow<'a> {
    /// The dataset.
    pub dataset: &'a Dataset,
    /// The name of its job.
    pub job_name: String,
    /// How its files are loaded.
    pub load: &'a LoadPlan,
    /// The key, the buckets, the topic.
    pub storage: &'a storage::Exports,
    /// The warehouse.
    pub aggregation: &'a aggregation::Exports,
    /// The data sets of `QuickSight` that a run refreshes.
    pub spice: Vec<String>,
}

/// Adds the state machine of a dataset, its role, its log and its alarms.
///
/// It is a state machine and not a workflow of Glue, which cannot call the Data API of the warehouse, has no
/// catch for each step, and cannot repeat one run.
#[expect(clippy::needless_pass_by_value, reason = "a flow is put together for this call alone")]
pub fn add(stack: &mut Stack, context: Context<'_>, flow: Flow<'_>) -> Handle<StateMachine> {
    let path = flow.dataset.name.kebab().replace('-', "/");
    let name = machine_name(context, flow.dataset);
    let key = stack.import(&flow.storage.key);
    let group = format!("/aws/vendedlogs/states/{name}");
    let group = logs::group(stack, context, &format!("{path}/flow/log"), group, &key);
    let access = role(stack, context, &flow, &path);
    let log = CloudWatchLogsLogGroup::new().log_group_arn(group.arn());
    let logging = LoggingConfiguration::new()
        .level(LoggingConfigurationLevel::Error)
        // Records are no business of a log.
        .include_execution_data(false)
        .destinations([LogDestination::new().cloud_watch_logs_log_group(log)]);
    let machine = StateMachine::new(access.role.arn())
        .state_machine_name(name)
        .state_machine_type(StateMachineType::Standard)
        .definition(definition(context, &flow))
        .definition_substitutions(substitutions(stack, context, &flow))
        .logging_configuration(logging)
        .tracing_configuration(TracingConfiguration::new().enabled(true))
        .tags(context.tags());
    let machine = stack.template.add(format!("{path}/flow"), machine.declare().depends_on(&access.policy));
    watch(stack, context, &flow, &path, &machine);
    machine
}

fn definition(context: Context<'_>, flow: &Flow<'_>) -> serde_json::Value {
    let warehouse = &context.environment.settings.warehouse;
    let facts = states::Facts {
        partition: partition(&context.environment.region),
        dataset: flow.dataset.name.as_str(),
        job: &flow.job_name,
        timeout: sizing::job(context.volume(flow.dataset)).timeout,
        load: flow.load,
        warehouse: &warehouse.kind,
        database: &warehouse.database,
        spice: &flow.spice,
    };
    #[expect(clippy::expect_used, reason = "structs with text keys and finite numbers are always JSON")]
    let definition = serde_json::to_value(states::definition(&facts)).expect("JSON");
    definition
}

/// The name of the state machine of a dataset.
#[must_use]
pub fn machine_name(context: Context<'_>, dataset: &Dataset) -> String {
    context.short_name(&dataset.name)
}

/// The partition of a region.
#[must_use]
pub fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// What the definition takes from elsewhere. Only what is used: others would be refused.
fn substitutions(
    stack: &mut Stack,
    context: Context<'_>,
    flow: &Flow<'_>,
) -> BTreeMap<&'static str, Value<Scalar>> {
    let name: Value<Text> = Value::assumed(aggregation::warehouse_name(context).into());
    let mut values: BTreeMap<&'static str, Value<Scalar>> = BTreeMap::new();
    let mut put = |key, node: strataform_template::Node| values.insert(key, Value::assumed(node));
    put("WarehouseName", name.into_node());
    put("CuratedBucket", stack.import(&flow.storage.curated.name).into_node());
    put("CopyRoleArn", stack.import(&flow.aggregation.copy_role).into_node());
    put("TopicArn", stack.import(&flow.storage.topic).into_node());
    if !flow.spice.is_empty() {
        put("Account", pseudo::account_id().into_node());
    }
    values
}

/// The role: the tag is how Redshift knows which of its roles the user has.
fn role(stack: &mut Stack, context: Context<'_>, flow: &Flow<'_>, path: &str) -> Access {
    let key = stack.import(&flow.storage.key);
    let topic = stack.import(&flow.storage.topic);
    let curated = stack.import(&flow.storage.curated.arn);
    let warehouse = stack.import(&flow.aggregation.warehouse_arn);
    let settings = &context.environment.settings.warehouse;
    let credentials = match settings.kind {
        WarehouseKind::Serverless { .. } => edges::serverless_credentials(&warehouse),
        WarehouseKind::Provisioned { .. } => {
            edges::cluster_credentials(&aggregation::warehouse_name(context), &settings.database)
        }
    };
    let manifests = format!("{}/manifests/", flow.dataset.name);
    let manifests = objects::read(&Objects { bucket: &curated, prefix: &manifests, key: &key });
    let mut all: Vec<Edge> = vec![
        edges::run_job(&flow.job_name),
        manifests,
        edges::run_statements(&warehouse),
        credentials,
        edges::publish(&topic, &key),
        edges::observe(),
    ];
    all.extend(flow.spice.iter().map(|id| edges::ingest(id)));
    let roles = ("RedshiftDbRoles".to_owned(), role_name(context, "loader"));
    access::grant_tagged(stack, context, &format!("{path}/flow"), Mover::StepFunctions, all, vec![roles])
}

fn watch(
    stack: &mut Stack,
    context: Context<'_>,
    flow: &Flow<'_>,
    path: &str,
    machine: &Handle<StateMachine>,
) {
    let topic = stack.import(&flow.storage.topic);
    let dataset = &flow.dataset.name;
    let threshold = Threshold { side: Side::Above, limit: 0.0, periods: (1, 1), silence: Silence::Good };
    let mut add = |what: &str, metric, text| {
        let metric = Metric {
            namespace: "AWS/States",
            name: metric,
            dimensions: vec![("StateMachineArn", Value::assumed(machine.reference().into_node()))],
            statistic: Statistic::Sum,
            period: 300,
        };
        alarm(stack, context, &topic, &format!("{path}/flow/alarm/{what}"), metric, threshold, text);
    };
    add(
        "failed",
        "ExecutionsFailed",
        format!("A run of {dataset} failed. The mail of the run says which step, why, and how to repeat it."),
    );
    add(
        "timed/out",
        "ExecutionsTimedOut",
        format!(
            "A run of {dataset} took too long. See how long its job runs, and how many runs wait for it; \
             a greater `volume` or a rarer `schedule` helps."
        ),
    );
}

#[cfg(test)]
mod tests;
