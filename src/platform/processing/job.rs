//! The job that cleans a dataset. Its script is rendered separately; the arguments here tell it where to read and
//! write.

use strataform_resources::glue::{
    self, CloudWatchEncryption, CloudWatchEncryptionMode, EncryptionConfiguration, ExecutionProperty,
    JobBookmarksEncryption, JobBookmarksEncryptionMode, JobCommand, JobWorkerType, S3Encryption,
    SecurityConfiguration,
};
use strataform_resources::kind::{KMSKey, S3Bucket};
use strataform_resources::logs::LogGroup;
use strataform_template::{Arn, Handle, Name, Node, Resource, Scalar, Value, part, sub};

use super::{JobHandle, json};
use crate::model::{Dataset, Sensitivity, TableFormat};
use crate::platform::access::objects::Objects;
use crate::platform::access::{self, Access, Edge, ServiceRole, jobs, objects};
use crate::platform::aggregation::sql::catalogue_database;
use crate::platform::sizing::{self, Worker};
use crate::platform::{Context, Stack, storage};

/// The resources that the jobs and crawlers of a stack share.
pub(super) struct Shared {
    /// The security configuration: how logs and files are encrypted.
    pub(super) security: Handle<SecurityConfiguration>,
    /// The name of the security configuration, which Glue puts into the names of log groups.
    pub(super) name: String,
    /// The prefix of the names of the jobs' log groups.
    logs: String,
    /// The key.
    pub(super) key: Value<Arn<KMSKey>>,
}

/// The prefix of the names of the jobs' log groups. Glue appends the names of the security configuration and of the
/// job's role, then `/error` or `/output`.
#[must_use]
pub fn log_prefix(context: Context<'_>) -> String {
    format!("/strataform/{}/jobs", context.prefix())
}

/// Adds the resources that the jobs of a stack share.
pub(super) fn shared(stack: &mut Stack, context: Context<'_>, storage: &storage::Exports) -> Shared {
    let key = stack.import(&storage.key);
    // Each stack has its own name: `shop-dev`, `shop-dev-2`.
    let name = match stack.name.part {
        0 | 1 => context.prefix(),
        part => format!("{}-{part}", context.prefix()),
    };
    let encryption = EncryptionConfiguration::new()
        .s3_encryptions([S3Encryption::new().s3_encryption_mode("SSE-KMS").kms_key_arn(key.clone())])
        .cloud_watch_encryption(
            CloudWatchEncryption::new()
                .cloud_watch_encryption_mode(CloudWatchEncryptionMode::SseKms)
                .kms_key_arn(key.clone()),
        )
        .job_bookmarks_encryption(
            JobBookmarksEncryption::new()
                .job_bookmarks_encryption_mode(JobBookmarksEncryptionMode::CseKms)
                .kms_key_arn(key.clone()),
        );
    let security = SecurityConfiguration::new(encryption, name.clone());
    let security = stack.add("shared/jobs/security", security);
    Shared { security, name, logs: log_prefix(context), key }
}

/// Adds the job of a dataset and its role.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    shared: &Shared,
    dataset: &Dataset,
) -> JobHandle {
    let path = dataset.name.path();
    let edges = edges(stack, context, storage, shared, dataset);
    let access = access::grant(stack, context, &format!("{path}/job"), ServiceRole::Glue, edges);
    let name = context.dataset_name(&dataset.name);
    let job = job(stack, context, storage, shared, dataset, &access).name(name.clone());
    let [errors, output] =
        ["error", "output"].map(|kind| log(stack, context, shared, &path, (&access, kind)));
    // Without the policy, the first run could not read its script; without the log groups, Glue would create ones that
    // never expire.
    let job = job.declare().depends_on(&access.policy).depends_on(&errors).depends_on(&output);
    JobHandle { name, handle: stack.add(format!("{path}/job"), job) }
}

