//! The aggregation stage: the network, the warehouse, its roles, and its SQL plan.

mod alarms;
mod analysts;
mod backup;
mod expiry;
mod limits;
pub mod load;
pub mod sql;
mod warehouse;

use strataform_resources::ec2::{Egress, Ingress, SecurityGroup, SecurityGroupIngress};
use strataform_resources::kind::{EC2SecurityGroup, EC2Subnet, IAMRole, KMSKey, SecretsManagerSecret};
use strataform_resources::secretsmanager::{GenerateSecretString, Secret};
use strataform_template::{AnyArn, Arn, Handle, Id, IntoValue, List, Text, Value};

use self::warehouse::Parts;
use super::access::objects::{self, Objects};
use super::access::{self, Edge, ServiceRole, flow, jobs, streams, warehouse as edges};
use super::network::{self, Network};
use super::{Context, Export, Stack, StackName, ingestion, storage};
use crate::model::{Freshness, Origin, Stage, WarehouseKind};

/// The port of the warehouse.
const PORT: i64 = 5439;

/// The exports of the aggregation stage to other stages.
#[derive(Clone, Debug)]
pub struct Exports {
    /// The name of the workgroup or cluster; also known as text from [`warehouse_name`].
    pub warehouse: Export<Text>,
    /// The ARN of the warehouse, for permissions on the Data API.
    pub warehouse_arn: Export<AnyArn>,
    /// The host that clients connect to.
    pub host: Export<Text>,
    /// The secret of the user that QuickSight connects as: `username` and `password`.
    pub reader_secret: Export<Arn<SecretsManagerSecret>>,
    /// The role that COPY assumes to read the curated bucket.
    pub copy_role: Export<AnyArn>,
    /// The private subnets.
    pub subnets: Export<List<Id<EC2Subnet>>>,
    /// The security group of QuickSight's network interfaces, which the warehouse accepts on its port.
    pub client_group: Export<Id<EC2SecurityGroup>>,
}

/// The outputs that only the deployment reads, and no other stack.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The database of the warehouse.
    pub database: Export<Text>,
    /// Where the secret of the administrator is.
    pub administrator: Administrator,
    /// The role that reads tables of the Data Catalog; only if a dataset is an Iceberg table.
    pub catalogue_role: Option<Export<Arn<IAMRole>>>,
    /// The role that reads streams; only if a dataset has a freshness of seconds.
    pub streaming_role: Option<Export<Arn<IAMRole>>>,
}

/// Where the secret of a warehouse's administrator is.
#[derive(Clone, Debug)]
pub enum Administrator {
    /// The serverless namespace manages it, and returns its ARN when it is described.
    OfNamespace,
    /// The cluster's stack has its ARN as an output.
    Secret(Export<AnyArn>),
}

/// The name of the workgroup or of the cluster.
#[must_use]
pub fn warehouse_name(context: Context<'_>) -> String {
    context.prefix()
}

/// The stack of the stage, and its exports.
#[must_use]
pub fn stack(
    context: Context<'_>,
    storage: &storage::Exports,
    ingestion: &ingestion::Exports,
) -> (Stack, Exports, Deployment) {
    let description = format!("Redshift warehouse of {}", context.prefix());
    let mut stack = Stack::new(StackName::first(Stage::Aggregation), description);
    let (exports, deployment) =
        stack.within(Origin::Warehouse, |stack| fill(stack, context, storage, ingestion));
    (stack, exports, deployment)
}

