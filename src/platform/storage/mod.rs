//! The storage stage: the KMS key, the buckets, the alarm topic and the key of keyed hashes.
//!
//! In a protected environment, resources that store data are retained when they are removed from the template: a
//! retained bucket can be emptied later, but a deleted one cannot be restored. Any other environment deletes them.

mod bucket;
mod key;
mod topic;

use strataform_resources::kind::{KMSKey, S3Bucket, SNSTopic, SecretsManagerSecret};
use strataform_resources::kms::Alias;
use strataform_resources::secretsmanager::{GenerateSecretString, Secret};
use strataform_template::{Arn, Name, Value};

use super::{Context, Export, Stack, StackName};
use crate::model::{Origin, Sensitivity, Stage};

/// The exports of the storage stage to other stages.
#[derive(Clone, Debug)]
pub struct Exports {
    /// The key that encrypts everything that is stored.
    pub key: Export<Arn<KMSKey>>,
    /// Records as they arrived: `<dataset>/year=…/month=…/day=…/hour=…/` from streams, `<dataset>/…` from uploaded
    /// files; `_errors/<dataset>/` contains records that Firehose could not deliver.
    pub raw: Bucket,
    /// Cleaned records as files of runs, and the manifests of runs: `<dataset>/`.
    pub curated: Bucket,
    /// Iceberg tables: `<database>.db/<dataset>/`; only if a dataset is an Iceberg table.
    pub tables: Option<Bucket>,
    /// Rejected records: `<dataset>/`.
    pub quarantine: Bucket,
    /// Scripts, SQL and templates: `assets/<sha-256>/<file>`.
    pub artifacts: Bucket,
    /// The topic that alarms notify.
    pub topic: Export<Arn<SNSTopic>>,
    /// The key of keyed hashes; only if a dataset has a hashed column.
    pub hash_key: Option<Export<Arn<SecretsManagerSecret>>>,
}

/// Days for which S3 keeps an overwritten or deleted object of a bucket with data. They count in the retention.
pub const NONCURRENT_DAYS: u64 = 1;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: Export<Name<S3Bucket>>,
    /// Its ARN.
    pub arn: Export<Arn<S3Bucket>>,
}

/// The storage stack.
#[must_use]
pub fn stack(context: Context<'_>) -> (Stack, Exports) {
    let name = StackName::first(Stage::Storage);
    let title = &context.platform.title;
    let mut stack = Stack::new(name, format!("{title}: KMS key, buckets and alarm topic"));
    let key = stack.add("key", context.store(key::key(context)));
    stack.add("key/alias", Alias::new(format!("alias/{}", context.prefix()), key.reference().assume()));
    let key_arn = stack.export::<Arn<KMSKey>>("key/arn", key.arn(), "KMS key that encrypts all stored data");
    let logs = bucket::access_logs(&mut stack, context);
    let keep = context.environment.settings.retention;
    let mut add = |purpose| bucket::add(&mut stack, context, purpose, &key.arn(), &logs, keep);
    let raw = add(bucket::Purpose::Raw);
    let curated = add(bucket::Purpose::Curated);
    let tables = context.platform.has_iceberg().then(|| add(bucket::Purpose::Tables));
    let quarantine = add(bucket::Purpose::Quarantine);
    let artifacts = add(bucket::Purpose::Artifacts);
    let topic = stack.within(Origin::Alarms, |stack| topic::add(stack, context, &key.arn()));
    let hash_key = hashes(context).then(|| hash_key(&mut stack, context, &key.arn()));
    (stack, Exports { key: key_arn, raw, curated, tables, quarantine, artifacts, topic, hash_key })
}

fn hashes(context: Context<'_>) -> bool {
    let mut columns = context.platform.datasets.iter().flat_map(|dataset| &dataset.columns);
    columns.any(|column| column.sensitivity == Some(Sensitivity::Hash))
}

/// A random key: without it, no one can match a hash against a list of known addresses.
fn hash_key(
    stack: &mut Stack,
    context: Context<'_>,
    key: &Value<Arn<KMSKey>>,
) -> Export<Arn<SecretsManagerSecret>> {
    let random = GenerateSecretString::new().password_length(64).exclude_punctuation(true);
    let secret = Secret::new()
        .description("Key of the hashes of sensitive columns. A different key gives different hashes.")
        .generate_secret_string(random)
        .kms_key_id(key.clone())
        .tags(context.tags());
    // Rotation would change every hash, so that old and new records of one person no longer match.
    let declared = context
        .store(secret)
        .metadata("checkov", skip(&[("CKV_AWS_149", "it uses the platform's KMS key, by reference")]));
    let secret = stack.add("hash/key", declared);
    stack.export("hash/key/arn", secret.reference(), "Secret with the key of the hashes of sensitive columns")
}

/// The metadata that tells Checkov which checks to skip, and why.
pub(crate) fn skip(checks: &[(&'static str, &'static str)]) -> strataform_template::Node {
    use strataform_template::{Node, Object};
    let one = |(id, comment): &(&'static str, &'static str)| {
        Node::from(Object::from([("id", Node::from(*id)), ("comment", Node::from(*comment))]))
    };
    Node::from(Object::from([("skip", Node::List(checks.iter().map(one).collect()))]))
}
