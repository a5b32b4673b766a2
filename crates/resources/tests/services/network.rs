//! EC2's networking and MSK: a private network, its egress, and a Kafka cluster in it.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::ec2::{
    Domain, EIP, Egress, FileFormat, FlowLog, FlowLogDestinationOptions, FlowLogResourceType,
    InstanceTenancy, InternetGateway, LogDestinationType, NatGateway, Route, RouteTable, SecurityGroup,
    SecurityGroupIngress, Subnet, SubnetRouteTableAssociation, TrafficType, VPC, VPCEndpoint,
    VPCGatewayAttachment, VpcEndpointType,
};
use strataform_resources::kms::Key;
use strataform_resources::logs::LogGroup;
use strataform_resources::msk::{
    BrokerLogs, BrokerNodeGroupInfo, ClientBroker, CloudWatchLogs, Cluster, ClusterArgs,
    ClusterClientAuthentication, ClusterSasl, Configuration, ConfigurationInfo, EBSStorageInfo,
    EncryptionAtRest, EncryptionInTransit, EncryptionInfo, EnhancedMonitoring, Iam, JmxExporter, LoggingInfo,
    NodeExporter, OpenMonitoring, Prometheus, ServerlessCluster, ServerlessClusterClientAuthentication,
    ServerlessClusterSasl, StorageInfo, VpcConfig,
};
use strataform_resources::s3::Bucket;
use strataform_template::{Handle, cidr, get_azs, pseudo, select, sub};

use crate::check::Case;

struct Network {
    vpc: Handle<VPC>,
    subnets: [Handle<Subnet>; 2],
    group: Handle<SecurityGroup>,
}

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    let network = network(&mut case);
    ways_out(&mut case, &network);
    watched(&mut case, &network);
    kafka(&mut case, &network);
    case
}

fn network(case: &mut Case) -> Network {
    let vpc = VPC::new()
        .cidr_block("10.20.0.0/16")
        .enable_dns_hostnames(true)
        .enable_dns_support(true)
        .instance_tenancy(InstanceTenancy::Default)
        .tags([("Name", sub!("${AWS::StackName}"))]);
    let vpc = case.add("network", vpc);
    let mut subnet = |path, number: u8| {
        let subnet = Subnet::new(&vpc)
            .availability_zone(select(number, get_azs(pseudo::region())))
            .cidr_block(select(number, cidr(vpc.cidr_block(), 4, 8)))
            .map_public_ip_on_launch(false)
            .tags([("Name", path)]);
        case.add(path, subnet)
    };
    let subnets = [subnet("network/one", 0), subnet("network/two", 1)];
    let out = Egress::new("tcp").cidr_ip("0.0.0.0/0").from_port(443).to_port(443).description("To AWS");
    let group = SecurityGroup::new("Everything that works on data")
        .group_name(sub!("${AWS::StackName}-workers"))
        .security_group_egress([out])
        .vpc_id(&vpc)
        .tags([("Name", "workers")]);
    let group = case.add("network/workers", group);
    let inside = SecurityGroupIngress::new("tcp")
        .group_id(group.group_id())
        .source_security_group_id(&group)
        .from_port(0)
        .to_port(65_535)
        .description("Among themselves");
    case.add("network/workers/inside", inside);
    Network { vpc, subnets, group }
}