/// Adds one of the two log groups that Glue 5 writes to: `error` has the logs of Spark and of the script's logger,
/// `output` has what the script prints. Assumes `job-log-groups`.
fn log(
    stack: &mut Stack,
    context: Context<'_>,
    shared: &Shared,
    path: &str,
    (access, kind): (&Access, &'static str),
) -> Handle<LogGroup> {
    // Glue appends the two names because the security configuration encrypts logs.
    let name = sub!(
        "${prefix}/${security}-role/${role}/${kind}",
        prefix = shared.logs.clone(),
        security = shared.name.clone(),
        role = access.role.reference(),
        kind = kind
    );
    access::logs::group(stack, context, &format!("{path}/job/log/{kind}"), name, &shared.key)
}

fn job(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    shared: &Shared,
    dataset: &Dataset,
    access: &Access,
) -> glue::Job {
    let size = sizing::job(context.volume(dataset));
    let artifacts = stack.import(&storage.artifacts.name);
    let script = stack.asset(&format!("jobs/{}.py", dataset.name));
    let command = JobCommand::new().name("glueetl").python_version("3").script_location(sub!(
        "s3://${bucket}/${script}",
        bucket = artifacts,
        script = script
    ));
    glue::Job::new(command, access.role.arn())
        .description(format!("Cleans the records of {}", dataset.name))
        .glue_version(sizing::GLUE_VERSION)
        .worker_type(match size.worker {
            Worker::G1x => JobWorkerType::G1x,
            Worker::G2x => JobWorkerType::G2x,
        })
        .number_of_workers(size.workers)
        .timeout(size.timeout)
        // The state machine retries, depending on the error.
        .max_retries(0)
        // Two concurrent runs would read the same new files.
        .execution_property(ExecutionProperty::new().max_concurrent_runs(1))
        .security_configuration(&shared.security)
        .default_arguments(json(arguments(stack, context, storage, shared, dataset, size)))
        .tags(context.tags())
}

/// The default arguments of every run. The state machine passes those that differ from run to run, such as `--run_id`.
fn arguments(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    shared: &Shared,
    dataset: &Dataset,
    size: sizing::Job,
) -> Vec<(&'static str, Node)> {
    let folder = |bucket: Value<Name<S3Bucket>>, folder: &'static str| {
        part(sub!(
            "s3://${bucket}/${folder}${dataset}/",
            bucket = bucket,
            folder = folder,
            dataset = dataset.name.to_string()
        ))
        .into_node()
    };
    let mut arguments = vec![
        ("--platform", context.platform.name.to_string().into()),
        ("--environment", context.environment.name.to_string().into()),
        ("--dataset", dataset.name.to_string().into()),
        ("--raw_path", folder(stack.import(&storage.raw.name), "")),
        ("--curated_path", folder(stack.import(&storage.curated.name), "")),
        ("--quarantine_path", folder(stack.import(&storage.quarantine.name), "")),
        ("--TempDir", folder(stack.import(&storage.artifacts.name), TEMPORARY)),
        ("--job-language", "python".into()),
        // The job's own manifests record what has been read.
        ("--job-bookmark-option", "job-bookmark-disable".into()),
        ("--enable-auto-scaling", "true".into()),
        ("--enable-metrics", "true".into()),
        ("--enable-observability-metrics", "true".into()),
        ("--enable-continuous-cloudwatch-log", "true".into()),
        // Glue 5 ignores `--continuous-log-logGroup`, which named the group of earlier versions.
        ("--custom-logGroup-prefix", shared.logs.clone().into()),
        // The target file size, and the initial number of shuffle partitions.
        ("--file_bytes", size.file_bytes.to_string().into()),
        ("--shuffle_partitions", size.shuffle_partitions.to_string().into()),
        // What a run reads at most.
        ("--input_bytes", size.input_bytes.to_string().into()),
    ];
    if let Some(tables) = tables(storage, dataset) {
        arguments.extend(iceberg(context, dataset, &stack.import(&tables.name)));
    }
    if let Some(secret) = storage.hash_key.as_ref().filter(|_| is_hashed(dataset)) {
        let secret: Value<Scalar> = Value::assumed(stack.import(secret).into_node());
        arguments.push(("--hash_secret", secret.into_node()));
    }
    arguments
}

/// Days for which the snapshots of an Iceberg table are kept for time travel: longer than any query takes. Every run
/// rewrites files, and a snapshot keeps those that it names.
pub const SNAPSHOT_DAYS: u64 = 1;

/// Days for which an Iceberg table has a row. After that, snapshots and S3's noncurrent versions still have it, and all of
/// it together is the retention.
fn row_days(context: Context<'_>) -> u64 {
    let kept = context.environment.settings.retention.curated.as_days();
    kept.saturating_sub(SNAPSHOT_DAYS + storage::NONCURRENT_DAYS).max(1)
}

