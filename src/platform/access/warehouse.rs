//! Edges of the warehouse: the tables of the Data Catalog, the streams, and the VPC flow logs.

use strataform_policy::{Statement, action};
use strataform_resources::kind::LogsLogGroup;
use strataform_template::{AnyArn, Arn, Value, pseudo, sub};

use super::{Edge, everything};

/// Reads the definitions of a database's tables in the Data Catalog. Glue checks the permission on the catalog, the
/// database and the tables.
#[must_use]
pub fn read_catalogue(database: &str) -> Edge {
    let here = |path: String| {
        sub!(
            "arn:${partition}:glue:${region}:${account}:${path}",
            partition = pseudo::partition(),
            region = pseudo::region(),
            account = pseudo::account_id(),
            path = path
        )
    };
    Edge::new([Statement::allow([
        action!("glue:GetDatabase"),
        action!("glue:GetPartition"),
        action!("glue:GetPartitions"),
        action!("glue:GetTable"),
        action!("glue:GetTables"),
        action!("glue:BatchGetPartition"),
    ])
    .on(here("catalog".to_owned()))
    .on(here(format!("database/{database}")))
    .on(here(format!("table/{database}/*")))])
}

/// Lists streams. The action does not support resource-level permissions.
#[must_use]
pub fn list_streams() -> Edge {
    Edge::new([Statement::allow([action!("kinesis:ListStreams")]).on(everything())])
}

/// Lists, creates and updates usage limits. The actions do not support resource-level permissions.
#[must_use]
pub fn manage_usage_limits() -> Edge {
    Edge::new([Statement::allow([
        action!("redshift-serverless:CreateUsageLimit"),
        action!("redshift-serverless:ListUsageLimits"),
        action!("redshift-serverless:UpdateUsageLimit"),
    ])
    .on(everything())])
}

/// Takes snapshots of a namespace. The ARN of a snapshot has an ID that the service chooses.
#[must_use]
pub fn take_snapshots(namespace: &Value<AnyArn>) -> Edge {
    let snapshots = sub!(
        "arn:${partition}:redshift-serverless:${region}:${account}:snapshot/*",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id()
    );
    Edge::new([Statement::allow([action!("redshift-serverless:CreateSnapshot")]).on(namespace).on(snapshots)])
}

/// Writes VPC flow logs.
#[must_use]
pub fn write_flow_logs(group: &Value<Arn<LogsLogGroup>>) -> Edge {
    Edge::new([Statement::allow([
        action!("logs:CreateLogStream"),
        action!("logs:DescribeLogStreams"),
        action!("logs:PutLogEvents"),
    ])
    // The ARN of a log group ends in `:*`, which matches its streams.
    .on(group)])
}