fn fill(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    ingestion: &ingestion::Exports,
) -> (Exports, Deployment) {
    let key = stack.import(&storage.key);
    let network = stack.within(Origin::Network, |stack| network::network(stack, context, &key));
    let (group, clients) = groups(stack, context, &network);
    stack.within(Origin::Network, |stack| network::endpoints(stack, context, &network, &group));
    let roles = roles(stack, context, storage, ingestion, &key);
    let secret = reader_secret(stack, context, &key);
    let copy: Value<AnyArn> = Value::assumed(roles.copy.node().clone());
    let copy_role = stack.export("warehouse/copy/role", copy, "Role that COPY assumes");
    let topic = stack.import(&storage.topic);
    let (roles, exported) = roles.split();
    let parts =
        Parts { network: &network, group: group.group_id(), key: key.clone(), roles, topic: topic.clone() };
    let outputs = warehouse::add(stack, context, parts);
    alarms::add(stack, context, &topic);
    expiry::add(stack, context, &outputs.arn, (&topic, &key));
    analysts::add(stack, context, &outputs.arn);
    let deployment = for_deployment(stack, context, outputs.admin_secret, exported);
    let name = Value::<Text>::assumed(warehouse_name(context).into());
    let exports = Exports {
        warehouse: stack.export("warehouse/name", name, "Name of the workgroup or cluster"),
        warehouse_arn: stack.export("warehouse/arn", outputs.arn, "ARN of the workgroup or cluster"),
        host: stack.export("warehouse/host", outputs.host, "Host name of the warehouse"),
        reader_secret: stack.export("warehouse/reader/user", secret, "Secret of the dashboard user"),
        copy_role,
        subnets: stack.export_list("network/subnets", network.subnets.clone(), "Private subnets"),
        client_group: stack.export("clients/group", clients.group_id(), "Security group of QuickSight"),
    };
    (exports, deployment)
}

/// The edge by which a role signs in to the database.
fn credentials(context: Context<'_>, warehouse: &Value<AnyArn>) -> Edge {
    let settings = &context.environment.settings.warehouse;
    match settings.kind {
        WarehouseKind::Serverless { .. } => flow::serverless_credentials(warehouse),
        WarehouseKind::Provisioned { .. } => {
            flow::cluster_credentials(&warehouse_name(context), &settings.database)
        }
    }
}

/// Adds outputs that no other stack uses: how the deployment connects to run the SQL.
fn for_deployment(
    stack: &mut Stack,
    context: Context<'_>,
    admin_secret: Option<Value<AnyArn>>,
    (catalogue_role, streaming_role): RoleExports,
) -> Deployment {
    let database: Value<Text> = context.environment.settings.warehouse.database.clone().into_value();
    let database = stack.export("warehouse/database", database, "Database of the warehouse");
    let administrator = match admin_secret {
        None => Administrator::OfNamespace,
        Some(secret) => Administrator::Secret(stack.export(
            "warehouse/admin/secret",
            secret,
            "Secret of the warehouse administrator",
        )),
    };
    Deployment { database, administrator, catalogue_role, streaming_role }
}

/// Adds the security groups of the warehouse and of QuickSight's network interfaces.
fn groups(
    stack: &mut Stack,
    context: Context<'_>,
    network: &Network,
) -> (Handle<SecurityGroup>, Handle<SecurityGroup>) {
    // The S3 gateway endpoint uses public addresses; the platform's own private network has no route to any other
    // public address.
    let out = Egress::new("tcp").from_port(443).to_port(443).cidr_ip("0.0.0.0/0").description("To endpoints");
    let group = SecurityGroup::new("The warehouse")
        .vpc_id(&network.vpc)
        .security_group_egress([out])
        .tags(context.tags());
    let group = stack.add("warehouse/group", group);
    let requests = Egress::new("tcp")
        .from_port(PORT)
        .to_port(PORT)
        .destination_security_group_id(group.group_id())
        .description("To the warehouse");
    // The security group of QuickSight's network interfaces is not stateful: return traffic needs its own rule.
    // Assumes `client-group-stateless`.
    let responses = Ingress::new("tcp")
        .from_port(0)
        .to_port(65535)
        .source_security_group_id(group.group_id())
        .description("Responses from the warehouse");
    let clients = SecurityGroup::new("QuickSight in the network of the warehouse")
        .vpc_id(&network.vpc)
        .security_group_egress([requests])
        .security_group_ingress([responses])
        .tags(context.tags());
    let clients = stack.add("clients/group", clients);
    let entry = SecurityGroupIngress::new("tcp")
        .group_id(group.group_id())
        .from_port(PORT)
        .to_port(PORT)
        .source_security_group_id(clients.group_id())
        .description("From QuickSight");
    stack.add("warehouse/group/clients", entry);
    (group, clients)
}

/// The roles that statements assume.
struct Roles {
    copy: Value<Arn<IAMRole>>,
    /// Only if a dataset is an Iceberg table.
    catalogue: Option<Exported>,
    /// Only if a dataset has a freshness of seconds.
    streaming: Option<Exported>,
}

/// A role, and its export.
type Exported = (Value<Arn<IAMRole>>, Export<Arn<IAMRole>>);