/// The bucket of Iceberg tables, if the dataset is one.
fn tables<'a>(storage: &'a storage::Exports, dataset: &Dataset) -> Option<&'a storage::Bucket> {
    storage.tables.as_ref().filter(|_| dataset.table_format == TableFormat::Iceberg)
}

/// The folder of a dataset's Iceberg table in its bucket: where Iceberg's catalog for Glue puts the table.
/// Assumes `iceberg-location`.
fn table_folder(context: Context<'_>, dataset: &Dataset) -> String {
    format!("{}.db/{}/", catalogue_database(context), dataset.name)
}

/// The arguments of a job that writes an Iceberg table. Glue accepts static Spark settings only as a single `--conf`
/// argument, in which every setting but the first repeats `--conf`. Assumes `glue-conf`.
fn iceberg(
    context: Context<'_>,
    dataset: &Dataset,
    bucket: &Value<Name<S3Bucket>>,
) -> [(&'static str, Node); 5] {
    let table = format!("glue_catalog.{}.{}", catalogue_database(context), dataset.name);
    let settings = sub!(
        "spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions \
         --conf ${catalogue}=org.apache.iceberg.spark.SparkCatalog \
         --conf ${catalogue}.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog \
         --conf ${catalogue}.io-impl=org.apache.iceberg.aws.s3.S3FileIO \
         --conf ${catalogue}.warehouse=s3://${bucket}/",
        catalogue = "spark.sql.catalog.glue_catalog",
        bucket = bucket
    );
    let path = sub!("s3://${bucket}/${folder}", bucket = bucket, folder = table_folder(context, dataset));
    [
        ("--datalake-formats", "iceberg".into()),
        ("--iceberg_table", table.into()),
        ("--iceberg_path", part(path).into_node()),
        ("--iceberg_days", row_days(context).to_string().into()),
        ("--conf", part(settings).into_node()),
    ]
}

/// The prefix of Glue's temporary files in the artifacts bucket.
const TEMPORARY: &str = "temporary/";

fn is_hashed(dataset: &Dataset) -> bool {
    dataset.columns.iter().any(|column| column.sensitivity == Some(Sensitivity::Hash))
}

/// The edges of the job's role.
fn edges(
    stack: &mut Stack,
    context: Context<'_>,
    storage: &storage::Exports,
    shared: &Shared,
    dataset: &Dataset,
) -> Vec<Edge> {
    let key = &shared.key;
    let (folder, temporary) = (format!("{}/", dataset.name), format!("{TEMPORARY}{}/", dataset.name));
    let raw = stack.import(&storage.raw.arn);
    let artifacts = stack.import(&storage.artifacts.arn);
    let raw = Objects { bucket: &raw, prefix: &folder, key };
    let temporary = Objects { bucket: &artifacts, prefix: &temporary, key };
    let mut edges = vec![
        objects::read_folder(&raw),
        objects::list_versions(&raw),
        objects::write(&temporary),
        jobs::read_script(&artifacts, key),
        jobs::write_logs(&format!("{}/{}-role/", shared.logs, shared.name)),
        jobs::write_metrics(),
        jobs::read_security_configuration(),
    ];
    for bucket in [&storage.curated.arn, &storage.quarantine.arn] {
        let bucket = stack.import(bucket);
        edges.push(objects::manage_folder(&Objects { bucket: &bucket, prefix: &folder, key }));
    }
    if let Some(tables) = tables(storage, dataset) {
        let (bucket, prefix) = (stack.import(&tables.arn), table_folder(context, dataset));
        edges.push(objects::manage_folder(&Objects { bucket: &bucket, prefix: &prefix, key }));
        edges.push(access::catalogue::own_table(&catalogue_database(context), dataset.name.as_str()));
        if dataset.deletions.are_possible() {
            let name = format!("{}__deleted", dataset.name);
            let prefix = format!("{}.db/{name}/", catalogue_database(context));
            edges.push(objects::manage_folder(&Objects { bucket: &bucket, prefix: &prefix, key }));
            edges.push(access::catalogue::own_table(&catalogue_database(context), &name));
        }
    }
    if let Some(secret) = storage.hash_key.as_ref().filter(|_| is_hashed(dataset)) {
        edges.push(jobs::read_secret(&stack.import(secret), key));
    }
    edges
}
