//! [`World::permits`]: whether a role may call an action on a resource, as far as the templates say.
//!
//! In: the policies of a role, in its own properties and in those of policies that are attached to it. Out: yes, no, or unknown, if it
//! has a policy that no template spells out. It refuses to evaluate conditions and `Deny`: a statement that may allow counts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::text::{self, matches};
use crate::world::{Resource, World};

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    Unknown,
}

/// Places of policies among the resources, by the stack and logical ID of the role that they belong to.
pub(crate) type Held = BTreeMap<(String, String), Vec<usize>>;

/// A policy document, and the resource and path where it is.
pub(crate) struct Document<'a> {
    pub(crate) resource: &'a Resource,
    pub(crate) path: String,
    pub(crate) value: &'a Value,
}

/// The statements of a document, with their paths in it.
pub(crate) fn statements<'a>(document: &'a Value, path: &str) -> Vec<(String, &'a Value)> {
    match document.get("Statement") {
        Some(Value::Array(all)) => {
            all.iter().enumerate().map(|(at, one)| (format!("{path}/Statement/{at}"), one)).collect()
        }
        Some(one @ Value::Object(_)) => vec![(format!("{path}/Statement"), one)],
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Vec::new(),
    }
}

/// The texts of a member that is a text or a list of texts; `None` if one of them is something else.
pub(crate) fn texts<'a>(value: &'a Value, member: &str) -> Option<Vec<&'a str>> {
    match value.get(member)? {
        Value::String(one) => Some(vec![one]),
        Value::Array(all) => all.iter().map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

impl World {
    /// The policy documents of a role, and whether they are all of its policies.
    pub(crate) fn policies<'a>(&'a self, role: &'a Resource) -> (Vec<Document<'a>>, bool) {
        let mut found = Vec::new();
        for (path, policy) in role.items("Policies") {
            if let Some(value) = policy.get("PolicyDocument") {
                found.push(Document { resource: role, path: format!("{path}/PolicyDocument"), value });
            }
        }
        let mut is_whole = true;
        let attached = role.items("ManagedPolicyArns");
        for (_, one) in &attached {
            let policy = one.as_str().and_then(|text| self.target("AWS::IAM::ManagedPolicy", text));
            is_whole &= policy.is_some();
            found.extend(policy.and_then(document));
        }
        is_whole &= role.get("ManagedPolicyArns").is_none_or(Value::is_array);
        is_whole &= role.get("Policies").is_none_or(Value::is_array);
        let held = self.held().get(&(role.stack.clone(), role.id.clone()));
        found.extend(held.into_iter().flatten().filter_map(|at| document(self.at(*at)?)));
        (found, is_whole)
    }

    /// The places of the policies that name a role, in the order of types, by the role's stack and logical ID.
    pub(crate) fn held_policies(&self) -> Held {
        let mut found = Held::new();
        for kind in ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"] {
            for at in self.places_of(kind) {
                let Some(policy) = self.at(*at) else { continue };
                let names = policy.items("Roles").into_iter().chain(policy.items("RoleName"));
                let roles = names.filter_map(|(_, one)| self.target("AWS::IAM::Role", one.as_str()?));
                for role in roles {
                    let places = found.entry((role.stack.clone(), role.id.clone())).or_default();
                    if !places.contains(at) {
                        places.push(*at);
                    }
                }
            }
        }
        found
    }

    /// Whether a role may call an action on a resource.
    pub(crate) fn permits(&self, role: &Resource, action: &str, on: &Resource) -> Answer {
        self.may(role, action, |pattern| self.touches(pattern, on))
    }

    /// Whether a role may call an action on anything.
    pub(crate) fn permits_any(&self, role: &Resource, action: &str) -> Answer {
        self.may(role, action, |_| true)
    }

    fn may(&self, role: &Resource, action: &str, touches: impl Fn(&str) -> bool) -> Answer {
        let (documents, is_whole) = self.policies(role);
        let allows = documents.iter().any(|document| {
            statements(document.value, "").iter().any(|(_, one)| allows(one, action, &touches))
        });
        match (allows, is_whole) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::No,
            (false, false) => Answer::Unknown,
        }
    }

    /// Whether a pattern of resources may include a resource: it refers to it, has its name, or is open before the name.
    pub(crate) fn touches(&self, pattern: &str, on: &Resource) -> bool {
        let mine = format!("{}/{}", on.stack, on.id);
        let mut others = text::placeholders(pattern).filter(|name| !name.starts_with("AWS::")).peekable();
        if others.peek().is_some() {
            return others.any(|name| {
                // What refers to something outside of the templates may be this one.
                name == mine
                    || name.strip_prefix(&mine).is_some_and(|rest| rest.starts_with('.'))
                    || self.referred(&format!("${{{name}}}")).is_none()
            });
        }
        let last = pattern.rsplit(':').next().unwrap_or(pattern);
        let named = on.name().is_some_and(|name| last.contains(name));
        // Without a name of its own, it can only be meant by a pattern.
        named || last.contains('*')
    }
}

/// The documents in a role or a policy of IAM.
pub(crate) fn documents(resource: &Resource) -> Vec<Document<'_>> {
    if !resource.kind.starts_with("AWS::IAM::") {
        return Vec::new();
    }
    let inline = resource.items("Policies").into_iter().filter_map(|(path, policy)| {
        let value = policy.get("PolicyDocument")?;
        Some(Document { resource, path: format!("{path}/PolicyDocument"), value })
    });
    inline.chain(document(resource)).collect()
}

/// The document of a policy.
fn document(policy: &Resource) -> Option<Document<'_>> {
    let value = policy.get("PolicyDocument")?;
    Some(Document { resource: policy, path: "PolicyDocument".to_owned(), value })
}

/// Whether a statement may allow an action on something.
fn allows(statement: &Value, action: &str, touches: &impl Fn(&str) -> bool) -> bool {
    if statement.get("Effect").and_then(Value::as_str) != Some("Allow") {
        return false;
    }
    let of_action = match (texts(statement, "Action"), texts(statement, "NotAction")) {
        (Some(all), _) => all.iter().any(|one| matches(one, action)),
        (None, Some(none)) => !none.iter().any(|one| matches(one, action)),
        // A list that is not known may have it.
        (None, None) => true,
    };
    of_action && texts(statement, "Resource").is_none_or(|all| all.iter().any(|one| touches(one)))
}
