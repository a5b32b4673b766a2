//! Rules of QuickSight: what joins data sources, data sets and dashboards with each other and with the warehouse.

pub(super) mod arn_target;
pub(super) mod connection_network;
pub(super) mod connection_vpc;
pub(super) mod dashboard_unseen;
pub(super) mod distinct_sum;
pub(super) mod private_source;
pub(super) mod refresh_missing;
pub(super) mod rules_column;
pub(super) mod rules_user;
pub(super) mod schedule_data_set;
pub(super) mod schedule_order;
pub(super) mod ssl_off;
pub(super) mod ssl_refused;
pub(super) mod visual_column;

use crate::rules::network::GROUP;
use crate::rules::warehouse::{CLUSTER, WORKGROUP};
use crate::world::{Resource, World};

/// The type of VPC connections of QuickSight.
pub(crate) const CONNECTION: &str = "AWS::QuickSight::VPCConnection";
/// The type of data sources.
pub(crate) const DATA_SOURCE: &str = "AWS::QuickSight::DataSource";
/// The type of data sets.
const DATA_SET: &str = "AWS::QuickSight::DataSet";

/// The workgroup or cluster that a data source connects to, if it is in the templates.
pub(crate) fn warehouse<'a>(world: &'a World, source: &Resource) -> Option<&'a Resource> {
    let parameters = "DataSourceParameters/RedshiftParameters";
    let at = |name: &str| world.referred(source.text(&format!("{parameters}/{name}"))?);
    let found = at("Host").or_else(|| at("ClusterId"));
    found.filter(|one| one.kind == WORKGROUP || one.kind == CLUSTER)
}

/// The security groups of the VPC connection of a data source, if they are all in the templates.
pub(crate) fn clients<'a>(world: &'a World, source: &Resource) -> Option<Vec<&'a Resource>> {
    let arn = source.text("VpcConnectionProperties/VpcConnectionArn")?;
    world.targets(GROUP, world.target(CONNECTION, arn)?, "SecurityGroupIds")
}

/// The data set that an ARN refers to, or names by its ID.
fn data_set<'a>(world: &'a World, arn: &str) -> Option<&'a Resource> {
    if let Some(found) = world.referred(arn) {
        return Some(found).filter(|one| one.kind == DATA_SET);
    }
    let (_, id) = arn.rsplit_once(":dataset/")?;
    world.of_type(DATA_SET).find(|one| one.literal("DataSetId") == Some(id))
}

/// Whether a data source turns TLS off.
fn is_plain(source: &Resource) -> bool {
    source.flag("SslProperties/DisableSsl") == Some(true)
}

/// Whether a workgroup or cluster refuses connections without TLS.
fn requires_ssl(world: &World, warehouse: &Resource) -> bool {
    let (holder, list, name) = if warehouse.kind == WORKGROUP {
        (Some(warehouse), "ConfigParameters", "ParameterKey")
    } else {
        let group = warehouse.text("ClusterParameterGroupName").and_then(|group| world.referred(group));
        (group, "Parameters", "ParameterName")
    };
    let parameters = holder.map(|holder| holder.items(list)).unwrap_or_default();
    parameters.into_iter().any(|(_, one)| {
        let value = one.get("ParameterValue");
        one.get(name).is_some_and(|name| name == "require_ssl")
            && value.is_some_and(|value| value == "true" || value == true)
    })
}
