//! Witnesses: the smallest record, row, query or file that shows what a change breaks, destroys or leaves to be processed
//! again.
//!
//! In: two versions, and the changes between them. Out: the same changes, whose verdicts have a [`Witness`], which was
//! executed in both versions, or the reason why they have none. SQL runs on a private PostgreSQL ([`Server`]), of which one
//! serves a whole comparison; rules about time are evaluated for a moment at which both versions differ. It refuses to say
//! what was not seen to differ.

mod aggregates;
mod columns;
mod databases;
mod expressions;
mod files;
mod formats;
mod resources;
mod server;
mod settings;
mod streams;
mod tables;
mod values;

use std::collections::BTreeMap;

use serde_json::Value;

pub use server::{NOT_RUN, Server};

use crate::assembly::Assembly;
use crate::diff::{Change, Exhibit, Impact, Layer, Verdict, Witness};
use databases::Databases;

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub enum Versions<'a> {
    /// Two assemblies of an environment.
    Assemblies(&'a Assembly, &'a Assembly),
    /// Two templates.
    Templates(&'a Value, &'a Value),
}

/// Adds witnesses to the verdicts of changes, and of what follows from them.
pub fn add(server: &Server, versions: Versions<'_>, changes: &mut [Change]) {
    let finder = Finder::new(server, versions);
    finder.add(changes);
}

/// Whether a verdict has a witness, or says why it has none.
fn is_shown(impact: Impact) -> bool {
    match impact {
        Impact::NeedsBackfill | Impact::BreaksConsumers | Impact::DestroysData => true,
        Impact::Safe | Impact::Interrupts | Impact::Replaces | Impact::BroadensAccess | Impact::Refused => {
            false
        }
    }
}

/// What witnesses are looked for in.
struct Finder<'a> {
    server: &'a Server,
    databases: Option<Databases<'a>>,
    /// The templates before and after, by stack.
    templates: BTreeMap<String, (Value, Value)>,
}

/// A witness, or why there is none.
type Search = Result<Witness, String>;

/// A witness with what both versions gave.
fn seen(
    what: Exhibit,
    text: impl Into<String>,
    before: impl Into<String>,
    after: impl Into<String>,
) -> Search {
    let found = Witness { what, text: text.into(), before: before.into(), after: after.into() };
    if found.before == found.after {
        return Err(format!("both versions give {}", found.before));
    }
    Ok(found)
}

impl<'a> Finder<'a> {
    fn new(server: &'a Server, versions: Versions<'a>) -> Self {
        let (databases, templates) = match versions {
            Versions::Templates(old, new) => {
                (None, BTreeMap::from([(String::new(), (old.clone(), new.clone()))]))
            }
            Versions::Assemblies(old, new) => {
                let mut templates: BTreeMap<String, (Value, Value)> = BTreeMap::new();
                for stack in &old.manifest.stacks {
                    templates.entry(stack.name.clone()).or_default().0 = json(old.template(stack));
                }
                for stack in &new.manifest.stacks {
                    templates.entry(stack.name.clone()).or_default().1 = json(new.template(stack));
                }
                (Some(Databases::new(server, old, new)), templates)
            }
        };
        Self { server, databases, templates }
    }

    fn add(&self, changes: &mut [Change]) {
        for change in changes {
            let mut verdicts = std::mem::take(&mut change.verdicts);
            for verdict in verdicts.iter_mut().filter(|one| is_shown(one.impact)) {
                match self.find(change, verdict) {
                    Ok(witness) => verdict.witness = Some(witness),
                    Err(why) => verdict.no_witness = Some(why),
                }
            }
            change.verdicts = verdicts;
            self.add(&mut change.consequences);
        }
    }

    fn find(&self, change: &Change, verdict: &Verdict) -> Search {
        if verdict.about == "reference" {
            return files::reference(self, change, verdict);
        }
        match (change.layer, &self.databases) {
            (Layer::Columns, Some(databases)) => columns::find(databases, change, verdict),
            (Layer::Settings, Some(databases)) => settings::find(databases, change, verdict),
            (Layer::Warehouse, Some(databases)) => streams::find(databases, change),
            (Layer::Catalogue, _) => tables::find(self, change),
            (Layer::Resources, _) => resources::find(self, change, verdict),
            (
                Layer::Columns
                | Layer::Settings
                | Layer::Warehouse
                | Layer::Access
                | Layer::Jobs
                | Layer::Dashboards
                | Layer::Price
                | Layer::Files,
                _,
            ) => Err("nothing here runs what it is about".to_owned()),
        }
    }

    /// The name of the stack and of the resource that a change is about.
    fn place(change: &Change) -> (&str, &str) {
        let (stack, rest) = change.subject.split_once('/').unwrap_or(("", &change.subject));
        (stack, rest.split(' ').next().unwrap_or_default())
    }

    /// The resource that a change is about, before and after; null if there is none.
    fn resource(&self, change: &Change) -> (&Value, &Value) {
        let (stack, logical) = Self::place(change);
        match self.templates.get(stack) {
            Some((old, new)) => (within(old, logical), within(new, logical)),
            None => (&Value::Null, &Value::Null),
        }
    }
}

fn within<'v>(template: &'v Value, logical: &str) -> &'v Value {
    template.get("Resources").and_then(|all| all.get(logical)).unwrap_or(&Value::Null)
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests;
