//! The buckets.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::kind::{KMSKey, S3Bucket};
use strataform_resources::s3::{
    AbortIncompleteMultipartUpload, Bucket, BucketEncryption, BucketPolicy, EventBridgeConfiguration,
    LifecycleConfiguration, LoggingConfiguration, NoncurrentVersionExpiration, NotificationConfiguration,
    ObjectOwnership, OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration, Rule,
    RuleStatus, SSEAlgorithm, ServerSideEncryptionByDefault, ServerSideEncryptionRule, Transition,
    TransitionStorageClass, VersioningConfiguration, VersioningConfigurationStatus,
};
use strataform_template::{Arn, Handle, Value, pseudo, sub};

use super::Bucket as Exported;
use crate::model::{Period, Retention, Schedule};
use crate::platform::{Context, Stack};

/// What a bucket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Records as they arrived.
    Raw,
    /// Cleaned records, as files of runs and their manifests.
    Curated,
    /// Cleaned records, as Iceberg tables.
    Tables,
    /// Rejected records.
    Quarantine,
    /// Scripts, SQL and templates.
    Artifacts,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Raw => "raw",
            Purpose::Curated => "curated",
            Purpose::Tables => "tables",
            Purpose::Quarantine => "quarantine",
            Purpose::Artifacts => "artifacts",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Purpose::Raw => "Bucket of raw records; upload a dataset's files under <dataset>/",
            Purpose::Curated => "Bucket of cleaned records",
            Purpose::Tables => "Bucket of Iceberg tables",
            Purpose::Quarantine => "Bucket of rejected records",
            Purpose::Artifacts => "Bucket of scripts, SQL and templates",
        }
    }

    /// How long objects are kept, noncurrent versions included; `None` if age alone never makes an object useless.
    /// Artifacts: a rollback can need any deployed version. Iceberg tables: a file is in use while a snapshot names it,
    /// whatever its age, so the job deletes expired rows from the table, and then the files of expired snapshots.
    fn keep(self, retention: Retention) -> Option<Period> {
        match self {
            Purpose::Raw => Some(retention.raw),
            Purpose::Curated => Some(retention.curated),
            Purpose::Quarantine => Some(retention.quarantine),
            Purpose::Tables | Purpose::Artifacts => None,
        }
    }

    fn rules(self, retention: Retention) -> Vec<Rule> {
        if let Some(keep) = self.keep(retention) {
            return vec![expiration(keep)];
        }
        match self {
            Purpose::Artifacts => vec![versions(RESTORABLE_DAYS, UPLOAD_DAYS), temporary_files()],
            // A deleted object leaves a marker, and the version below it.
            Purpose::Raw | Purpose::Curated | Purpose::Tables | Purpose::Quarantine => {
                vec![versions(super::NONCURRENT_DAYS, UPLOAD_DAYS).expired_object_delete_marker(true)]
            }
        }
    }
}

/// Days that an overwritten or deleted artifact can be restored.
const RESTORABLE_DAYS: u64 = 30;

/// Days after which S3 discards an upload that was not completed, unless its object would expire before.
const UPLOAD_DAYS: u64 = 7;

/// Days that a job's temporary files are kept: longer than any run.
const TEMPORARY_DAYS: u64 = 7;

/// Objects that are kept at least this long move to cheaper storage after a month.
const WORTH_MOVING_DAYS: u64 = 90;

/// Adds a bucket with its policy and outputs.
pub(super) fn add(
    stack: &mut Stack,
    context: Context<'_>,
    purpose: Purpose,
    key: &Value<Arn<KMSKey>>,
    logs: &Handle<Bucket>,
    retention: Retention,
) -> Exported {
    let name = purpose.name();
    let encryption = ServerSideEncryptionByDefault::new(SSEAlgorithm::AwsKms).kms_master_key_id(key.clone());
    let encryption = ServerSideEncryptionRule::new()
        .server_side_encryption_by_default(encryption)
        .bucket_key_enabled(true);
    let mut bucket = private(context)
        .bucket_encryption(BucketEncryption::new([encryption]))
        .lifecycle_configuration(LifecycleConfiguration::new(purpose.rules(retention)))
        .logging_configuration(
            LoggingConfiguration::new().destination_bucket_name(logs).log_file_prefix(format!("{name}/")),
        );
    if purpose == Purpose::Raw && awaits_files(context) {
        let events = EventBridgeConfiguration::new(true);
        bucket = bucket
            .notification_configuration(NotificationConfiguration::new().event_bridge_configuration(events));
    }
    let bucket = stack.add(format!("{name}/bucket"), context.store(bucket));
    let policy = PolicyDocument::new(encrypted_in_transit(&bucket));
    stack.add(format!("{name}/policy"), BucketPolicy::new(bucket.reference().assume(), policy));
    Exported {
        name: stack.export(format!("{name}/bucket/name"), bucket.reference(), purpose.description()),
        arn: stack.export(format!("{name}/bucket/arn"), bucket.arn(), "ARN of the bucket"),
    }
}

