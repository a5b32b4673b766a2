//! Rules of Redshift: workgroups, namespaces, clusters, and whoever queries them.

pub(super) mod admin_password;
pub(super) mod audit_log;
pub(super) mod base_capacity;
pub(super) mod data_credentials;
pub(super) mod default_role;
pub(super) mod max_capacity;
pub(super) mod namespace_name;
pub(super) mod namespace_order;
pub(super) mod role_unattached;
pub(super) mod scheduled_role;
pub(super) mod secret_target;
pub(super) mod stream_role;
pub(super) mod usage_limit;
pub(super) mod warehouse_open;
pub(super) mod workgroup_network;

use serde_json::Value;

use crate::permissions::{statements, texts};
use crate::rules::network::GROUP;
use crate::text;
use crate::world::{Resource, World};

/// The type of Serverless workgroups.
pub(crate) const WORKGROUP: &str = "AWS::RedshiftServerless::Workgroup";
/// The type of Serverless namespaces.
pub(crate) const NAMESPACE: &str = "AWS::RedshiftServerless::Namespace";
/// The type of provisioned clusters.
pub(crate) const CLUSTER: &str = "AWS::Redshift::Cluster";

/// The security groups of a workgroup or cluster, if they are all in the templates.
pub(crate) fn groups<'a>(world: &'a World, warehouse: &Resource) -> Option<Vec<&'a Resource>> {
    let path = if warehouse.kind == CLUSTER { "VpcSecurityGroupIds" } else { "SecurityGroupIds" };
    world.targets(GROUP, warehouse, path)
}

/// The services that may assume a role; `None` if they are not known, or if others than services may, too.
pub(crate) fn trusted(role: &Resource) -> Option<Vec<&str>> {
    let document = role.get("AssumeRolePolicyDocument")?;
    let mut found = Vec::new();
    for (_, statement) in statements(document, "") {
        let principal = statement.get("Principal")?.as_object()?;
        if principal.keys().any(|kind| kind != "Service") {
            return None;
        }
        let services = texts(statement.get("Principal")?, "Service")?;
        found.extend(
            services.into_iter().filter(|_| statement.get("Effect").is_some_and(|one| one == "Allow")),
        );
    }
    let are_known = found.iter().all(|name| text::is_known(&name.replace("${AWS::", "")));
    Some(found).filter(|found| !found.is_empty() && are_known)
}

/// The namespaces and clusters, with the roles that they may assume.
pub(crate) fn attached(world: &World) -> impl Iterator<Item = (&Resource, Vec<(String, &Value)>)> {
    let all = [NAMESPACE, CLUSTER].into_iter().flat_map(|kind| world.of_type(kind));
    all.map(|one| (one, one.items("IamRoles")))
}
