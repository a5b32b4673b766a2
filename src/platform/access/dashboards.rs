//! Edges of dashboards: the network interfaces through which QuickSight reaches the warehouse.

use strataform_policy::{Statement, action};
use strataform_resources::kind::EC2SecurityGroup;
use strataform_template::{Id, Value, pseudo, sub};

use super::{Edge, everything};

/// Keeps network interfaces in the network of the warehouse, for `QuickSight` alone.
///
/// Descriptions know no single resource. An interface is made in a subnet and a group: the right is on every
/// interface of the account, on every subnet of the region, which in a shared network belongs to another
/// account, and on this one group, so that no interface can be made in another group.
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
