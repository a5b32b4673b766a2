//! A workgroup serves a namespace that exists.

use super::{NAMESPACE, WORKGROUP};
use crate::finding::{Report, words};
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) NAMESPACE_NAME "GEN0650" Warning
        "A workgroup names a namespace that no template declares."
        "The deployment of the workgroup fails if the namespace does not exist, and a namespace without a workgroup cannot be queried (Amazon Redshift management guide, \"Workgroups and namespaces\"). Refer to the namespace instead of repeating its name."
        Template {
            bad: r"
Resources:
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop}}
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop, NamespaceName: shop-dev}}
",
            good: r"
Resources:
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop}}
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop, NamespaceName: !Ref Namespace}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for workgroup in world.of_type(WORKGROUP) {
        let Some(name) = workgroup.literal("NamespaceName") else { continue };
        let names: Option<Vec<&str>> = world.of_type(NAMESPACE).map(Resource::name).collect();
        // Without a namespace, or with one whose name is not known, it may be another one.
        let Some(names) = names.filter(|names| !names.is_empty() && !names.contains(&name)) else { continue };
        let about = words(
            format!("`{}` names the unknown namespace `{name}`", workgroup.id),
            format!("the templates declare {}", names.join(", ")),
            "refer to the namespace: `!Ref`",
        );
        report.property(NAMESPACE_NAME, workgroup, "NamespaceName", about);
    }
}
