//! Edges of jobs and crawlers: the script, logs, metrics and the key of keyed hashes.

use strataform_policy::{Condition, Operator, Statement, action};
use strataform_resources::kind::{KMSKey, S3Bucket, SecretsManagerSecret};
use strataform_template::{Arn, Expression, Value, pseudo, sub};

use super::{Edge, everything, objects};

/// Reads the script: an object below `assets/` whose name changes with its content. Assumes `script-without-list`.
#[must_use]
pub fn read_script(bucket: &Value<Arn<S3Bucket>>, key: &Value<Arn<KMSKey>>) -> Edge {
    objects::get(&objects::Objects { bucket, prefix: "assets/", key })
}

/// Reads a secret that is encrypted with the platform's key.
#[must_use]
pub fn read_secret(secret: &Value<Arn<SecretsManagerSecret>>, key: &Value<Arn<KMSKey>>) -> Edge {
    Edge::new([
        Statement::allow([action!("secretsmanager:GetSecretValue")]).on(secret),
        Statement::allow([action!("kms:Decrypt")]).on(key).when(Condition::new(
            Operator::StringEquals,
            "kms:ViaService",
            sub!("secretsmanager.${region}.amazonaws.com", region = pseudo::region()),
        )),
    ])
}

/// Writes logs to the log groups with this name prefix. Glue creates missing groups and encrypts them as the security
/// configuration specifies.
#[must_use]
pub fn write_logs(groups: &str) -> Edge {
    Edge::new([Statement::allow([
        action!("logs:AssociateKmsKey"),
        action!("logs:CreateLogGroup"),
        action!("logs:CreateLogStream"),
        action!("logs:PutLogEvents"),
    ])
    .on(log_groups(groups))])
}

/// The log groups and their streams: the ARN of a stream begins with that of its group.
fn log_groups(groups: &str) -> Expression {
    sub!(
        "arn:${partition}:logs:${region}:${account}:log-group:${groups}*",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        groups = groups.to_owned()
    )
}

/// Publishes the metrics of Glue; a script's own are lines of its log. The action does not support resource-level
/// permissions; the namespace narrows it. Assumes `embedded-metrics`.
#[must_use]
pub fn write_metrics() -> Edge {
    Edge::new([Statement::allow([action!("cloudwatch:PutMetricData")])
        .on(everything())
        .when(Condition::any_of(Operator::StringEquals, "cloudwatch:namespace", ["Glue"]))])
}

/// Reads the security configuration. The action does not support resource-level permissions.
#[must_use]
pub fn read_security_configuration() -> Edge {
    Edge::new([Statement::allow([action!("glue:GetSecurityConfiguration")]).on(everything())])
}
