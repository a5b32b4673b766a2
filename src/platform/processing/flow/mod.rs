//! The state machine of a dataset: one run, from the job to the dashboards.

mod alarms;
mod definition;
mod input;
mod job;
mod jsonata;
mod load;
mod pending;
mod refresh;
mod rest;
mod statement;
mod states;
mod turn;

use std::collections::BTreeMap;

use strataform_resources::stepfunctions::StateMachine;
use strataform_template::{Handle, Scalar, Text, Value, pseudo};

use crate::model::{Dataset, WarehouseKind};
use crate::platform::access::objects::{self, Objects};
use crate::platform::access::{self, Access, Edge, ServiceRole, flow as edges};
use crate::platform::aggregation::load::LoadPlan;
use crate::platform::aggregation::sql::role_name;
use crate::platform::machine::{self, Machine};
use crate::platform::{Context, Stack, aggregation, sizing, storage};

/// Hours that a run can wait for its turn before it times out, in addition to its own run time.
pub const QUEUE_HOURS: u64 = 12;

/// The parts that a dataset's state machine is built from.
#[derive(Clone, Debug)]
pub struct Flow<'a> {
    /// The dataset.
    pub dataset: &'a Dataset,
    /// The name of its job.
    pub job_name: String,
    /// The statements that load its files.
    pub load: &'a LoadPlan,
    /// The exports of the storage stage: the key, the buckets, the topic.
    pub storage: &'a storage::Exports,
    /// The exports of the aggregation stage: the warehouse.
    pub aggregation: &'a aggregation::Exports,
    /// The IDs of the QuickSight data sets that a run refreshes.
    pub spice: Vec<String>,
    /// Those of them whose refresh is limited to the newest rows.
    pub windowed: Vec<String>,
}

/// Adds the state machine of a dataset, its role, its log group and its alarms.
///
/// It is a state machine and not a Glue workflow, which cannot call the Redshift Data API, cannot catch errors for each
/// step, and cannot repeat a run.
#[expect(clippy::needless_pass_by_value, reason = "a flow is put together for this call alone")]
pub fn add(stack: &mut Stack, context: Context<'_>, flow: Flow<'_>) -> Handle<StateMachine> {
    let path = flow.dataset.name.path();
    let key = stack.import(&flow.storage.key);
    let access = role(stack, context, &flow, &path);
    let machine = Machine {
        path: format!("{path}/flow"),
        name: machine_name(context, flow.dataset),
        definition: definition(context, &flow),
        substitutions: substitutions(stack, context, &flow),
    };
    let machine = machine::add(stack, context, machine, &access, &key);
    watch(stack, context, &flow, &path, &machine);
    machine
}

fn definition(context: Context<'_>, flow: &Flow<'_>) -> serde_json::Value {
    let warehouse = &context.environment.settings.warehouse;
    let facts = states::Facts {
        partition: context.partition(),
        dataset: flow.dataset.name.as_str(),
        job: &flow.job_name,
        timeout: sizing::job(context.volume(flow.dataset)).timeout,
        load: flow.load,
        warehouse: &warehouse.kind,
        database: &warehouse.database,
        spice: &flow.spice,
        windowed: &flow.windowed,
    };
    #[expect(clippy::expect_used, reason = "structs with text keys and finite numbers are always JSON")]
    let definition = serde_json::to_value(states::definition(&facts)).expect("JSON");
    definition
}

/// The prefix of the manifests of a dataset's runs in the curated bucket.
#[must_use]
pub fn run_prefix(dataset: &str) -> String {
    format!("{dataset}/manifests/")
}

/// The name of the state machine of a dataset.
#[must_use]
pub fn machine_name(context: Context<'_>, dataset: &Dataset) -> String {
    context.short_name(&dataset.name)
}

/// The values of the substitutions. CloudFormation rejects any that the definition does not use.
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

/// Adds the IAM role. Its tag tells Redshift which database roles the user has.
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
    let manifests = run_prefix(flow.dataset.name.as_str());
    let manifests = objects::read(&Objects { bucket: &curated, prefix: &manifests, key: &key });
    let mut all: Vec<Edge> = vec![
        edges::run_job(&flow.job_name),
        edges::look_at_executions(&machine_name(context, flow.dataset)),
        edges::start_named(&machine_name(context, flow.dataset)),
        manifests,
        edges::load(&warehouse),
        credentials,
        edges::publish(&topic, &key),
        edges::observe(),
    ];
    all.extend(flow.spice.iter().map(|id| edges::ingest(id)));
    let roles = ("RedshiftDbRoles".to_owned(), role_name(context, "loader"));
    access::grant_tagged(
        stack,
        context,
        &format!("{path}/flow"),
        ServiceRole::StepFunctions,
        all,
        vec![roles],
    )
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
    let mut add = |what: &str, metric, text| {
        let path = format!("{path}/flow/alarm/{what}");
        machine::watch(stack, context, &topic, machine, (&path, metric), text);
    };
    add(
        "failed",
        "ExecutionsFailed",
        format!("A run of {dataset} failed. Its notification has the step, the cause and how to repeat it."),
    );
    add(
        "timed/out",
        "ExecutionsTimedOut",
        format!(
            "A run of {dataset} timed out. Check how long its job runs, and how many runs wait for it; \
             raise `volume`, or run it less often with `schedule`."
        ),
    );
    alarms::add(stack, context, flow.dataset, path, machine, &topic);
}

#[cfg(test)]
mod tests;
