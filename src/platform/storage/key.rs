//! The key of everything that is stored.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::kms::Key;
use strataform_template::{pseudo, sub};

use crate::platform::Context;

/// The key, which turns every year. What the account's roles may do with it is said by their own policies,
/// within what the account may.
pub(super) fn key(context: Context<'_>) -> Key {
    let policy =
        PolicyDocument::new([administration(), use_by_roles(), grants_to_services(), logs(), messages()]);
    Key::new()
        .description(format!("Everything that {} stores", context.prefix()))
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

/// Streams, warehouses and secrets hold grants of their own; nothing else may make one.
fn grants_to_services() -> Statement {
    Statement::allow([action!("kms:CreateGrant")])
        .by(Principal::account(pseudo::account_id()))
        .on("*")
        .sid("GrantsToServices")
        .when(Condition::new(Operator::Bool, "kms:GrantIsForAWSResource", "true"))
}

/// Log groups are encrypted by the service itself, for the groups of this account alone.
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

/// Alarms write to the topic, which is encrypted.
fn messages() -> Statement {
    Statement::allow([action!("kms:Decrypt"), action!("kms:GenerateDataKey")])
        .by(Principal::service("cloudwatch.amazonaws.com"))
        .on("*")
        .sid("Alarms")
        .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()))
}
