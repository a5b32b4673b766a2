//! Roles, users, groups, and their policies.
//!
//! In: a resource of IAM. Out: rules of the identities that have its policies, of who can assume a role, of attached
//! policies, boundaries and the length of sessions.
//!
//! It refuses to know the content of a policy that is not in the template: that is attached, or it is not.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::condition::Clause;
use crate::facts::{Holder, Reader};
use crate::grant::Effect;
use crate::item::Item;
use crate::json;
use crate::names::{self, Names, Resource};
use crate::read::statement::{self, Subject};
use crate::rule::{Rule, Standing};
use crate::set::Set;

const ROLE: &str = "AWS::IAM::Role";
const USER: &str = "AWS::IAM::User";
const GROUP: &str = "AWS::IAM::Group";
const POLICY: &str = "AWS::IAM::ManagedPolicy";

/// The properties that name identities, and their types.
const HOLDERS: [(&str, &str); 6] = [
    ("Roles", ROLE),
    ("Users", USER),
    ("Groups", GROUP),
    ("RoleName", ROLE),
    ("UserName", USER),
    ("GroupName", GROUP),
];

/// The length of a session, in seconds, of a role that does not state it.
const SESSION: &str = "3600";

/// The identities of the template that attach managed policies of the template, by the policy's key.
pub(crate) fn attached(resources: &[Resource], names: &Names) -> BTreeMap<String, Vec<Holder>> {
    let mut attached: BTreeMap<String, Vec<Holder>> = BTreeMap::new();
    for (id, resource) in resources {
        let kind = names::kind(resource);
        let Some(properties) = resource.get("Properties").filter(|_| [ROLE, USER, GROUP].contains(&kind))
        else {
            continue;
        };
        let name = names::physical_name(resource).filter(|name| !name.contains("${"));
        let key = holder_key(kind, &names.own(id));
        let holder = Holder { key, text: name.unwrap_or_else(|| id.clone()) };
        for arn in json::members(properties, "ManagedPolicyArns") {
            attached.entry(names.key(POLICY, &arn)).or_default().push(holder.clone());
        }
    }
    // Only policies of the template have rules to attach.
    let own: Vec<String> = resources
        .iter()
        .filter(|(_, resource)| names::kind(resource) == POLICY)
        .map(|(id, _)| names.own(id))
        .collect();
    attached.retain(|key, _| own.contains(key));
    for key in own {
        attached.entry(key).or_default();
    }
    attached
}

/// Keys of logical IDs are unique; names are unique per type.
fn holder_key(kind: &str, key: &str) -> String {
    if key.starts_with("${") { key.to_owned() } else { format!("{kind} {key}") }
}

/// Reads a role, a user or a group.
pub(crate) fn identity(reader: &mut Reader<'_>) {
    let holder = Holder { key: holder_key(reader.kind, &reader.own()), text: reader.title() };
    let identities = Subject::Identities(vec![(holder.clone(), Standing::Stated)]);
    let properties = reader.properties;
    for (place, policy) in json::entries(properties.get("Policies")).into_iter().enumerate() {
        let path = format!("/Policies/{place}/PolicyDocument");
        let document = policy.get("PolicyDocument").unwrap_or(policy);
        statement::document(reader, &identities, &path, document);
    }
    trust(reader);
    session(reader);
    for arn in json::members(properties, "ManagedPolicyArns") {
        let key = reader.names.key(POLICY, &arn);
        if !reader.attached.contains_key(&key) {
            attach(reader, &holder, Effect::Attach, (&arn, &key), "/ManagedPolicyArns");
        }
    }
    for group in json::members(properties, "Groups") {
        let key = reader.names.key(GROUP, &group);
        attach(
            reader,
            &holder,
            Effect::Attach,
            (&format!("group {}", names::shown(&group)), &key),
            "/Groups",
        );
    }
    if let Some(arn) = properties.get("PermissionsBoundary").map(boundary) {
        let key = reader.names.key(POLICY, &arn);
        attach(reader, &holder, Effect::Boundary, (&arn, &key), "/PermissionsBoundary");
    }
}

