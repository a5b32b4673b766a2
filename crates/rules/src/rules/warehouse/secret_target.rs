//! A secret is attached to what its target type says.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SECRET_TARGET "GEN0662" Error
        "A secret is attached to a resource of another type."
        "Secrets Manager looks for the target among resources of `TargetType`, and the attachment fails if it is of another one (AWS CloudFormation template reference, \"AWS::SecretsManager::SecretTargetAttachment\"). Name the type of the resource."
        Template {
            bad: r"
Resources:
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop}}
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {SecretId: admin, TargetId: !Ref Namespace, TargetType: AWS::Redshift::Cluster}
",
            good: r"
Resources:
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop}}
  Attachment:
    Type: AWS::SecretsManager::SecretTargetAttachment
    Properties: {SecretId: admin, TargetId: !Ref Namespace, TargetType: AWS::RedshiftServerless::Namespace}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for attachment in world.of_type("AWS::SecretsManager::SecretTargetAttachment") {
        let target = attachment.text("TargetId").and_then(|id| world.referred(id));
        let (Some(target), Some(kind)) = (target, attachment.literal("TargetType")) else { continue };
        let is_database = |service| target.kind.starts_with(service);
        if target.kind == kind || !SERVICES.into_iter().any(is_database) {
            continue;
        }
        let about = words(
            format!("`{}` attaches its secret to a resource of another type", attachment.id),
            format!("`{}` is of the type {}, not {kind}", target.id, target.kind),
            format!("set `TargetType` to {}", target.kind),
        );
        report.property(SECRET_TARGET, attachment, "TargetType", about);
    }
}

/// Services whose resources take secrets; others, such as parameters, only hold an ID.
const SERVICES: [&str; 4] = ["AWS::DocDB::", "AWS::RDS::", "AWS::Redshift::", "AWS::RedshiftServerless::"];
