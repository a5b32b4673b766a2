//! The readers: one per kind of access.
//!
//! In: a resource. Out: its rules.
//!
//! They refuse to compare: a rule says what is so on one side.

pub(crate) mod document;
mod flag;
pub(crate) mod iam;
mod lake;
mod permission;
mod quicksight;
mod security_group;
mod share;
pub(crate) mod statement;
mod storage;

use crate::facts::Reader;

/// Reads a resource with the readers that know its type, and every policy document in it.
pub(crate) fn read(reader: &mut Reader<'_>) {
    if reader.properties.is_null() {
        return;
    }
    match reader.kind {
        "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => return iam::identity(reader),
        "AWS::IAM::Policy"
        | "AWS::IAM::ManagedPolicy"
        | "AWS::IAM::RolePolicy"
        | "AWS::IAM::UserPolicy"
        | "AWS::IAM::GroupPolicy" => return iam::policy(reader),
        "AWS::IAM::UserToGroupAddition" => return iam::members(reader),
        "AWS::Lambda::Permission" | "AWS::Lambda::LayerVersionPermission" | "AWS::Events::EventBusPolicy" => {
            permission::permission(reader);
        }
        "AWS::EC2::SecurityGroup" => security_group::group(reader),
        "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress" => {
            security_group::single(reader);
        }
        "AWS::EC2::NetworkAclEntry" => security_group::network_acl_entry(reader),
        "AWS::S3::Bucket" => storage::bucket(reader),
        "AWS::S3::AccessGrant" => storage::access_grant(reader),
        "AWS::SSO::PermissionSet" => share::permission_set(reader),
        "AWS::SSO::Assignment" => share::assignment(reader),
        "AWS::RAM::ResourceShare" => share::resource_share(reader),
        kind if kind.starts_with("AWS::QuickSight::") => quicksight::asset(reader),
        kind if kind.starts_with("AWS::LakeFormation::") => lake::read(reader),
        _ => {}
    }
    flag::read(reader);
    storage::public_access_block(reader);
    document::everywhere(reader);
}
