//! Redshift, Redshift Serverless and Secrets Manager: two warehouses with generated passwords.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::Role;
use strataform_resources::kind;
use strataform_resources::kms::Key;
use strataform_resources::redshift::{
    BreachAction, Cluster, ClusterArgs, ClusterParameterGroup, ClusterSubnetGroup, FeatureType, LimitType,
    LoggingProperties, Parameter as Setting, PauseClusterMessage, Period, ScheduledAction,
    ScheduledActionType, UsageLimit, UsageLimitArgs,
};
use strataform_resources::redshiftserverless::{
    ConfigParameter, LogExport, Namespace, PerformanceTarget, PerformanceTargetStatus, Workgroup,
};
use strataform_resources::s3::Bucket;
use strataform_resources::secretsmanager::{
    GenerateSecretString, ReplicaRegion, ResourcePolicy, RotationRules, RotationSchedule, Secret,
    SecretTargetAttachment,
};
use strataform_template::{Arn, DynamicReference, Handle, Id, List, Parameter, ParameterHandle, pseudo, sub};

use crate::check::Case;

type Subnets = ParameterHandle<List<Id<kind::EC2Subnet>>>;
type Groups = ParameterHandle<List<Id<kind::EC2SecurityGroup>>>;

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    let subnets = Parameter::new().of_type("List<AWS::EC2::Subnet::Id>");
    let subnets: Subnets = case.template.parameter("subnets", subnets);
    let groups = Parameter::new().of_type("List<AWS::EC2::SecurityGroup::Id>");
    let groups: Groups = case.template.parameter("groups", groups);
    let key = case.add("warehouse/key", Key::new().enable_key_rotation(true));
    let redshift =
        Statement::allow([action!("sts:AssumeRole")]).by(Principal::service("redshift.amazonaws.com"));
    let role = case.add("warehouse/role", Role::new(PolicyDocument::new([redshift])));
    let secret = secret(&mut case, &key);
    cluster(&mut case, &subnets, &groups, &key, &role, &secret);
    serverless(&mut case, &subnets, &groups, &key, &role);
    case
}

fn secret(case: &mut Case, key: &Handle<Key>) -> Handle<Secret> {
    let generated = GenerateSecretString::new()
        .exclude_characters("\"'@/\\")
        .exclude_punctuation(true)
        .generate_string_key("password")
        .include_space(false)
        .password_length(32)
        .require_each_included_type(true)
        .secret_string_template(r#"{"username":"owner"}"#);
    let secret = Secret::new()
        .name(sub!("${AWS::StackName}/warehouse"))
        .description("The owner of the warehouse")
        .generate_secret_string(generated)
        .kms_key_id(key)
        .replica_regions([ReplicaRegion::new("eu-central-1")])
        .tags([("team", "platform")]);
    let secret = case.add("warehouse/password", secret);
    let reads = Statement::allow([action!("secretsmanager:GetSecretValue")])
        .by(Principal::account(pseudo::account_id()))
        .on(&secret);
    let policy = ResourcePolicy::new(PolicyDocument::new([reads]), &secret).block_public_policy(true);
    case.add("warehouse/password/policy", policy);
    secret
}

fn cluster(
    case: &mut Case,
    subnets: &Subnets,
    groups: &Groups,
    key: &Handle<Key>,
    role: &Handle<Role>,
    secret: &Handle<Secret>,
) {
    let audits = case.add("warehouse/audits", Bucket::new());
    let place = ClusterSubnetGroup::new("Where the warehouse is", subnets).tags([("team", "platform")]);
    let place = case.add("warehouse/place", place);
    let settings = ClusterParameterGroup::new("Only encrypted connections", "redshift-1.0")
        .parameters([
            Setting::new("require_ssl", "true"),
            Setting::new("enable_user_activity_logging", "true"),
        ])
        .tags([("team", "platform")]);
    let settings = case.add("warehouse/settings", settings);
    let cluster = Cluster::new(ClusterArgs {
        cluster_type: "multi-node",
        db_name: "sales",
        master_username: DynamicReference::secret_key(secret, "username"),
        node_type: "ra3.large",
    })
    .allow_version_upgrade(true)
    .automated_snapshot_retention_period(7)
    .cluster_parameter_group_name(&settings)
    .cluster_subnet_group_name(&place)
    .encrypted(true)
    .enhanced_vpc_routing(true)
    .iam_roles([role.arn()])
    .kms_key_id(key)
    .logging_properties(LoggingProperties::new().bucket_name(&audits).s3_key_prefix("redshift/"))
    .master_user_password(DynamicReference::secret_key(secret, "password"))
    .number_of_nodes(2)
    .port(5439)
    .preferred_maintenance_window("sun:03:00-sun:04:00")
    .publicly_accessible(false)
    .tags([("team", "platform")])
    .vpc_security_group_ids(groups);
    let cluster = case.add("warehouse", cluster);
    case.template.output("warehouse/address", cluster.endpoint_address());
    let attached = SecretTargetAttachment::new(secret, &cluster, "AWS::Redshift::Cluster");
    case.add("warehouse/password/attached", attached);
    let rotate = Parameter::<Arn<kind::LambdaFunction>>::new().description("Makes a new password");
    let rotate = case.template.parameter("warehouse/rotate", rotate);
    let rotation = RotationSchedule::new(secret)
        .rotate_immediately_on_update(false)
        .rotation_lambda_arn(&rotate)
        .rotation_rules(RotationRules::new().schedule_expression("rate(30 days)").duration("2h"));
    case.add("warehouse/password/rotation", rotation);
    let limit = UsageLimit::new(UsageLimitArgs {
        amount: 10,
        cluster_identifier: &cluster,
        feature_type: FeatureType::Spectrum,
        limit_type: LimitType::DataScanned,
    });
    case.add("warehouse/limit", limit.breach_action(BreachAction::Log).period(Period::Monthly));
    let pause = ScheduledActionType::new().pause_cluster(PauseClusterMessage::new(&cluster));
    let sleep = ScheduledAction::new("sleep")
        .enable(true)
        .iam_role(role.arn())
        .schedule("cron(0 22 * * ? *)")
        .scheduled_action_description("Nobody asks at night")
        .target_action(pause);
    case.add("warehouse/sleep", sleep);
}

fn serverless(case: &mut Case, subnets: &Subnets, groups: &Groups, key: &Handle<Key>, role: &Handle<Role>) {
    let namespace = Namespace::new("sales")
        .admin_username("owner")
        .admin_password_secret_kms_key_id(key)
        .manage_admin_password(true)
        .db_name("sales")
        .default_iam_role_arn(role.arn())
        .iam_roles([role.arn()])
        .kms_key_id(key)
        .log_exports([LogExport::Userlog, LogExport::Connectionlog])
        .tags([("team", "platform")]);
    let namespace = case.add("ad/hoc", namespace);
    let workgroup = Workgroup::new("sales")
        .base_capacity(32)
        .config_parameters([ConfigParameter::new().parameter_key("require_ssl").parameter_value("true")])
        .enhanced_vpc_routing(true)
        .max_capacity(128)
        .namespace_name(&namespace)
        .port(5439)
        .price_performance_target(PerformanceTarget::new().status(PerformanceTargetStatus::Enabled).level(50))
        .publicly_accessible(false)
        .security_group_ids(groups)
        .subnet_ids(subnets)
        .tags([("team", "platform")]);
    let workgroup = case.add("ad/hoc/workgroup", workgroup);
    case.template.output("ad/hoc/address", workgroup.workgroup_endpoint_address());
}
