//! The network of the warehouse: private subnets and the VPC endpoints that they need, or an existing network.
//!
//! A network of the platform's own has no route to the internet. The warehouse reaches other services through VPC
//! endpoints: S3 through a gateway endpoint, which is free; the Data Catalog and Kinesis, if a dataset needs them,
//! through interface endpoints, which are billed by the hour.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::ec2::{
    Egress, FlowLog, FlowLogResourceType, Ingress, LogDestinationType, RouteTable, SecurityGroup, Subnet,
    SubnetRouteTableAssociation, TrafficType, VPC, VPCEndpoint, VpcEndpointType,
};
use strataform_resources::kind::{EC2RouteTable, EC2Subnet, EC2VPC, KMSKey};
use strataform_template::{Arn, Handle, Id, IntoValue, Resource, Value, cidr, get_azs, pseudo, select, sub};

mod addresses;

pub use addresses::{Addresses, Demand, interface_endpoints};

use super::access::{self, ServiceRole, logs, warehouse};
use super::{Context, Stack};
use crate::model::Subnets;

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    /// The VPC.
    pub vpc: Value<Id<EC2VPC>>,
    /// The private subnets, each in another Availability Zone.
    pub subnets: Vec<Value<Id<EC2Subnet>>>,
    /// The route table; `None` for an existing network.
    routes: Option<Value<Id<EC2RouteTable>>>,
}

/// Adds the network, or returns the existing one.
pub fn network(stack: &mut Stack, context: Context<'_>, key: &Value<Arn<KMSKey>>) -> Network {
    match &context.environment.settings.network.subnets {
        Subnets::Own { cidr, zones } => own(stack, context, key, cidr, *zones),
        Subnets::Existing { vpc, subnets } => Network {
            vpc: vpc.clone().into_value(),
            subnets: subnets.iter().map(|subnet| subnet.clone().into_value()).collect(),
            routes: None,
        },
    }
}

fn own(stack: &mut Stack, context: Context<'_>, key: &Value<Arn<KMSKey>>, block: &str, zones: u8) -> Network {
    let named = |what: &str| {
        let name = ("Name".to_owned(), format!("{}-{what}", context.prefix()));
        context.tags().into_iter().chain([name]).collect::<Vec<_>>()
    };
    let vpc = VPC::new()
        .cidr_block(block.to_owned())
        .enable_dns_hostnames(true)
        .enable_dns_support(true)
        .tags(named("network"));
    let vpc = stack.add("network/vpc", vpc);
    let routes = RouteTable::new(vpc.vpc_id()).tags(named("private"));
    let routes = stack.add("network/routes", routes);
    let addresses = Addresses::of(block, zones);
    let (blocks, bits) = (i64::from(addresses.blocks), i64::from(addresses.bits()));
    let mut subnets = Vec::new();
    for zone in 0..zones {
        let subnet = Subnet::new(vpc.vpc_id())
            .availability_zone(select(i64::from(zone), get_azs(pseudo::region())))
            .cidr_block(select(i64::from(zone), cidr(block.to_owned(), blocks, bits)))
            .map_public_ip_on_launch(false)
            .tags(named(&format!("private-{}", zone + 1)));
        let subnet = stack.add(format!("network/subnet/{}", zone + 1), subnet);
        let association = SubnetRouteTableAssociation::new(routes.route_table_id(), subnet.subnet_id());
        stack.add(format!("network/subnet/{}/routes", zone + 1), association);
        subnets.push(subnet.subnet_id());
    }
    flow_logs(stack, context, key, &vpc);
    Network { vpc: vpc.vpc_id(), subnets, routes: Some(routes.route_table_id()) }
}

fn flow_logs(stack: &mut Stack, context: Context<'_>, key: &Value<Arn<KMSKey>>, vpc: &Handle<VPC>) {
    let name = format!("/strataform/{}/network", context.prefix());
    let group = logs::group(stack, context, "network/flow/logs", name, key);
    let edges = [warehouse::write_flow_logs(&group.arn())];
    let writer = access::grant(stack, context, "network/flow", ServiceRole::FlowLogs, edges);
    let log = FlowLog::new(vpc.vpc_id(), FlowLogResourceType::Vpc)
        .traffic_type(TrafficType::All)
        .log_destination_type(LogDestinationType::CloudWatchLogs)
        .log_destination(group.arn())
        .deliver_logs_permission_arn(writer.role.arn())
        .tags(context.tags());
    stack.add("network/flow/log", log.declare().depends_on(&writer.policy));
}

/// Adds the VPC endpoints of the platform's own network, for members of `group`.
pub fn endpoints(stack: &mut Stack, context: Context<'_>, network: &Network, group: &Handle<SecurityGroup>) {
    let Some(routes) = &network.routes else { return };
    let service = |name: &str| {
        sub!("com.amazonaws.${region}.${name}", region = pseudo::region(), name = name.to_owned())
    };
    let storage = VPCEndpoint::new(&network.vpc)
        .vpc_endpoint_type(VpcEndpointType::Gateway)
        .service_name(service("s3"))
        .route_table_ids([routes])
        .policy_document(own_account([
            action!("s3:GetBucketLocation"),
            action!("s3:GetObject"),
            action!("s3:ListBucket"),
        ]));
    stack.add("network/endpoint/s3", storage);
    let names = interface_endpoints(context.platform);
    if names.is_empty() {
        return;
    }
    let opened = SecurityGroup::new("Endpoints in the network of the warehouse")
        .vpc_id(&network.vpc)
        .security_group_ingress([https()
            .source_security_group_id(group.group_id())
            .description("From the warehouse")])
        .security_group_egress([nowhere()])
        .tags(context.tags());
    let opened = stack.add("network/endpoint/group", opened);
    for name in names {
        let endpoint = VPCEndpoint::new(&network.vpc)
            .vpc_endpoint_type(VpcEndpointType::Interface)
            .service_name(service(name))
            .private_dns_enabled(true)
            .subnet_ids(network.subnets.clone())
            .security_group_ids([opened.group_id()]);
        stack.add(format!("network/endpoint/{}", name.replace('-', "/")), endpoint);
    }
}

/// Allows reads by principals of this account only: the endpoint cannot be used with another account's credentials.
fn own_account(actions: [strataform_policy::Action; 3]) -> PolicyDocument {
    PolicyDocument::new([Statement::allow(actions).on("*").by(Principal::aws("*")).when(Condition::new(
        Operator::StringEquals,
        "aws:PrincipalAccount",
        pseudo::account_id(),
    ))])
}

fn https() -> Ingress {
    Ingress::new("tcp").from_port(443).to_port(443)
}

/// An egress rule that matches no real traffic: a security group without any egress rule allows all outbound traffic.
pub fn nowhere() -> Egress {
    Egress::new("tcp").from_port(1).to_port(1).cidr_ip("127.0.0.1/32").description("No outbound traffic")
}
