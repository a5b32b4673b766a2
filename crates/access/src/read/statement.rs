//! Statements of policy documents.
//!
//! In: a document, and what it is the policy of. Out: a rule per statement.
//!
//! It refuses statements with unknown parts: they are noted as unreadable.

use serde_json::Value;

use crate::condition;
use crate::facts::{Holder, Reader};
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::rule::{Rule, Standing};
use crate::set::Set;

/// What a document is the policy of.
pub(crate) enum Subject {
    /// Of identities, which are the principals.
    Identities(Vec<(Holder, Standing)>),
    /// Of a resource: the scope, the resource's key, and what a statement without resources is about.
    Resource { scope: String, target: Option<String>, itself: Item },
}

const MEMBERS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Reads a document at a path.
pub(crate) fn document(reader: &mut Reader<'_>, subject: &Subject, path: &str, document: &Value) {
    let scope = subject.scope();
    if let Value::String(text) = document {
        return match serde_json::from_str::<Value>(text) {
            Ok(parsed) if parsed.is_object() => self::document(reader, subject, path, &parsed),
            _ => reader.unread(&scope, path, "the policy document is not JSON", document),
        };
    }
    let Some(statements) = document.get("Statement").filter(|_| !json::is_intrinsic(document)) else {
        return reader.unread(&scope, path, "the policy document is not known", document);
    };
    let is_list = statements.is_array();
    for (place, statement) in json::entries(Some(statements)).into_iter().enumerate() {
        let at = if is_list { format!("{path}/Statement/{place}") } else { format!("{path}/Statement") };
        match read(subject, statement) {
            Ok(draft) => draft.push(reader, subject, &at),
            Err(reason) => reader.unread(&scope, &at, reason, statement),
        }
    }
}

impl Subject {
    fn scope(&self) -> String {
        match self {
            Self::Identities(holders) => {
                let keys: Vec<&str> = holders.iter().map(|(holder, _)| holder.key.as_str()).collect();
                format!("identity {}", keys.join(" "))
            }
            Self::Resource { scope, .. } => scope.clone(),
        }
    }
}

/// A statement that was read.
struct Draft {
    effect: Effect,
    principals: Option<Set>,
    actions: Set,
    resources: Set,
    conditions: Vec<condition::Clause>,
}

impl Draft {
    fn push(self, reader: &mut Reader<'_>, subject: &Subject, at: &str) {
        let place = reader.place(at);
        let rule = Rule {
            actions: self.actions,
            resources: self.resources,
            conditions: self.conditions,
            ..Rule::new(self.effect, subject.scope(), place)
        };
        match subject {
            Subject::Identities(holders) => {
                for (holder, standing) in holders {
                    let principals = Set::Only(vec![holder.item()]);
                    let (scope, target) = (scope_of(holder), Some(holder.key.clone()));
                    reader.push(Rule { principals, scope, target, standing: *standing, ..rule.clone() });
                }
            }
            Subject::Resource { target, .. } => {
                let user = Item::holder("", "whoever can call it");
                let principals = self.principals.unwrap_or_else(|| Set::Only(vec![user]));
                reader.push(Rule { principals, target: target.clone(), ..rule });
            }
        }
    }
}

/// The scope of an identity's rules.
pub(crate) fn scope_of(holder: &Holder) -> String {
    format!("identity {}", holder.key)
}

fn read(subject: &Subject, statement: &Value) -> Result<Draft, &'static str> {
    let object = statement.as_object().filter(|_| !json::is_intrinsic(statement));
    let object = object.ok_or("the statement is not known")?;
    if !object.keys().all(|key| MEMBERS.contains(&key.as_str())) {
        return Err("the statement has an unknown element");
    }
    let effect = match object.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Effect::Allow,
        Some("Deny") => Effect::Deny,
        _ => return Err("the effect is not known"),
    };
    let actions = set(statement, ["Action", "NotAction"], Item::action)?;
    let resources = set(statement, ["Resource", "NotResource"], Item::resource)?;
    let principals = principals(statement)?;
    let resources = match (resources, subject) {
        (Some(set), _) => set,
        (None, Subject::Resource { itself, .. }) => Set::Only(vec![itself.clone()]),
        (None, Subject::Identities(_)) => return Err("the statement has no resource"),
    };
    if principals.is_some() && matches!(subject, Subject::Identities(_)) {
        return Err("the statement of an identity has a principal");
    }
    let conditions = condition::read(object.get("Condition")).ok_or("the condition is not known")?;
    let actions = actions.ok_or("the statement has no action")?;
    Ok(Draft { effect, principals, actions, resources, conditions })
}

/// The set in one of two elements, of which a statement has at most one.
fn set(
    statement: &Value,
    [only, all_but]: [&str; 2],
    item: fn(&str) -> Item,
) -> Result<Option<Set>, &'static str> {
    let items = |value: &Value| {
        let texts = json::texts(value).filter(|texts| !texts.is_empty());
        let texts = texts.ok_or("an action or a resource is not known")?;
        Ok(texts.iter().map(|text| item(text)).collect())
    };
    match (statement.get(only), statement.get(all_but)) {
        (Some(value), None) => Ok(Some(Set::only(items(value)?))),
        (None, Some(value)) => Ok(Some(Set::all_but(items(value)?))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err("the statement has an element and its opposite"),
    }
}

fn principals(statement: &Value) -> Result<Option<Set>, &'static str> {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(value), None) => Ok(Some(Set::only(parties(value)?))),
        (None, Some(value)) => Ok(Some(Set::all_but(parties(value)?))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err("the statement has an element and its opposite"),
    }
}

/// The principals of an element; `*` is everyone.
fn parties(value: &Value) -> Result<Vec<Item>, &'static str> {
    let unknown = "a principal is not known";
    if value.is_string() || json::is_intrinsic(value) {
        return Ok(vec![party(Kind::Other, &json::text(value).ok_or(unknown)?)]);
    }
    let mut parties = Vec::new();
    for (kind, values) in value.as_object().ok_or(unknown)? {
        let kind = match kind.as_str() {
            "AWS" => Kind::Aws,
            "Service" => Kind::Service,
            "Federated" => Kind::Federated,
            "CanonicalUser" => Kind::Canonical,
            _ => return Err(unknown),
        };
        let texts = json::texts(values).ok_or(unknown)?;
        parties.extend(texts.iter().map(|text| party(kind, text)));
    }
    if parties.is_empty() { Err(unknown) } else { Ok(parties) }
}

/// A principal: `*`, also as `{"AWS": "*"}`, is everyone.
pub(crate) fn party(kind: Kind, text: &str) -> Item {
    match kind {
        Kind::Aws | Kind::Other if text == "*" => Item::pattern(text),
        Kind::Aws | Kind::Service | Kind::Federated | Kind::Canonical | Kind::Holder | Kind::Other => {
            Item::party(kind, text)
        }
    }
}
