//! The KMS key that encrypts everything that the platform stores.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::kms::Key;
use strataform_template::{pseudo, sub};

use crate::platform::Context;

/// The key, which is rotated every year. The key policy delegates to IAM: roles of the account use the key as far as
/// their own policies allow.
pub(super) fn key(context: Context<'_>) -> Key {
    let policy =
        PolicyDocument::new([administration(), use_by_roles(), grants_to_services(), logs(), messages()]);
    Key::new()
        .description(format!("Encrypts all data of {}", context.prefix()))
        .enable_key_rotation(true)
        .pending_window_in_days(30)
        .key_policy(policy)
        .tags(context.tags())
}

fn administration() -> Statement {
    Statement::allow([
        action!("kms:CancelKeyDeletion"),
        action!("kms:CreateAlias"),
        action!("kms:DeleteAlias"),
        action!("kms:DescribeKey"),
        action!("kms:DisableKey"),
        action!("kms:DisableKeyRotation"),
        action!("kms:EnableKey"),
        action!("kms:EnableKeyRotation"),
        action!("kms:GetKeyPolicy"),
        action!("kms:GetKeyRotationStatus"),
        action!("kms:ListAliases"),
        action!("kms:ListGrants"),
        action!("kms:ListKeyPolicies"),
        action!("kms:ListResourceTags"),
        action!("kms:PutKeyPolicy"),
        action!("kms:RevokeGrant"),
        action!("kms:ScheduleKeyDeletion"),
        action!("kms:TagResource"),
        action!("kms:UntagResource"),
        action!("kms:UpdateAlias"),
        action!("kms:UpdateKeyDescription"),
    ])
    .by(Principal::account(pseudo::account_id()))
    .on("*")
    .sid("Administration")
}

fn use_by_roles() -> Statement {
    Statement::allow([
        action!("kms:Decrypt"),
        action!("kms:Encrypt"),
        action!("kms:GenerateDataKey"),
        action!("kms:GenerateDataKeyWithoutPlaintext"),
        action!("kms:ReEncryptFrom"),
        action!("kms:ReEncryptTo"),
    ])
    .by(Principal::account(pseudo::account_id()))
    .on("*")
    .sid("UseByTheRolesOfTheAccount")
}

/// Only AWS services, such as Kinesis, Redshift and Secrets Manager, can create grants.
fn grants_to_services() -> Statement {
    Statement::allow([action!("kms:CreateGrant")])
        .by(Principal::account(pseudo::account_id()))
        .on("*")
        .sid("GrantsToServices")
        .when(Condition::new(Operator::Bool, "kms:GrantIsForAWSResource", "true"))
}

/// CloudWatch Logs encrypts log groups, only those of this account.
fn logs() -> Statement {
    Statement::allow([
        action!("kms:Decrypt"),
        action!("kms:DescribeKey"),
        action!("kms:Encrypt"),
        action!("kms:GenerateDataKey"),
        action!("kms:ReEncryptFrom"),
        action!("kms:ReEncryptTo"),
    ])
    .by(Principal::service("logs.amazonaws.com"))
    .on("*")
    .sid("Logs")
    .when(Condition::new(
        Operator::ArnLike,
        "kms:EncryptionContext:aws:logs:arn",
        sub!(
            "arn:${partition}:logs:${region}:${account}:log-group:*",
            partition = pseudo::partition(),
            region = pseudo::region(),
            account = pseudo::account_id()
        ),
    ))
}

/// Alarms publish to the topic, which is encrypted. Assumes `source-account`.
fn messages() -> Statement {
    Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")])
        .by(Principal::service("cloudwatch.amazonaws.com"))
        .on("*")
        .sid("Alarms")
        .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()))
}
