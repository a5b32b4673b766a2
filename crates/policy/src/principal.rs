//! The principals of a statement.

use strataform_template::{AnyArn, IntoValue, Node, NodeText, Object, Text};

/// A principal in a resource-based policy or a trust policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Anyone,
    Of(&'static str, Node),
}

impl Principal {
    /// Everyone. Use it only with a condition, or in a statement that denies.
    #[must_use]
    pub const fn anyone() -> Self {
        Self(Kind::Anyone)
    }

    /// An AWS service, such as `glue.amazonaws.com`.
    #[must_use]
    pub fn service(name: impl Into<NodeText>) -> Self {
        Self(Kind::Of("Service", Node::Text(name.into())))
    }

    /// A role, user or account by ARN.
    #[must_use]
    pub fn aws(arn: impl IntoValue<AnyArn>) -> Self {
        Self(Kind::Of("AWS", arn.into_node()))
    }

    /// An account by its twelve digits: every principal that the account permits.
    #[must_use]
    pub fn account(id: impl IntoValue<Text>) -> Self {
        Self(Kind::Of("AWS", id.into_node()))
    }

    /// An identity provider.
    #[must_use]
    pub fn federated(provider: impl IntoValue<Text>) -> Self {
        Self(Kind::Of("Federated", provider.into_node()))
    }

    /// The canonical user of a CloudFront origin.
    #[must_use]
    pub fn canonical_user(id: impl IntoValue<Text>) -> Self {
        Self(Kind::Of("CanonicalUser", id.into_node()))
    }
}

/// Several principals in the form of a document: `"*"`, or lists by kind.
pub(crate) fn node(principals: Vec<Principal>) -> Node {
    let mut kinds = Object::new();
    for Principal(kind) in principals {
        let Kind::Of(name, value) = kind else {
            return Node::from("*");
        };
        match kinds.get_mut(name) {
            Some(Node::List(values)) => values.push(value),
            _ => {
                kinds.insert(name, Node::List(vec![value]));
            }
        }
    }
    let single = |(name, value): (NodeText, Node)| match value {
        Node::List(mut values) if values.len() == 1 => (name, values.pop().unwrap_or_default()),
        other => (name, other),
    };
    kinds.into_iter().map(single).collect::<Object>().into()
}