/// The exports of the roles that only the deployment reads: of the external schemas over the Data Catalog and the
/// streams.
type RoleExports = (Option<Export<Arn<IAMRole>>>, Option<Export<Arn<IAMRole>>>);

impl Roles {
    /// All roles, and the exports of those that no other stack uses.
    fn split(self) -> (Vec<Value<Arn<IAMRole>>>, RoleExports) {
        let (catalogue, catalogue_export) = self.catalogue.unzip();
        let (streaming, streaming_export) = self.streaming.unzip();
        let all = [self.copy].into_iter().chain(catalogue).chain(streaming).collect();
        (all, (catalogue_export, streaming_export))
    }
}

/// Adds the roles that statements assume.
fn roles(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    ingestion: &ingestion::Exports,
    key: &Value<Arn<KMSKey>>,
) -> Roles {
    let curated = stack.import(&storage.curated.arn);
    let files = objects::read(&Objects { bucket: &curated, prefix: "", key });
    let copy = access::grant(stack, context, "warehouse/copy", ServiceRole::Redshift, [files]);
    Roles {
        copy: copy.role.arn(),
        catalogue: storage.tables.as_ref().map(|tables| catalogue_role(stack, context, tables, key)),
        streaming: streaming_role(stack, context, ingestion, key),
    }
}

/// Adds the role that reads Iceberg tables. Other tables of the Data Catalog use partition projection, which Redshift does
/// not support: it would see no rows of them. Assumes `partition-projection`.
fn catalogue_role(
    stack: &mut Stack,
    context: Context<'_>,
    tables: &storage::Bucket,
    key: &Value<Arn<KMSKey>>,
) -> Exported {
    let bucket = stack.import(&tables.arn);
    let files = objects::read_located(&Objects { bucket: &bucket, prefix: "", key });
    let read = [edges::read_catalogue(&sql::catalogue_database(context)), files];
    let access = access::grant(stack, context, "warehouse/catalogue", ServiceRole::Redshift, read);
    let export = stack.export(
        "warehouse/catalogue/role",
        access.role.arn(),
        "Role of the external schema over the Data Catalog",
    );
    (access.role.arn(), export)
}

/// Adds the role that reads the streams of datasets with a freshness of seconds.
fn streaming_role(
    stack: &mut Stack,
    context: Context<'_>,
    ingestion: &ingestion::Exports,
    key: &Value<Arn<KMSKey>>,
) -> Option<Exported> {
    let fresh = context.platform.datasets.iter().filter(|one| one.freshness == Freshness::Seconds);
    let streams: Vec<_> = fresh.filter_map(|one| ingestion.streams.get(&one.name)).collect();
    if streams.is_empty() {
        return None;
    }
    let mut read = vec![edges::list_streams()];
    for stream in streams {
        let stream = stack.import(stream);
        read.extend([streams::read(&stream, key), streams::summarize(&stream)]);
    }
    let access = access::grant(stack, context, "warehouse/streaming", ServiceRole::Redshift, read);
    let export = stack.export(
        "warehouse/streaming/role",
        access.role.arn(),
        "Role of the external schema over the streams",
    );
    Some((access.role.arn(), export))
}

/// The secret of the dashboards' user. Its password needs no escaping in SQL literals and URLs.
fn reader_secret(
    stack: &mut Stack,
    context: Context<'_>,
    key: &Value<Arn<KMSKey>>,
) -> Value<Arn<SecretsManagerSecret>> {
    let user = sql::role_name(context, "dashboards");
    let made = GenerateSecretString::new()
        .secret_string_template(format!("{{\"username\":\"{user}\"}}"))
        .generate_string_key(sql::PASSWORD_FIELD)
        .password_length(48)
        .exclude_punctuation(true)
        .require_each_included_type(true);
    let secret = Secret::new()
        .description("Database user that dashboards connect as")
        .kms_key_id(key)
        .generate_secret_string(made)
        .tags(context.tags());
    let secret = stack.add("warehouse/reader", context.store(secret)).reference();
    // QuickSight assumes a role of the account that it created itself and that has no access to this key.
    // Assumes `secrets-role`.
    let what = "Allows QuickSight's secrets role to read the secret of the dashboard user";
    let role = context.environment.settings.principals.secrets_role.as_deref();
    access::policy_for_role(stack, "warehouse/reader", what, role, [jobs::read_secret(&secret, key)]);
    secret
}

#[cfg(test)]
mod tests;
