//! The default role of a namespace is one of its roles.

use serde_json::Value;

use super::NAMESPACE;
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DEFAULT_ROLE "GEN0652" Error
        "The default role of a namespace is not one of its roles."
        "Redshift Serverless refuses it: \"The list of customer IAM roles must contain the default IAM role\" (hashicorp/terraform-provider-aws#28980). Add the role to `IamRoles`."
        Template {
            bad: r#"
Resources:
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    Properties: {NamespaceName: shop, DefaultIamRoleArn: "arn:aws:iam::111122223333:role/copy"}
"#,
            good: r#"
Resources:
  Namespace:
    Type: AWS::RedshiftServerless::Namespace
    Properties:
      NamespaceName: shop
      DefaultIamRoleArn: arn:aws:iam::111122223333:role/copy
      IamRoles: ["arn:aws:iam::111122223333:role/copy"]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for namespace in world.of_type(NAMESPACE) {
        let Some(role) = namespace.text("DefaultIamRoleArn") else { continue };
        let all: Option<Vec<&str>> = match namespace.get("IamRoles") {
            None => Some(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(Value::as_str).collect(),
            Some(_) => None,
        };
        let Some(all) = all else { continue };
        // A reference and a text may be the same role, and so may two parameters.
        let is_same = |one: &&str| *one == role || is_open(world, one) || is_open(world, role);
        if all.iter().any(is_same) {
            continue;
        }
        let about = words(
            format!("the default role of `{}` is not one of its roles", namespace.id),
            "Redshift Serverless refuses a default role that `IamRoles` lacks",
            "add the role to `IamRoles`",
        );
        report.property(DEFAULT_ROLE, namespace, "DefaultIamRoleArn", about);
    }
}

/// Whether a text may be any role: it has a placeholder that is not a resource of the templates.
fn is_open(world: &World, role: &str) -> bool {
    !text::is_known(role) && world.referred(role).is_none()
}
