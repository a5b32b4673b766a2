//! [`compare`]: the changes between two templates.

use std::collections::BTreeSet;

use serde_json::Value;

use super::access;
use super::change::{Change, Layer};
use super::columns;
use super::dashboards;
use super::resource::{self, Effect, ResourceChange, Side};
use super::sections;

/// Two templates of one stack.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The name of the stack; empty for a template on its own.
    pub stack: &'a str,
    /// What was.
    pub old: Side<'a>,
    /// What is.
    pub new: Side<'a>,
}

impl Pair<'_> {
    /// The name of a resource.
    fn name(&self, logical: &str) -> String {
        if self.stack.is_empty() { logical.to_owned() } else { format!("{}/{logical}", self.stack) }
    }

    fn resource<'v>(side: Side<'v>, logical: &str) -> Option<&'v Value> {
        side.template.get("Resources")?.get(logical)
    }
}

/// The changes between two templates, in the order of the new one. `moved` names the parameters whose values change.
#[must_use]
pub fn compare(pair: Pair<'_>, moved: &BTreeSet<String>) -> Vec<Change> {
    let mut found = of_stack(pair, resource::changes(pair.old, pair.new, moved));
    let account = pair.new.setting.account.as_deref();
    found.extend(access::changes(
        &access::resources("", pair.old),
        &access::resources("", pair.new),
        account,
    ));
    found
}

/// The changes between two templates, of which those of resources are known, without those of access: they depend on all
/// stacks.
pub(super) fn of_stack(pair: Pair<'_>, resources: Vec<ResourceChange>) -> Vec<Change> {
    let broken = dashboards::verdicts(pair.old.template, pair.new.template);
    let mut found: Vec<Change> = resources.into_iter().flat_map(|one| of_resource(pair, one)).collect();
    for (logical, verdict) in broken {
        let subject = pair.name(&logical);
        match found.iter_mut().find(|one| one.subject == subject) {
            Some(one) => {
                let mut verdicts = std::mem::take(&mut one.verdicts);
                verdicts.push(verdict);
                *one = one.clone().judged(verdicts);
            }
            None => found.push(
                Change::new(Layer::Dashboards, subject, Effect::Update)
                    .says("does not change, but breaks")
                    .judged(vec![verdict]),
            ),
        }
    }
    found.extend(sections::changes(pair.stack, pair.old.template, pair.new.template));
    found
}

/// The changes of a resource: of a table of the Data Catalog, those of its columns apart from the rest.
fn of_resource(pair: Pair<'_>, mut one: ResourceChange) -> Vec<Change> {
    const COLUMNS: &str = "TableInput.StorageDescriptor.Columns";
    let mut found = Vec::new();
    if one.kind == "AWS::Glue::Table" && one.properties.iter().any(|path| path == COLUMNS) {
        let sides = (Pair::resource(pair.old, &one.logical), Pair::resource(pair.new, &one.logical));
        if let (Some(was), Some(is)) = sides {
            found = columns::changes(&pair.name(&one.logical), was, is);
        }
    }
    if !found.is_empty() {
        one.properties.retain(|path| path != COLUMNS);
        one.values.retain(|value| value.property != COLUMNS);
        if one.properties.is_empty() && one.effect == Effect::Update {
            return found;
        }
    }
    let mut whole = Change::new(Layer::Resources, pair.name(&one.logical), one.effect).judged(one.verdicts);
    whole.kind = one.kind;
    whole.properties = one.properties;
    whole.values = one.values;
    found.insert(0, whole);
    found
}
