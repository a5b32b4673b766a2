//! Audit logs expire.

use super::NAMESPACE;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) AUDIT_LOG "GEN0661" Warning
        "A namespace exports logs to log groups without a retention."
        "Redshift creates the log groups of audit logs itself, and they never expire; the log of user activity holds the text of each query. It uses `/aws/redshift/NAMESPACE/LOG` if it exists (research on the warehouse, finding 22). Declare the log groups with `RetentionInDays`, and make the namespace after them."
        Template {
            bad: r"
Resources:
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    Properties: {NamespaceName: shop, LogExports: [useractivitylog]}
",
            good: r"
Resources:
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /aws/redshift/shop/useractivitylog, RetentionInDays: 90}
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    DependsOn: Log
    Properties: {NamespaceName: shop, LogExports: [useractivitylog]}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for namespace in world.of_type(NAMESPACE) {
        let Some(name) = namespace.literal("NamespaceName") else { continue };
        for (path, log) in namespace.items("LogExports") {
            let Some(log) = log.as_str() else { continue };
            let group = format!("/aws/redshift/{name}/{log}");
            let mut known = world.of_type("AWS::Logs::LogGroup");
            // A name that is not known may be this one.
            if known.any(|one| one.name().is_none_or(|own| own == group)) {
                continue;
            }
            let about = words(
                format!("the log `{log}` of `{}` never expires", namespace.id),
                format!("no template declares the log group `{group}`, so Redshift creates it"),
                "declare the log group with `RetentionInDays`, and make the namespace after it",
            );
            report.property(AUDIT_LOG, namespace, &path, about);
        }
    }
}
