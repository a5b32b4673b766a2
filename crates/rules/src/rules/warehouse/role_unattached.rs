//! A role for Redshift is attached to a warehouse.

use serde_json::Value;

use super::{attached, trusted};
use crate::finding::{Report, words};
use crate::text;
use crate::world::{Resource, World};

strataform_diagnostic::codes! {
    pub(crate) ROLE_UNATTACHED "GEN0658" Warning
        "A role for Redshift is attached to no warehouse."
        "A statement can use only the roles that are attached to its namespace or cluster: COPY with another one fails, although its policies and trust are right (Amazon Redshift management guide, \"Associating IAM roles with clusters\"). Add the role to `IamRoles`."
        Template {
            bad: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: redshift.amazonaws.com}, Action: "sts:AssumeRole"}]
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop}}
"#,
            good: r#"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: redshift.amazonaws.com}, Action: "sts:AssumeRole"}]
  Namespace: {Type: AWS::RedshiftServerless::Namespace, Properties: {NamespaceName: shop, IamRoles: [!GetAtt Role.Arn]}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    // A list that is not known may have the role.
    let is_known = |(_, roles): (&Resource, Vec<(String, &Value)>)| {
        roles.iter().all(|(path, one)| {
            path != "IamRoles"
                && one.as_str().is_some_and(|one| text::is_known(one) || world.referred(one).is_some())
        })
    };
    if attached(world).next().is_none() || !attached(world).all(is_known) {
        return;
    }
    for role in world.of_type("AWS::IAM::Role").filter(|role| !world.may_grow(role)) {
        let is_service =
            |name: &&str| name.starts_with("redshift.") || name.starts_with("redshift-serverless.");
        if trusted(role).is_none_or(|services| !services.iter().all(is_service)) || is_used(world, role) {
            continue;
        }
        let about = words(
            format!("the role `{}` is attached to no warehouse", role.id),
            "a statement can use only roles that are attached to its namespace or cluster",
            "add the role to the `IamRoles` of the namespace or cluster",
        );
        report.resource(ROLE_UNATTACHED, role, about);
    }
}

/// Whether a resource that is not a policy refers to a role, or names it.
fn is_used(world: &World, role: &Resource) -> bool {
    let own = format!("${{{}/{}", role.stack, role.id);
    let name = role.name();
    let mut is_used = false;
    // Where all stacks are known, only a warehouse can attach it; a statement elsewhere that names it fails.
    let may_attach = |one: &&Resource| !world.is_whole || one.kind.starts_with("AWS::Redshift");
    for one in world.all().filter(|one| *one != role && !one.kind.ends_with("Policy")).filter(may_attach) {
        text::each("", &one.properties, &mut |_, text| {
            let refers = |rest: &str| rest.starts_with(['.', '}']);
            is_used |= text.match_indices(&own).any(|(at, _)| refers(&text[at + own.len()..]));
            is_used |= name.is_some_and(|name| text.contains(name));
        });
    }
    is_used
}
