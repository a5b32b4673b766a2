//! The role with which analysts query the views of dashboards: in query editor v2, or by the Data API.

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::{ManagedPolicy, Role};
use strataform_template::{AnyArn, Expression, Value, pseudo, sub};

use super::super::access::{Edge, people};
use super::super::{Context, Stack};
use super::sql;

/// Adds the role, unless the settings name no analysts.
///
/// Redshift makes a database user for whoever assumes the role, and gives that user the database role of its tag. The
/// user reads what dashboards read, and nothing else. Assumes `role-tag`.
pub(super) fn add(stack: &mut Stack, context: Context<'_>, warehouse: &Value<AnyArn>) {
    let analysts = &context.environment.settings.principals.analysts;
    if analysts.is_empty() {
        return;
    }
    let arns: Vec<Expression> = analysts.iter().map(|name| arn(name)).collect();
    // The condition can have wildcards, and names principals that do not exist yet; a principal cannot.
    let trust = Statement::allow([action!("sts:AssumeRole")])
        .by(Principal::account(pseudo::account_id()))
        .when(Condition::any_of(Operator::ArnLike, "aws:PrincipalArn", arns));
    let editor = sub!(
        "arn:${partition}:iam::aws:policy/AmazonRedshiftQueryEditorV2NoSharing",
        partition = pseudo::partition()
    );
    let tag = ("RedshiftDbRoles".to_owned(), sql::role_name(context, "reader"));
    let tags: Vec<_> = context.tags().into_iter().chain([tag]).collect();
    let role = Role::new(PolicyDocument::new([trust]))
        .description("Queries the views of dashboards")
        .managed_policy_arns([editor])
        .tags(tags);
    let role = stack.add("warehouse/analysts/role", role);
    let edges = [people::query(warehouse), super::credentials(context, warehouse)];
    let policy = ManagedPolicy::new(PolicyDocument::new(edges.into_iter().flat_map(Edge::statements)));
    stack.add("warehouse/analysts/policy", policy.roles([&role]));
    stack.export("warehouse/analysts/role/arn", role.arn(), "Role with which analysts query the warehouse");
}

/// The ARN of a role or user of the account.
fn arn(name: &str) -> Expression {
    sub!(
        "arn:${partition}:iam::${account}:${name}",
        partition = pseudo::partition(),
        account = pseudo::account_id(),
        name = name.to_owned()
    )
}
