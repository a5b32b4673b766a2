//! Rules of networks: whoever must reach something has a way to it.

pub(super) mod cidr_select;
pub(super) mod endpoint_port;
pub(super) mod glue_group;
pub(super) mod glue_storage;
pub(super) mod routing_storage;
pub(super) mod subnet_overlap;
pub(super) mod subnet_range;
pub(super) mod warehouse_egress;
pub(super) mod warehouse_port;
pub(super) mod workgroup_subnets;

use serde_json::Value;

use crate::world::{Resource, World, number};

/// The type of security groups.
pub(crate) const GROUP: &str = "AWS::EC2::SecurityGroup";
/// The type of subnets.
pub(crate) const SUBNET: &str = "AWS::EC2::Subnet";
/// The type of VPC endpoints.
const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";

/// The inbound rules of security groups; `None` if they are not all known.
pub(crate) fn inbound<'a>(world: &'a World, groups: &[&'a Resource]) -> Option<Vec<&'a Value>> {
    let mut found = Vec::new();
    for group in groups {
        match group.get("SecurityGroupIngress") {
            None => {}
            Some(Value::Array(rules)) => found.extend(rules),
            Some(_) => return None,
        }
        let apart = world.referring("AWS::EC2::SecurityGroupIngress", "GroupId", group)?;
        found.extend(apart.into_iter().map(|rule| &rule.properties));
        if world.may_grow(group) {
            return None;
        }
    }
    // A rule without a protocol is a function that is not known.
    found.iter().all(|rule| rule.get("IpProtocol").is_some()).then_some(found)
}

/// The outbound rules of security groups; `None` if they are not all known, or if a group has those of EC2, which allow all.
pub(crate) fn outbound<'a>(world: &'a World, groups: &[&'a Resource]) -> Option<Vec<&'a Value>> {
    let mut found = Vec::new();
    for group in groups {
        found.extend(group.get("SecurityGroupEgress")?.as_array()?);
        let apart = world.referring("AWS::EC2::SecurityGroupEgress", "GroupId", group)?;
        found.extend(apart.into_iter().map(|rule| &rule.properties));
        if world.may_grow(group) {
            return None;
        }
    }
    found.iter().all(|rule| rule.get("IpProtocol").is_some()).then_some(found)
}

/// Whether a rule of a security group may admit TCP on all ports from one to another.
pub(crate) fn admits(rule: &Value, from: f64, to: f64) -> bool {
    let is_tcp = match rule.get("IpProtocol") {
        Some(Value::String(name)) => match name.to_ascii_lowercase().as_str() {
            "-1" | "all" => return true,
            "udp" | "17" | "icmp" | "1" | "icmpv6" | "58" => false,
            _ => true,
        },
        Some(Value::Number(number)) => match number.as_i64() {
            Some(-1) => return true,
            other => other == Some(6),
        },
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => true,
    };
    let port = |name| rule.get(name).map(number);
    let starts = port("FromPort").is_none_or(|port| port.is_none_or(|port| port <= from));
    let ends = port("ToPort").is_none_or(|port| port.is_none_or(|port| port >= to));
    is_tcp && starts && ends
}

/// Whether a subnet certainly has no way to S3: its route table has no route of its own and no endpoint of S3.
fn is_cut_off(world: &World, subnet: &Resource) -> bool {
    let is_empty = |table: &Resource| {
        let routes = world.referring("AWS::EC2::Route", "RouteTableId", table);
        let propagated = world.of_type("AWS::EC2::VPNGatewayRoutePropagation").next();
        routes.is_some_and(|routes| routes.is_empty()) && propagated.is_none() && !world.may_grow(table)
    };
    let joins = world.referring("AWS::EC2::SubnetRouteTableAssociation", "SubnetId", subnet);
    let Some([join]) = joins.as_deref() else { return false };
    let table = join.text("RouteTableId").and_then(|id| world.target("AWS::EC2::RouteTable", id));
    let Some(table) = table.filter(|table| is_empty(table)) else { return false };
    !world.of_type(ENDPOINT).any(|endpoint| {
        let is_storage = endpoint.text("ServiceName").is_none_or(|name| {
            // A name that ends with a placeholder may be that of S3.
            ["s3", "s3express", "}"].iter().any(|end| name.ends_with(end))
        });
        let tables = world.targets("AWS::EC2::RouteTable", endpoint, "RouteTableIds");
        let is_interface = endpoint.text("VpcEndpointType") == Some("Interface");
        is_storage
            && (is_interface
                || tables.map_or(endpoint.get("RouteTableIds").is_some(), |all| all.contains(&table)))
    })
}

/// The VPC of the first subnet of a resource that is in the templates.
pub(crate) fn vpc<'a>(world: &'a World, resource: &Resource) -> Option<&'a Resource> {
    let mut subnets = resource.items("SubnetIds").into_iter();
    subnets.find_map(|(_, id)| home(world, world.target(SUBNET, id.as_str()?)?))
}

/// The VPC of a subnet or security group.
fn home<'a>(world: &'a World, one: &Resource) -> Option<&'a Resource> {
    world.target("AWS::EC2::VPC", one.text("VpcId")?)
}

/// A security group of a resource that is in another VPC than one of its subnets, and its place.
pub(crate) fn foreign<'a>(world: &'a World, resource: &'a Resource) -> Option<(String, &'a Resource)> {
    let vpc = vpc(world, resource)?;
    resource.items("SecurityGroupIds").into_iter().find_map(|(path, id)| {
        let group = world.target(GROUP, id.as_str()?)?;
        home(world, group).filter(|own| *own != vpc).map(|_| (path, group))
    })
}

/// Whether a rule may be about some security groups: it names none as `member`, or one of them, or one that is not known.
fn is_about(world: &World, rule: &Value, member: &str, groups: Option<&[&Resource]>) -> bool {
    let named = rule.get(member).and_then(Value::as_str).and_then(|id| world.target(GROUP, id));
    named.is_none_or(|named| groups.is_none_or(|groups| groups.contains(&named)))
}
