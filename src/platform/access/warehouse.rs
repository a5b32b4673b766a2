//! Edges of the warehouse: the tables of the catalogue, the streams, and the network's flow logs.

use strataform_policy::{Statement, action};
use strataform_resources::kind::LogsLogGroup;
use strataform_template::{Arn, Value, pseudo, sub};

use super::{Edge, everything};

/// Reads the definitions of a database's tables in the catalogue. Glue asks for the right on the
/// catalogue and the database beside the tables.
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

/// Finds streams by name: the action knows no single stream.
#[must_use]
pub fn list_streams() -> Edge {
    Edge::new([Statement::allow([action!("kinesis:ListStreams")]).on(everything())])
}

/// Looks for limits of use, makes them and changes them: the actions know no resource.
#[must_use]
pub fn keep_limits() -> Edge {
    Edge::new([Statement::allow([
        action!("redshift-serverless:CreateUsageLimit"),
        action!("redshift-serverless:ListUsageLimits"),
        action!("redshift-serverless:UpdateUsageLimit"),
    ])
    .on(everything())])
}

/// Writes the flow logs of a network.
#[must_use]
pub fn write_flow_logs(group: &Value<Arn<LogsLogGroup>>) -> Edge {
    Edge::new([Statement::allow([
        action!("logs:CreateLogStream"),
        action!("logs:DescribeLogStreams"),
        action!("logs:PutLogEvents"),
    ])
    // The ARN of a log group ends in `:*`, which names its streams.
    .on(group)])
}
