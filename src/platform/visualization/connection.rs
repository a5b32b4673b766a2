//! The connection to the warehouse: a VPC connection in its network, and a data source that logs in with a secret.

use strataform_resources::kind::QuickSightDataSource;
use strataform_resources::quicksight::{
    DataSource, DataSourceCredentials, DataSourceDataSourceType, DataSourceParameters, RedshiftParameters,
    SslProperties, VPCConnection, VpcConnectionProperties,
};
use strataform_template::{Arn, Resource, Value, pseudo};

use super::{Context, Stack, permission};
use crate::platform::access::{self, ServiceRole, dashboards};
use crate::platform::aggregation;

/// The port of the warehouse.
const PORT: i64 = 5439;

/// Adds the VPC connection and the data source.
///
/// QuickSight reads the secret with its own service role of the account, not with a role of this stack: an
/// administrator must grant that role access to the secret and the key that encrypts it.
/// Assumes `quicksight-edition`.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    aggregation: &aggregation::Exports,
) -> Value<Arn<QuickSightDataSource>> {
    let group = stack.import(&aggregation.client_group);
    let subnets = stack.import(&aggregation.subnets);
    let edge = dashboards::join_network(&group);
    let access = access::grant(stack, context, "connection", ServiceRole::QuickSight, [edge]);
    let connection = VPCConnection::new()
        .aws_account_id(pseudo::account_id())
        .vpc_connection_id(context.prefix())
        .name(context.prefix())
        .role_arn(access.role.arn())
        .subnet_ids(subnets)
        .security_group_ids([group])
        .tags(context.tags());
    let connection = stack.add("connection", connection.declare().depends_on(&access.policy));
    let host = stack.import(&aggregation.host);
    let secret = stack.import(&aggregation.reader_secret);
    let database = context.environment.settings.warehouse.database.clone();
    let parameters = RedshiftParameters::new(database).host(host).port(PORT);
    let name = format!("{}-warehouse", context.prefix());
    let source = DataSource::new(name.clone(), DataSourceDataSourceType::Redshift)
        .aws_account_id(pseudo::account_id())
        .data_source_id(name)
        .data_source_parameters(DataSourceParameters::new().redshift_parameters(parameters))
        .credentials(DataSourceCredentials::new().secret_arn(secret))
        .vpc_connection_properties(VpcConnectionProperties::new(connection.arn()))
        .ssl_properties(SslProperties::new().disable_ssl(false))
        .tags(context.tags());
    let permissions = permission::of_data_source(context);
    let source = if permissions.is_empty() { source } else { source.permissions(permissions) };
    stack.add("data/source", source).arn()
}
