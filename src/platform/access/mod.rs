//! Permissions: one IAM role for each service that moves data, built from the edges along which it moves them.
//!
//! In: the service that assumes the role, and its [`Edge`]s in the data-flow graph. Out: a role and a managed policy
//! with exactly the actions that the edges need, each on the one resource that it concerns, with conditions against
//! the confused deputy problem.
//!
//! It grants no action that no edge needs: only edges define the permissions of a role, and each kind of edge is one
//! function in a file of this module.

pub mod catalogue;
pub mod dashboards;
pub mod flow;
pub mod jobs;
pub mod logs;
pub mod objects;
pub mod people;
pub mod queues;
pub mod streams;
pub mod warehouse;

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::{ManagedPolicy, Role};
use strataform_template::{AnyArn, Handle, IntoValue, Value, pseudo};

use super::{Context, Stack};
use crate::model::WarehouseKind;

/// One path along which data moves: the statements that allow it, and no more.
#[derive(Clone, Debug)]
pub struct Edge {
    statements: Vec<Statement>,
}

impl Edge {
    pub(crate) fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self { statements: statements.into_iter().collect() }
    }

    /// The statements, for a role of people.
    pub(crate) fn statements(self) -> Vec<Statement> {
        self.statements
    }
}

/// The service that assumes a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceRole {
    /// `firehose.amazonaws.com`
    Firehose,
    /// `glue.amazonaws.com`
    Glue,
    /// `redshift.amazonaws.com` and `redshift-serverless.amazonaws.com`
    Redshift,
    /// `states.amazonaws.com`
    StepFunctions,
    /// `scheduler.amazonaws.com`
    Scheduler,
    /// `pipes.amazonaws.com`
    Pipes,
    /// `quicksight.amazonaws.com`
    QuickSight,
    /// `vpc-flow-logs.amazonaws.com`
    FlowLogs,
}

impl ServiceRole {
    fn services(self, context: Context<'_>) -> &'static [&'static str] {
        match self {
            ServiceRole::Firehose => &["firehose.amazonaws.com"],
            ServiceRole::Glue => &["glue.amazonaws.com"],
            ServiceRole::Redshift => match context.environment.settings.warehouse.kind {
                WarehouseKind::Serverless { .. } => {
                    &["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"]
                }
                WarehouseKind::Provisioned { .. } => &["redshift.amazonaws.com"],
            },
            ServiceRole::StepFunctions => &["states.amazonaws.com"],
            ServiceRole::Scheduler => &["scheduler.amazonaws.com"],
            ServiceRole::Pipes => &["pipes.amazonaws.com"],
            ServiceRole::QuickSight => &["quicksight.amazonaws.com"],
            ServiceRole::FlowLogs => &["vpc-flow-logs.amazonaws.com"],
        }
    }
}

/// A role with its policy. A resource that uses the role must depend on the policy, which is attached after the role
/// is created.
#[derive(Clone, Debug)]
pub struct Access {
    /// The role.
    pub role: Handle<Role>,
    /// The policy with its permissions.
    pub policy: Handle<ManagedPolicy>,
}

/// Adds the role of a service, and the policy of its edges, under the logical ID of `path`.
pub fn grant(
    stack: &mut Stack,
    context: Context<'_>,
    path: &str,
    service_role: ServiceRole,
    edges: impl IntoIterator<Item = Edge>,
) -> Access {
    grant_tagged(stack, context, path, service_role, edges, Vec::new())
}

/// Like [`grant`], with tags in addition to the common ones: a service can identify the role by them.
pub fn grant_tagged(
    stack: &mut Stack,
    context: Context<'_>,
    path: &str,
    service_role: ServiceRole,
    edges: impl IntoIterator<Item = Edge>,
    tags: Vec<(String, String)>,
) -> Access {
    let trust = service_role.services(context).iter().map(|service| {
        Statement::allow([action!("sts:AssumeRole")])
            .by(Principal::service(*service))
            // Only on behalf of this account: another account's delivery stream or job cannot make the service use it.
            // Assumes `source-account`.
            .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()))
    });
    let tags: Vec<_> = context.tags().into_iter().chain(tags).collect();
    let role = Role::new(PolicyDocument::new(trust)).tags(tags);
    let role = stack.add(format!("{path}/role"), role);
    let policy = ManagedPolicy::new(document(edges)).roles([&role]);
    let policy = stack.add(format!("{path}/policy"), policy);
    Access { role, policy }
}

/// Adds a standalone policy for a principal outside the platform: a producer, or a service of the account. It is
/// attached to roles elsewhere; its ARN is an output, under the logical ID of `path`.
pub fn standalone_policy(
    stack: &mut Stack,
    path: &str,
    what: &'static str,
    edges: impl IntoIterator<Item = Edge>,
) {
    policy_for_role(stack, path, what, None, edges);
}

/// Like [`standalone_policy`], and attached to a role of the account that exists already.
pub fn policy_for_role(
    stack: &mut Stack,
    path: &str,
    what: &'static str,
    role: Option<&str>,
    edges: impl IntoIterator<Item = Edge>,
) {
    let policy = ManagedPolicy::new(document(edges)).description(what);
    let policy = match role {
        Some(role) => policy.roles([role.to_owned()]),
        None => policy,
    };
    let policy = stack.add(format!("{path}/policy"), policy);
    stack.export(format!("{path}/policy/arn"), policy.policy_arn(), what);
}

/// The policy of edges: what each allows, once.
fn document(edges: impl IntoIterator<Item = Edge>) -> PolicyDocument {
    let mut statements: Vec<Statement> = Vec::new();
    for statement in edges.into_iter().flat_map(|edge| edge.statements) {
        // Edges to one bucket share some statements, and a policy has at most 6,144 characters.
        if !statements.iter().any(|one| statement.is_within(one)) {
            statements.retain(|one| !one.is_within(&statement));
            statements.push(statement);
        }
    }
    PolicyDocument::new(statements)
}

/// `*`, for actions that do not support resource-level permissions; each edge that uses it says why.
fn everything() -> Value<AnyArn> {
    "*".into_value()
}