fn boundary(value: &Value) -> String {
    json::text(value).unwrap_or_else(|| json::sorted(value, 0))
}

/// A rule about all permissions of a policy or a group.
fn attach(reader: &mut Reader<'_>, holder: &Holder, effect: Effect, (text, key): (&str, &str), path: &str) {
    let place = reader.place(path);
    let policy = Item { text: names::shown(text).to_owned(), ..Item::opaque(key) };
    let rule = Rule {
        target: Some(holder.key.clone()),
        principals: Set::Only(vec![holder.item()]),
        actions: Set::Only(vec![policy]),
        ..Rule::new(effect, statement::scope_of(holder), place)
    };
    reader.push(rule);
}

/// Who can assume a role.
fn trust(reader: &mut Reader<'_>) {
    let Some(document) = reader.properties.get("AssumeRolePolicyDocument") else { return };
    let itself = reader.itself();
    let scope = format!("trust {}", reader.own());
    let subject = Subject::Resource { scope, target: Some(reader.own()), itself };
    statement::document(reader, &subject, "/AssumeRolePolicyDocument", document);
}

/// How long a session of a role lasts.
fn session(reader: &mut Reader<'_>) {
    if reader.kind != ROLE {
        return;
    }
    let stated = json::member(reader.properties, "MaxSessionDuration");
    let standing = if stated.is_some() { Standing::Stated } else { Standing::Implied };
    let seconds = stated.unwrap_or_else(|| SESSION.to_owned());
    let place = reader.place("/MaxSessionDuration");
    let who = Item::holder("", "whoever can assume the role");
    reader.push(Rule {
        principals: Set::Only(vec![who]),
        actions: Set::Only(vec![Item::exact("keep a session")]),
        resources: Set::Only(vec![reader.itself()]),
        conditions: vec![Clause::new("NumericLessThanEquals", "seconds", &[seconds])],
        // A new role has no sessions that could have been shorter.
        standing: if reader.names.is_kept(&reader.own()) { standing } else { Standing::Possible },
        ..Rule::new(Effect::Allow, format!("session {}", reader.own()), place)
    });
}

/// Reads a policy that is attached to identities.
pub(crate) fn policy(reader: &mut Reader<'_>) {
    let mut holders: Vec<(Holder, Standing)> = Vec::new();
    for (property, kind) in HOLDERS {
        for name in json::members(reader.properties, property) {
            let key = holder_key(kind, &reader.names.key(kind, &name));
            let text = names::shown(&name).to_owned();
            holders.push((Holder { key, text }, Standing::Stated));
        }
    }
    let own = reader.own();
    let here = reader.attached.get(&own).into_iter().flatten();
    holders.extend(here.map(|holder| (holder.clone(), Standing::Stated)));
    if reader.kind == POLICY {
        // Others could have it, too; that is worth a line only if no one is known to.
        let standing = if holders.is_empty() { Standing::Stated } else { Standing::Possible };
        let text = format!("whoever has {}", reader.title());
        holders.push((Holder { key: format!("policy {own}"), text }, standing));
    }
    let identities = Subject::Identities(holders);
    let nothing = Value::Null;
    let document = reader.properties.get("PolicyDocument").unwrap_or(&nothing);
    statement::document(reader, &identities, "/PolicyDocument", document);
}

/// Reads which users are in a group.
pub(crate) fn members(reader: &mut Reader<'_>) {
    let group = json::member(reader.properties, "GroupName").unwrap_or_default();
    let key = reader.names.key(GROUP, &group);
    for user in json::members(reader.properties, "Users") {
        let holder = Holder {
            key: holder_key(USER, &reader.names.key(USER, &user)),
            text: names::shown(&user).to_owned(),
        };
        let text = format!("group {}", names::shown(&group));
        attach(reader, &holder, Effect::Attach, (&text, &key), "/Users");
    }
}
