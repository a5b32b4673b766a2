//! Documents and their statements.

use strataform_template::{AnyArn, IntoValue, Json, Node, NodeText, Object};

use crate::action::Action;
use crate::condition::Condition;
use crate::principal::{self, Principal};

/// A policy document of the current version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyDocument {
    statements: Vec<Statement>,
}

impl PolicyDocument {
    /// A document with these statements.
    #[must_use]
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self { statements: statements.into_iter().collect() }
    }

    /// Appends a statement.
    #[must_use]
    pub fn statement(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// The document as an object.
    #[must_use]
    pub fn into_object(self) -> Object {
        let statements = self.statements.into_iter().map(Statement::into_node).collect();
        Object::from([("Version", Node::from("2012-10-17")), ("Statement", Node::List(statements))])
    }
}

impl IntoValue<Json> for PolicyDocument {
    fn into_node(self) -> Node {
        self.into_object().into()
    }
}

impl From<PolicyDocument> for Node {
    fn from(document: PolicyDocument) -> Self {
        document.into_object().into()
    }
}

/// A statement without a resource or a principal: it needs one of the two before a document accepts it.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Draft(Statement);

impl Draft {
    /// Adds a resource: for an identity-based policy.
    pub fn on(self, resource: impl IntoValue<AnyArn>) -> Statement {
        self.0.on(resource)
    }

    /// Adds `NotResource`: everything but this resource.
    pub fn except_on(mut self, resource: impl IntoValue<AnyArn>) -> Statement {
        self.0.all_but_resources = true;
        self.0.on(resource)
    }

    /// Adds a principal: for a trust policy or, with [`Statement::on`], a resource-based policy.
    pub fn by(self, principal: Principal) -> Statement {
        self.0.by(principal)
    }

    /// Adds `NotPrincipal`: everyone but this principal.
    pub fn except_by(mut self, principal: Principal) -> Statement {
        self.0.all_but_principals = true;
        self.0.by(principal)
    }
}

/// One statement of a document.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Statement {
    sid: Option<NodeText>,
    effect: &'static str,
    actions: Vec<Action>,
    all_but_actions: bool,
    principals: Vec<Principal>,
    all_but_principals: bool,
    resources: Vec<Node>,
    all_but_resources: bool,
    conditions: Vec<Condition>,
}

impl Statement {
    /// Whether another statement says the same about these actions, and perhaps about more.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let same = Self { actions: other.actions.clone(), ..self.clone() };
        let is_part = self.actions.iter().all(|action| other.actions.contains(action));
        same == *other && (is_part && !self.all_but_actions || self.actions == other.actions)
    }

    /// Allows these actions, of which there must be at least one.
    pub fn allow<const N: usize>(actions: [Action; N]) -> Draft {
        const { assert!(N > 0, "a statement without actions allows nothing") };
        Draft(Self { effect: "Allow", actions: actions.into(), ..Self::default() })
    }

    /// Denies these actions, of which there must be at least one.
    pub fn deny<const N: usize>(actions: [Action; N]) -> Draft {
        const { assert!(N > 0, "a statement without actions denies nothing") };
        Draft(Self { effect: "Deny", actions: actions.into(), ..Self::default() })
    }

    /// Denies everything but these actions.
    pub fn deny_all_but<const N: usize>(actions: [Action; N]) -> Draft {
        const { assert!(N > 0, "a statement without actions denies everything") };
        Draft(Self { effect: "Deny", actions: actions.into(), all_but_actions: true, ..Self::default() })
    }

    /// Adds another resource.
    pub fn on(mut self, resource: impl IntoValue<AnyArn>) -> Self {
        self.resources.push(resource.into_node());
        self
    }

    /// Adds another principal.
    pub fn by(mut self, principal: Principal) -> Self {
        self.principals.push(principal);
        self
    }

    /// The statement's `Sid`: letters and digits.
    pub fn sid(mut self, sid: impl Into<NodeText>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// Adds a condition; all conditions must hold.
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    fn into_node(self) -> Node {
        let mut out = Object::new();
        if let Some(sid) = self.sid {
            out.insert("Sid", Node::Text(sid));
        }
        out.insert("Effect", self.effect);
        if !self.principals.is_empty() {
            let key = if self.all_but_principals { "NotPrincipal" } else { "Principal" };
            out.insert(key, principal::node(self.principals));
        }
        let actions = self.actions.into_iter().map(|action| Node::Text(action.into_text())).collect();
        out.insert(if self.all_but_actions { "NotAction" } else { "Action" }, one_or_list(actions));
        if !self.resources.is_empty() {
            out.insert(
                if self.all_but_resources { "NotResource" } else { "Resource" },
                one_or_list(self.resources),
            );
        }
        if !self.conditions.is_empty() {
            out.insert("Condition", conditions(self.conditions));
        }
        Node::Object(out)
    }
}

fn one_or_list(mut items: Vec<Node>) -> Node {
    if items.len() == 1 { items.pop().unwrap_or_default() } else { Node::List(items) }
}

/// Operator → key → values. A key that is used twice with the same operator keeps all its values.
fn conditions(conditions: Vec<Condition>) -> Node {
    let mut out = Object::new();
    for Condition { operator, key, values } in conditions {
        if out.get(&operator).is_none() {
            out.insert(operator.clone(), Node::Object(Object::new()));
        }
        if let Some(Node::Object(keys)) = out.get_mut(&operator) {
            let merged = match keys.remove(&key) {
                None => values,
                Some(earlier) => {
                    Node::List(into_list(earlier).into_iter().chain(into_list(values)).collect())
                }
            };
            keys.insert(key, merged);
        }
    }
    Node::Object(out)
}

fn into_list(node: Node) -> Vec<Node> {
    match node {
        Node::List(items) => items,
        other => vec![other],
    }
}