fn ways_out(case: &mut Case, network: &Network) {
    let [one, two] = &network.subnets;
    let internet = case.add("network/internet", InternetGateway::new().tags([("Name", "internet")]));
    let attached = VPCGatewayAttachment::new(&network.vpc).internet_gateway_id(&internet);
    case.add("network/internet/attached", attached);
    let address = case.add("network/nat/address", EIP::new().domain(Domain::Vpc));
    let nat = NatGateway::new().allocation_id(address.allocation_id()).subnet_id(one).tags([("Name", "nat")]);
    let nat = case.add("network/nat", nat);
    let table = case.add("network/routes", RouteTable::new(&network.vpc).tags([("Name", "private")]));
    case.add(
        "network/routes/out",
        Route::new(&table).destination_cidr_block("0.0.0.0/0").nat_gateway_id(nat.nat_gateway_id()),
    );
    case.add("network/one/routes", SubnetRouteTableAssociation::new(&table, one));
    case.add("network/two/routes", SubnetRouteTableAssociation::new(&table, two));
    let reads = Statement::allow([action!("s3:GetObject")]).by(Principal::anyone()).on("*");
    let s3 = VPCEndpoint::new(&network.vpc)
        .service_name(sub!("com.amazonaws.${AWS::Region}.s3"))
        .vpc_endpoint_type(VpcEndpointType::Gateway)
        .policy_document(PolicyDocument::new([reads]))
        .route_table_ids([&table]);
    case.add("network/to/s3", s3);
    let glue = VPCEndpoint::new(&network.vpc)
        .service_name(sub!("com.amazonaws.${AWS::Region}.glue"))
        .vpc_endpoint_type(VpcEndpointType::Interface)
        .private_dns_enabled(true)
        .security_group_ids([&network.group])
        .subnet_ids([one, two]);
    case.add("network/to/glue", glue);
}

fn watched(case: &mut Case, network: &Network) {
    let flows = case.add("network/flows", Bucket::new());
    let log = FlowLog::new(&network.vpc, FlowLogResourceType::Vpc)
        .destination_options(FlowLogDestinationOptions::new(FileFormat::Parquet, true, false))
        .log_destination(flows.arn())
        .log_destination_type(LogDestinationType::S3)
        .max_aggregation_interval(600)
        .traffic_type(TrafficType::Reject)
        .tags([("team", "platform")]);
    case.add("network/flows/log", log);
}

fn kafka(case: &mut Case, network: &Network) {
    let key = case.add("events/key", Key::new().enable_key_rotation(true));
    let logs = case.add("events/logs", LogGroup::new().retention_in_days(7));
    let properties = "auto.create.topics.enable=false\ndefault.replication.factor=2\n";
    let configuration = Configuration::new("events", properties)
        .description("No topic by accident")
        .kafka_versions_list(["3.6.0"]);
    let configuration = case.add("events/configuration", configuration);
    let brokers = BrokerNodeGroupInfo::new(&network.subnets, "kafka.m7g.large")
        .security_groups([&network.group])
        .storage_info(StorageInfo::new().ebs_storage_info(EBSStorageInfo::new().volume_size(200)));
    let cluster = Cluster::new(ClusterArgs {
        broker_node_group_info: brokers,
        cluster_name: "events",
        kafka_version: "3.6.0",
        number_of_broker_nodes: 2,
    })
    .client_authentication(ClusterClientAuthentication::new().sasl(ClusterSasl::new().iam(Iam::new(true))))
    .configuration_info(ConfigurationInfo::new(configuration.arn(), configuration.latest_revision_revision()))
    .encryption_info(
        EncryptionInfo::new().encryption_at_rest(EncryptionAtRest::new(&key)).encryption_in_transit(
            EncryptionInTransit::new().client_broker(ClientBroker::Tls).in_cluster(true),
        ),
    )
    .enhanced_monitoring(EnhancedMonitoring::PerTopicPerBroker)
    .logging_info(
        LoggingInfo::new()
            .broker_logs(BrokerLogs::new().cloud_watch_logs(CloudWatchLogs::new(true).log_group(&logs))),
    )
    .open_monitoring(OpenMonitoring::new(
        Prometheus::new().jmx_exporter(JmxExporter::new(true)).node_exporter(NodeExporter::new(true)),
    ))
    .tags([("team", "growth")]);
    let cluster = case.add("events", cluster);
    case.template.output("events", cluster.arn());
    let serverless = ServerlessCluster::new(
        ServerlessClusterClientAuthentication::new(ServerlessClusterSasl::new(Iam::new(true))),
        "bursts",
        [VpcConfig::new(&network.subnets).security_groups([&network.group])],
    );
    case.add("bursts", serverless.tags([("team", "growth")]));
}
