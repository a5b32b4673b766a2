//! Who may do what: one role for each mover of data, made of the edges along which it moves them.
//!
//! In: the service that takes the role on, and its [`Edge`]s in the data-flow graph. Out: a role and a
//! managed policy with exactly the actions that the edges need, each on the one thing it is about, with
//! conditions against confused deputies.
//!
//! It refuses actions that no edge needs: what a mover may do is said by edges only, and each kind of edge
//! is one function in one of the files here.

pub mod catalogue;
pub mod dashboards;
pub mod flow;
pub mod jobs;
pub mod logs;
pub mod objects;
pub mod streams;
pub mod warehouse;

use strataform_policy::{Condition, Operator, PolicyDocument, Principal, Statement, action};
use strataform_resources::iam::{ManagedPolicy, Role};
use strataform_template::{AnyArn, Handle, IntoValue, Value, pseudo};

use super::{Context, Stack};

/// One way along which data moves: the statements that allow it, and no more.
#[derive(Clone, Debug)]
pub struct Edge {
    statements: Vec<Statement>,
}

impl Edge {
    pub(crate) fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self { statements: statements.into_iter().collect() }
    }
}

/// What moves data: a service that takes a role on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mover {
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
    /// `events.amazonaws.com`
    EventBridge,
    /// `quicksight.amazonaws.com`
    QuickSight,
    /// `vpc-flow-logs.amazonaws.com`
    FlowLogs,
}

impl Mover {
    fn services(self) -> &'static [&'static str] {
        match self {
            Mover::Firehose => &["firehose.amazonaws.com"],
            Mover::Glue => &["glue.amazonaws.com"],
            Mover::Redshift => &["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"],
            Mover::StepFunctions => &["states.amazonaws.com"],
            Mover::Scheduler => &["scheduler.amazonaws.com"],
            Mover::EventBridge => &["events.amazonaws.com"],
            Mover::QuickSight => &["quicksight.amazonaws.com"],
            Mover::FlowLogs => &["vpc-flow-logs.amazonaws.com"],
        }
    }
}

/// A role with its policy. What uses the role should depend on the policy, which is attached after the
/// role is made.
#[derive(Clone, Debug)]
pub struct Access {
    /// The role.
    pub role: Handle<Role>,
    /// What it may do.
    pub policy: Handle<ManagedPolicy>,
}

/// Adds the role of a mover, and the policy of its edges, under the words of `path`.
pub fn grant(
    stack: &mut Stack,
    context: Context<'_>,
    path: &str,
    mover: Mover,
    edges: impl IntoIterator<Item = Edge>,
) -> Access {
    grant_tagged(stack, context, path, mover, edges, Vec::new())
}

/// The same, with tags of the role beside those of everything: a service may read who the role is from them.
pub fn grant_tagged(
    stack: &mut Stack,
    context: Context<'_>,
    path: &str,
    mover: Mover,
    edges: impl IntoIterator<Item = Edge>,
    tags: Vec<(String, String)>,
) -> Access {
    let trust = mover.services().iter().map(|service| {
        Statement::allow([action!("sts:AssumeRole")])
            .by(Principal::service(*service))
            // Only on behalf of this account: no one else's delivery or job can make the service use it.
            .when(Condition::new(Operator::StringEquals, "aws:SourceAccount", pseudo::account_id()))
    });
    let tags: Vec<_> = context.tags().into_iter().chain(tags).collect();
    let role = Role::new(PolicyDocument::new(trust)).tags(tags);
    let role = stack.add(format!("{path}/role"), role);
    let mut statements: Vec<Statement> = Vec::new();
    for statement in edges.into_iter().flat_map(|edge| edge.statements) {
        // Edges to one bucket say some things twice, and a policy has at most 6,144 characters.
        if !statements.contains(&statement) {
            statements.push(statement);
        }
    }
    let policy = ManagedPolicy::new(PolicyDocument::new(statements)).roles([&role]);
    let policy = stack.add(format!("{path}/policy"), policy);
    Access { role, policy }
}

/// Adds a policy that nobody has yet, for who is not of the platform: a producer, a service of the account. Its ARN
/// is an output, under the words of `path`; it is attached to roles elsewhere.
pub fn offer(stack: &mut Stack, path: &str, what: &'static str, edges: impl IntoIterator<Item = Edge>) {
    let statements = edges.into_iter().flat_map(|edge| edge.statements);
    let policy = ManagedPolicy::new(PolicyDocument::new(statements)).description(what);
    let policy = stack.add(format!("{path}/policy"), policy);
    stack.export(format!("{path}/policy/arn"), policy.policy_arn(), what);
}

/// For actions that know no single resource; each edge that needs it says why.
fn everything() -> Value<AnyArn> {
    "*".into_value()
}
