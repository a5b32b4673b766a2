//! [`Facts`]: the rules of a template, and what could not be read.
//!
//! In: the resources of a template. Out: its rules. Each type of resource has its reader in `read`.
//!
//! It refuses to drop what it cannot read: that is a fact, too.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::item::Item;
use crate::json;
use crate::names::{self, Names, Resource};
use crate::read;
use crate::rule::{Place, Rule};

/// What a template allows.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) rules: Vec<Rule>,
    pub(crate) unread: Vec<Unread>,
}

/// Something that could not be read.
#[derive(Debug)]
pub(crate) struct Unread {
    scope: String,
    place: Place,
    reason: &'static str,
    value: String,
}

impl Unread {
    /// Whether it is the same text for the same resource, wherever it stands.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.scope == other.scope && self.value == other.value
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}: {}", self.place.logical_id, self.place.path, self.reason)
    }
}

/// A resource that is being read, and where its facts go.
pub(crate) struct Reader<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) properties: &'a Value,
    pub(crate) names: &'a Names,
    /// The identities that managed policies of the template are attached to, by the policy's key.
    pub(crate) attached: &'a BTreeMap<String, Vec<Holder>>,
    pub(crate) facts: &'a mut Facts,
}

/// An identity: a role, a user, a group, or whoever has a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) key: String,
    pub(crate) text: String,
}

impl Holder {
    pub(crate) fn item(&self) -> Item {
        Item::holder(&self.key, &self.text)
    }
}

impl Reader<'_> {
    /// A place in the resource's properties.
    pub(crate) fn place(&self, path: &str) -> Place {
        Place { logical_id: self.id.to_owned(), path: format!("/Properties{path}") }
    }

    /// The resource's own key.
    pub(crate) fn own(&self) -> String {
        self.names.own(self.id)
    }

    /// The resource itself, as the resource of a rule.
    pub(crate) fn itself(&self) -> Item {
        Item { text: self.title(), ..Item::opaque(&self.own()) }
    }

    /// The resource's name, or else its logical ID.
    pub(crate) fn title(&self) -> String {
        let named = names::NAMED.iter().find(|(kind, _)| *kind == self.kind);
        let name = named.and_then(|(_, property)| json::member(self.properties, property));
        name.filter(|name| !name.contains("${")).unwrap_or_else(|| self.id.to_owned())
    }

    /// Adds a rule; one that is about no principal, no action or no resource says nothing.
    pub(crate) fn push(&mut self, rule: Rule) {
        if [&rule.principals, &rule.actions, &rule.resources].iter().all(|set| !set.is_empty()) {
            self.facts.rules.push(rule);
        }
    }

    /// Notes what could not be read.
    pub(crate) fn unread(&mut self, scope: &str, path: &str, reason: &'static str, value: &Value) {
        let (place, value) = (self.place(path), json::sorted(value, 0));
        self.facts.unread.push(Unread { scope: scope.to_owned(), place, reason, value });
    }
}

/// Reads all resources of a template.
pub(crate) fn read(resources: &[Resource], names: &Names) -> Facts {
    let mut facts = Facts::default();
    let attached = read::iam::attached(resources, names);
    for (id, resource) in resources {
        let properties = resource.get("Properties").unwrap_or(&Value::Null);
        let kind = names::kind(resource);
        read::read(&mut Reader { id, kind, properties, names, attached: &attached, facts: &mut facts });
    }
    facts
}
