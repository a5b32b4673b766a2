//! The warehouse: a serverless namespace and workgroup, or a provisioned cluster.

use strataform_resources::kind::{EC2SecurityGroup, IAMRole, KMSKey, SNSTopic};
use strataform_resources::logs::LogGroup;
use strataform_resources::redshift::{
    Cluster, ClusterArgs, ClusterParameterGroup, ClusterSubnetGroup, LoggingProperties, Parameter,
};
use strataform_resources::redshiftserverless::{ConfigParameter, LogExport, Namespace, Workgroup};
use strataform_template::{AnyArn, Arn, Handle, Id, Text, Value, pseudo, sub};

use super::super::network::Network;
use super::super::sizing::Configured;
use super::super::{Context, Stack, access};
use super::{backup, limits};

use crate::model::WarehouseKind;

/// Seconds after which Redshift stops a query: a runaway query costs at most an hour.
const LONGEST_QUERY: u32 = 3600;
/// The administrator that Redshift creates; its password is in Secrets Manager, never in a template.
const ADMIN: &str = "warehouse_admin";

/// When a cluster can be updated and restarted, in UTC; Redshift would choose a time of any day.
const MAINTENANCE: &str = "sun:01:00-sun:01:30";

/// What a warehouse needs.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// The network that it is in.
    pub(super) network: &'a Network,
    /// The security group that controls access to it.
    pub(super) group: Value<Id<EC2SecurityGroup>>,
    /// The key that encrypts it.
    pub(super) key: Value<Arn<KMSKey>>,
    /// The roles that its statements assume.
    pub(super) roles: Vec<Value<Arn<IAMRole>>>,
    /// The topic that its alarms notify.
    pub(super) topic: Value<Arn<SNSTopic>>,
}

/// The values by which other stacks and the deployment reach a warehouse.
#[derive(Debug)]
pub(super) struct Outputs {
    /// Its ARN.
    pub(super) arn: Value<AnyArn>,
    /// The host name of its endpoint.
    pub(super) host: Value<Text>,
    /// The ARN of its administrator's secret; `None` for a serverless namespace, which returns it when it is described.
    pub(super) admin_secret: Option<Value<AnyArn>>,
}

/// Adds the warehouse.
pub(super) fn add(stack: &mut Stack, context: Context<'_>, parts: Parts<'_>) -> Outputs {
    match &context.environment.settings.warehouse.kind {
        WarehouseKind::Serverless { base, most, daily_limit } => {
            let set = Configured { base: *base, most: *most, daily_limit: *daily_limit };
            let size = context.capacity(set);
            let (topic, key) = (parts.topic.clone(), parts.key.clone());
            let outputs = serverless(stack, context, parts, size.base, size.most);
            limits::serverless(stack, context, &outputs.arn, size.daily_limit, (&topic, &key));
            outputs
        }
        WarehouseKind::Provisioned { node_type, nodes } => {
            provisioned(stack, context, parts, node_type, *nodes)
        }
    }
}

/// The audit logs. The activity log contains the text of every query.
const AUDIT_LOGS: [&str; 3] = ["connectionlog", "useractivitylog", "userlog"];

/// Adds the log groups of the audit logs: `<prefix>/connectionlog` and so on.
fn audit_logs(
    stack: &mut Stack,
    context: Context<'_>,
    prefix: &str,
    key: &Value<Arn<KMSKey>>,
) -> [Handle<LogGroup>; 3] {
    AUDIT_LOGS.map(|log| {
        let name = format!("{prefix}/{log}");
        access::logs::group(stack, context, &format!("warehouse/log/{log}"), name, key)
    })
}

