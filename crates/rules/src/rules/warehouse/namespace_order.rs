//! A workgroup is made after its namespace.

use super::{NAMESPACE, WORKGROUP};
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) NAMESPACE_ORDER "GEN0651" Warning
        "A workgroup may be made before its namespace."
        "CloudFormation makes resources at once that do not refer to each other: a workgroup that names its namespace by a text is refused if the namespace does not exist yet (AWS CloudFormation user guide, \"DependsOn attribute\"). Refer to the namespace, or add `DependsOn`."
        Template {
            bad: r"
Resources:
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop}}
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop, NamespaceName: shop}}
",
            good: r"
Resources:
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop}}
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    DependsOn: Namespace
    Properties: {WorkgroupName: shop, NamespaceName: shop}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for workgroup in world.of_type(WORKGROUP) {
        let name = workgroup.literal("NamespaceName");
        let is_own = |one: &&Resource| one.stack == workgroup.stack && name.is_some() && one.name() == name;
        let Some(namespace) = world.of_type(NAMESPACE).find(is_own) else { continue };
        if world.is_after(workgroup, namespace) {
            continue;
        }
        let about = words(
            format!("`{}` may be made before its namespace `{}`", workgroup.id, namespace.id),
            "it neither refers to the namespace nor depends on it",
            format!("write `!Ref {}`, or add `DependsOn`", namespace.id),
        );
        report.property(NAMESPACE_ORDER, workgroup, "NamespaceName", about);
    }
}
