//! Edges of dashboards: the network interfaces by which QuickSight reaches the warehouse.

use strataform_policy::{Statement, action};
use strataform_resources::kind::EC2SecurityGroup;
use strataform_template::{Id, Value, pseudo, sub};

use super::{Edge, everything};

/// Manages QuickSight's network interfaces in the network of the warehouse.
///
/// The `Describe*` actions do not support resource-level permissions. A network interface is created in a subnet and
/// a security group: the permission covers every interface of the account, every subnet of the Region (in a shared
/// network, a subnet belongs to another account) and this one group, so no interface can be created in another group.
#[must_use]
pub fn join_network(group: &Value<Id<EC2SecurityGroup>>) -> Edge {
    let own = sub!(
        "arn:${partition}:ec2:${region}:${account}:security-group/${group}",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        group = group
    );
    let interfaces = sub!(
        "arn:${partition}:ec2:${region}:${account}:network-interface/*",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id()
    );
    Edge::new([
        Statement::allow([
            action!("ec2:CreateNetworkInterface"),
            action!("ec2:ModifyNetworkInterfaceAttribute"),
            action!("ec2:DeleteNetworkInterface"),
        ])
        .on(interfaces)
        .on(sub!(
            "arn:${partition}:ec2:${region}:*:subnet/*",
            partition = pseudo::partition(),
            region = pseudo::region()
        ))
        .on(own),
        Statement::allow([action!("ec2:DescribeSubnets"), action!("ec2:DescribeSecurityGroups")])
            .on(everything()),
    ])
}
