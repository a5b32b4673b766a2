//! A password is managed, or given, not both.

use super::{CLUSTER, NAMESPACE};
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ADMIN_PASSWORD "GEN0655" Error
        "An administrator password is given and managed at once."
        "Redshift refuses a password where Secrets Manager manages it (AWS CloudFormation template reference, \"AWS::RedshiftServerless::Namespace\" and \"AWS::Redshift::Cluster\": the password cannot be used if it is managed). Keep `ManageAdminPassword` or `ManageMasterPassword`, and remove the password."
        Template {
            bad: r#"
Resources:
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    Properties: {NamespaceName: shop, AdminUsername: boss, ManageAdminPassword: true, AdminUserPassword: "{{resolve:secretsmanager:boss}}"}
"#,
            good: r"
Resources:
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    Properties: {NamespaceName: shop, AdminUsername: boss, ManageAdminPassword: true}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let kinds = [
        (NAMESPACE, "ManageAdminPassword", "AdminUserPassword"),
        (CLUSTER, "ManageMasterPassword", "MasterUserPassword"),
    ];
    for (kind, managed, given) in kinds {
        for one in world.of_type(kind).filter(|one| one.flag(managed) == Some(true)) {
            // What is known only at deployment may be nothing.
            let is_dynamic = |text: &str| text.contains(text::DYNAMIC);
            let is_set = |text| text::is_known(text) || is_dynamic(text) || world.referred(text).is_some();
            if !one.text(given).is_some_and(is_set) {
                continue;
            }
            let about = words(
                format!("the password of `{}` is both given and managed", one.id),
                format!("Redshift refuses `{given}` where `{managed}` is true"),
                format!("remove `{given}`"),
            );
            report.property(ADMIN_PASSWORD, one, given, about);
        }
    }
}