fn serverless(stack: &mut Stack, context: Context<'_>, parts: Parts<'_>, base: u32, most: u32) -> Outputs {
    let name = super::warehouse_name(context);
    // Without tags: CloudFormation replaces a namespace, with all of its data, if one of them changes
    // (aws-cloudformation/cloudformation-coverage-roadmap#1819).
    let namespace = Namespace::new(name.clone())
        .admin_username(ADMIN)
        .manage_admin_password(true)
        .admin_password_secret_kms_key_id(&parts.key)
        .db_name(context.environment.settings.warehouse.database.clone())
        .iam_roles(parts.roles)
        .kms_key_id(&parts.key)
        .log_exports([LogExport::Userlog, LogExport::Connectionlog, LogExport::Useractivitylog]);
    // Redshift writes to existing log groups, and otherwise creates ones that never expire.
    // Assumes `redshift-log-groups`.
    let logs = audit_logs(stack, context, &format!("/aws/redshift/{name}"), &parts.key);
    let namespace = logs.iter().fold(context.store(namespace), strataform_template::Declaration::depends_on);
    let namespace = stack.add("warehouse/namespace", namespace);
    if context.environment.protected {
        let named = (namespace.namespace_namespace_name(), &namespace.namespace_namespace_arn());
        backup::add(stack, context, named, (&parts.topic, &parts.key));
    }
    let set =
        |key: &'static str, value: String| ConfigParameter::new().parameter_key(key).parameter_value(value);
    let workgroup = Workgroup::new(name)
        .namespace_name(namespace.namespace_namespace_name())
        .base_capacity(i64::from(base))
        .max_capacity(i64::from(most))
        .enhanced_vpc_routing(true)
        .publicly_accessible(false)
        .port(super::PORT)
        .security_group_ids([parts.group])
        .subnet_ids(parts.network.subnets.clone())
        .config_parameters([
            set("require_ssl", "true".to_owned()),
            set("enable_user_activity_logging", "true".to_owned()),
            set("max_query_execution_time", LONGEST_QUERY.to_string()),
            // Generated SQL qualifies every name; an unqualified one is looked up in this schema only.
            set("search_path", super::sql::CORE.to_owned()),
        ])
        .tags(context.tags());
    let workgroup = stack.add("warehouse/workgroup", workgroup);
    Outputs {
        arn: workgroup.workgroup_workgroup_arn(),
        host: workgroup.workgroup_endpoint_address(),
        admin_secret: None,
    }
}

fn provisioned(
    stack: &mut Stack,
    context: Context<'_>,
    parts: Parts<'_>,
    node_type: &str,
    nodes: u32,
) -> Outputs {
    let subnets = ClusterSubnetGroup::new("Private subnets of the warehouse", parts.network.subnets.clone())
        .tags(context.tags());
    let subnets = stack.add("warehouse/subnets", subnets);
    let settings = ClusterParameterGroup::new("Settings of the warehouse", "redshift-2.0")
        .parameters([
            Parameter::new("require_ssl", "true"),
            Parameter::new("enable_user_activity_logging", "true"),
            Parameter::new("search_path", super::sql::CORE),
        ])
        .tags(context.tags());
    let settings = stack.add("warehouse/settings", settings);
    let name = super::warehouse_name(context);
    let cluster = Cluster::new(ClusterArgs {
        cluster_type: if nodes > 1 { "multi-node" } else { "single-node" },
        db_name: context.environment.settings.warehouse.database.clone(),
        master_username: ADMIN,
        node_type: node_type.to_owned(),
    })
    .cluster_identifier(name.clone())
    .manage_master_password(true)
    .master_password_secret_kms_key_id(&parts.key)
    .encrypted(true)
    .kms_key_id(&parts.key)
    .enhanced_vpc_routing(true)
    .publicly_accessible(false)
    .port(super::PORT)
    .iam_roles(parts.roles)
    .cluster_subnet_group_name(subnets.cluster_subnet_group_name())
    .cluster_parameter_group_name(settings.reference())
    .vpc_security_group_ids([parts.group])
    .preferred_maintenance_window(MAINTENANCE)
    .automated_snapshot_retention_period(if context.environment.protected { backup::KEPT } else { 7 })
    .logging_properties(LoggingProperties::new().log_destination_type("cloudwatch").log_exports(AUDIT_LOGS))
    .tags(context.tags());
    // A single-node cluster does not accept a number of nodes.
    let cluster = if nodes > 1 { cluster.number_of_nodes(i64::from(nodes)) } else { cluster };
    let logs = audit_logs(stack, context, &format!("/aws/redshift/cluster/{name}"), &parts.key);
    let cluster = logs.iter().fold(context.store(cluster), strataform_template::Declaration::depends_on);
    let cluster = stack.add("warehouse/cluster", cluster);
    limits::provisioned(stack, context, &cluster);
    let arn = sub!(
        "arn:${partition}:redshift:${region}:${account}:cluster:${name}",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        name = name
    );
    Outputs {
        arn: strataform_template::IntoValue::into_value(arn),
        host: cluster.endpoint_address(),
        admin_secret: Some(cluster.master_password_secret_arn()),
    }
}
