//! Edges of a dataset's state machine: the job, the Redshift Data API, the topic, dashboards, logs.

use strataform_policy::{Condition, Operator, Statement, action};
use strataform_resources::kind::{KMSKey, SNSTopic, StepFunctionsStateMachine};
use strataform_template::{AnyArn, Arn, Value, pseudo, sub};

use super::{Edge, everything};

/// Starts and stops a job.
#[must_use]
pub fn run_job(name: &str) -> Edge {
    let job = sub!(
        "arn:${partition}:glue:${region}:${account}:job/${name}",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        name = name.to_owned()
    );
    Edge::new([Statement::allow([
        action!("glue:BatchStopJobRun"),
        action!("glue:GetJobRun"),
        action!("glue:GetJobRuns"),
        action!("glue:StartJobRun"),
    ])
    .on(job)])
}

/// Runs a statement at a time on the warehouse, and describes it.
///
/// The Data API shows a role only the statements of that role. A condition on `aws:userid` would narrow that to one
/// session of the role, and Step Functions starts new sessions while a statement runs. Assumes `own-statements`.
#[must_use]
pub fn run_statements(warehouse: &Value<AnyArn>) -> Edge {
    Edge::new([
        Statement::allow([action!("redshift-data:ExecuteStatement")]).on(warehouse),
        // A statement has no ARN.
        Statement::allow([action!("redshift-data:DescribeStatement")]).on(everything()),
    ])
}

/// The same, and runs several statements as one transaction, and reads the results of queries.
#[must_use]
pub fn load(warehouse: &Value<AnyArn>) -> Edge {
    Edge::new([
        Statement::allow([
            action!("redshift-data:BatchExecuteStatement"),
            action!("redshift-data:ExecuteStatement"),
        ])
        .on(warehouse),
        Statement::allow([
            action!("redshift-data:DescribeStatement"),
            action!("redshift-data:GetStatementResult"),
        ])
        .on(everything()),
    ])
}

/// Gets temporary credentials for a workgroup.
#[must_use]
pub fn serverless_credentials(workgroup: &Value<AnyArn>) -> Edge {
    Edge::new([Statement::allow([action!("redshift-serverless:GetCredentials")]).on(workgroup)])
}

/// Gets temporary credentials for a database of a cluster.
#[must_use]
pub fn cluster_credentials(cluster: &str, database: &str) -> Edge {
    let database = sub!(
        "arn:${partition}:redshift:${region}:${account}:dbname:${cluster}/${database}",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        cluster = cluster.to_owned(),
        database = database.to_owned()
    );
    Edge::new([Statement::allow([action!("redshift:GetClusterCredentialsWithIAM")]).on(database)])
}

/// Publishes to a topic that is encrypted with the platform's key.
#[must_use]
pub fn publish(topic: &Value<Arn<SNSTopic>>, key: &Value<Arn<KMSKey>>) -> Edge {
    Edge::new([
        Statement::allow([action!("sns:Publish")]).on(topic),
        Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")]).on(key).when(
            Condition::new(
                Operator::StringEquals,
                "kms:ViaService",
                sub!("sns.${region}.amazonaws.com", region = pseudo::region()),
            ),
        ),
    ])
}

/// Starts an ingestion of a QuickSight data set, and describes it.
#[must_use]
pub fn ingest(data_set: &str) -> Edge {
    let ingestions = sub!(
        "arn:${partition}:quicksight:${region}:${account}:dataset/${id}/ingestion/*",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        id = data_set.to_owned()
    );
    Edge::new([Statement::allow([
        action!("quicksight:CreateIngestion"),
        action!("quicksight:DescribeIngestion"),
    ])
    .on(ingestions)])
}

/// Sets up log delivery and writes traces. None of these actions supports resource-level permissions.
#[must_use]
pub fn observe() -> Edge {
    Edge::new([
        Statement::allow([
            action!("logs:CreateLogDelivery"),
            action!("logs:DeleteLogDelivery"),
            action!("logs:DescribeLogGroups"),
            action!("logs:DescribeResourcePolicies"),
            action!("logs:GetLogDelivery"),
            action!("logs:ListLogDeliveries"),
            action!("logs:PutResourcePolicy"),
            action!("logs:UpdateLogDelivery"),
        ])
        .on(everything()),
        Statement::allow([
            action!("xray:GetSamplingRules"),
            action!("xray:GetSamplingTargets"),
            action!("xray:PutTelemetryRecords"),
            action!("xray:PutTraceSegments"),
        ])
        .on(everything()),
    ])
}

/// Lists the executions of a state machine, and describes them.
#[must_use]
pub fn look_at_executions(machine: &str) -> Edge {
    let of = |resource: &'static str, end: &'static str| {
        sub!(
            "arn:${partition}:states:${region}:${account}:${resource}:${machine}${end}",
            partition = pseudo::partition(),
            region = pseudo::region(),
            account = pseudo::account_id(),
            resource = resource,
            machine = machine.to_owned(),
            end = end
        )
    };
    Edge::new([
        Statement::allow([action!("states:ListExecutions")]).on(of("stateMachine", "")),
        Statement::allow([action!("states:DescribeExecution")]).on(of("execution", ":*")),
    ])
}

/// Starts a state machine of this name: a state machine that starts itself again cannot refer to its own resource.
#[must_use]
pub fn start_named(machine: &str) -> Edge {
    let machine = sub!(
        "arn:${partition}:states:${region}:${account}:stateMachine:${machine}",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        machine = machine.to_owned()
    );
    Edge::new([Statement::allow([action!("states:StartExecution")]).on(machine)])
}

/// Starts a state machine.
#[must_use]
pub fn start(machine: &Value<Arn<StepFunctionsStateMachine>>) -> Edge {
    Edge::new([Statement::allow([action!("states:StartExecution")]).on(machine)])
}