/// Adds the bucket for the server access logs of the other buckets.
pub(super) fn access_logs(stack: &mut Stack, context: Context<'_>) -> Handle<Bucket> {
    // S3 cannot deliver access logs to a bucket whose default encryption uses a KMS key.
    // Assumes `access-log-delivery`.
    let encryption = ServerSideEncryptionRule::new()
        .server_side_encryption_by_default(ServerSideEncryptionByDefault::new(SSEAlgorithm::Aes256));
    let logs =
        private(context).bucket_encryption(BucketEncryption::new([encryption])).lifecycle_configuration(
            LifecycleConfiguration::new([expiration(context.environment.settings.retention.logs)]),
        );
    let skipped = super::skip(&[("CKV_AWS_18", "a bucket of access logs cannot log to itself")]);
    let logs = stack.add("access/logs/bucket", context.store(logs).metadata("checkov", skipped));
    let deliver = Statement::allow([action!("s3:PutObject")])
        .by(Principal::service("logging.s3.amazonaws.com"))
        .on(sub!("${bucket}/*", bucket = logs.arn()))
        .sid("AccessLogs")
        .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()));
    let policy = PolicyDocument::new(encrypted_in_transit(&logs)).statement(deliver);
    stack.add("access/logs/policy", BucketPolicy::new(logs.reference().assume(), policy));
    logs
}

/// A bucket that blocks all public access.
fn private(context: Context<'_>) -> Bucket {
    let block = PublicAccessBlockConfiguration::new()
        .block_public_acls(true)
        .block_public_policy(true)
        .ignore_public_acls(true)
        .restrict_public_buckets(true);
    let owner = OwnershipControlsRule::new().object_ownership(ObjectOwnership::BucketOwnerEnforced);
    Bucket::new()
        .public_access_block_configuration(block)
        .ownership_controls(OwnershipControls::new([owner]))
        .versioning_configuration(VersioningConfiguration::new(VersioningConfigurationStatus::Enabled))
        .tags(context.tags())
}

/// The rule that deletes objects so that nothing of them is left after `keep`: the last of these days, S3 has them as
/// noncurrent versions. Assumes `expiry-midnight` and `noncurrent-days`.
fn expiration(keep: Period) -> Rule {
    let days = keep.as_days().saturating_sub(super::NONCURRENT_DAYS).max(1);
    let rule = versions(super::NONCURRENT_DAYS, days.min(UPLOAD_DAYS)).expiration_in_days(days);
    if keep.as_days() < WORTH_MOVING_DAYS {
        return rule;
    }
    rule.transitions([Transition::new(TransitionStorageClass::IntelligentTiering).transition_in_days(30)])
}

/// The rule for what is left of overwritten and deleted objects, and of uploads that were not completed.
fn versions(days: u64, upload_days: u64) -> Rule {
    Rule::new(RuleStatus::Enabled)
        .id("ageing")
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::new(upload_days))
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(days))
}

/// The rule for temporary files of jobs.
fn temporary_files() -> Rule {
    Rule::new(RuleStatus::Enabled)
        .id("temporary")
        .prefix("temporary/")
        .expiration_in_days(TEMPORARY_DAYS)
        .noncurrent_version_expiration(NoncurrentVersionExpiration::new(1))
}

fn awaits_files(context: Context<'_>) -> bool {
    let mut datasets = context.platform.datasets.iter();
    datasets.any(|dataset| context.environment.schedule(dataset) == Schedule::OnArrival)
}

/// Denies requests without TLS.
fn encrypted_in_transit(bucket: &Handle<Bucket>) -> [Statement; 1] {
    let arn: Value<Arn<S3Bucket>> = bucket.arn();
    [Statement::deny([strataform_policy::Action::unchecked("s3:*")])
        .by(Principal::anyone())
        .on(arn.clone())
        .on(sub!("${bucket}/*", bucket = arn))
        .sid("EncryptedInTransit")
        .when(Condition::new(Operator::Bool, "aws:SecureTransport", "false"))]
}
