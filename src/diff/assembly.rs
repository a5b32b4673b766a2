//! [`assemblies`]: the changes between two assemblies, in every layer, below their causes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::access;
use super::change::{Change, Touch};
use super::files;
use super::join::joined;
use super::moves;
use super::price;
use super::relocation;
use super::resource::{self, Side};
use super::schema;
use super::template::{Pair, of_stack};
use crate::assembly::{Assembly, ManifestStack, ValueSource};
use strataform_symbols::{Setting, Symbols, object, placed};

/// The changes from one assembly to another: each below its cause.
#[must_use]
pub fn assemblies(old: &Assembly, new: &Assembly) -> Vec<Change> {
    let causes = schema::causes(&old.manifest, &new.manifest);
    if let Some(moved) = relocation::change(&old.manifest, &new.manifest) {
        return relocation::joined(moved, causes);
    }
    // An account that only one side names is that of both.
    let account = new.manifest.account.as_deref().or(old.manifest.account.as_deref());
    let (before, after) = (Stacks::of(old, account), Stacks::of(new, account));
    let mut effects = stacks(&before, &after);
    let mut allowed = access::changes(&before.resources(), &after.resources(), account);
    for one in &mut allowed {
        let stack = one.subject.split('/').next().unwrap_or_default().to_owned();
        place(one, &stack, old, new);
    }
    effects.extend(allowed);
    effects.extend(files::changes(old, new));
    let mut found = joined(causes, effects, old, new);
    found.extend(price::change(&old.manifest, &new.manifest));
    found
}

/// The templates of stacks by name, with what is known about their parameters.
pub(super) type Templates<'a> = BTreeMap<&'a str, (Value, Setting)>;

/// The templates of an assembly, with what is known about their parameters.
struct Stacks<'a> {
    of: &'a Assembly,
    templates: Templates<'a>,
}

impl<'a> Stacks<'a> {
    fn of(of: &'a Assembly, account: Option<&str>) -> Self {
        let mut outputs: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut templates = BTreeMap::new();
        for stack in &of.manifest.stacks {
            let template: Value = serde_json::from_slice(of.template(stack)).unwrap_or(Value::Null);
            let setting = setting(of, account, stack, &outputs);
            let symbols = Symbols::of(&template, &setting);
            for (name, output) in object(&template, "Outputs") {
                let value = output.get("Value").map(|value| symbols.resolved(value));
                if let Some(Value::String(text)) = value {
                    outputs.insert((stack.name.clone(), name.clone()), placed(&text, &stack.name));
                }
            }
            templates.insert(stack.name.as_str(), (template, setting));
        }
        Self { of, templates }
    }

    /// The resources of all stacks, with functions resolved.
    fn resources(&self) -> access::Resources {
        let all = self.templates.iter();
        all.flat_map(|(name, (template, setting))| access::resources(name, Side { template, setting }))
            .collect()
    }

    fn stack(&self, name: &str) -> Option<&'a ManifestStack> {
        self.of.manifest.stacks.iter().find(|one| one.name == name)
    }
}

/// What is known about the parameters of a stack.
fn setting(
    of: &Assembly,
    account: Option<&str>,
    stack: &ManifestStack,
    outputs: &BTreeMap<(String, String), String>,
) -> Setting {
    let value = |source: &ValueSource| match source {
        ValueSource::StackOutput { stack, output } => outputs.get(&(stack.clone(), output.clone())).cloned(),
        ValueSource::Asset { key, .. } => Some(key.clone()),
        ValueSource::Literal { value } => Some(value.clone()),
    };
    let known = stack.parameters.iter().filter_map(|one| Some((one.name.clone(), value(&one.source)?)));
    Setting {
        region: Some(of.manifest.region.clone()),
        account: account.map(str::to_owned),
        parameters: known.collect(),
    }
}

/// The changes of all stacks.
fn stacks(before: &Stacks<'_>, after: &Stacks<'_>) -> Vec<Change> {
    let (old, new) = (before.of, after.of);
    let empty = (Value::Null, Setting::default());
    let mut moved: BTreeSet<(String, String)> = BTreeSet::new();
    let mut found = Vec::new();
    let gone = old.manifest.stacks.iter().map(|one| one.name.as_str());
    let gone = gone.filter(|name| after.stack(name).is_none());
    let names: Vec<&str> = new.manifest.stacks.iter().map(|one| one.name.as_str()).chain(gone).collect();
    for name in names {
        let (was, is) =
            (before.templates.get(name).unwrap_or(&empty), after.templates.get(name).unwrap_or(&empty));
        let parameters = after.stack(name).map(|stack| moving(stack, &moved)).unwrap_or_default();
        if parameters.is_empty() && was == is {
            continue;
        }
        let old_side = Side { template: &was.0, setting: &was.1 };
        let new_side = Side { template: &is.0, setting: &is.1 };
        let resources = resource::changes(old_side, new_side, &parameters);
        moved.extend(
            resource::moved_outputs(&is.0, &resources, &parameters)
                .into_iter()
                .map(|one| (name.to_owned(), one)),
        );
        let mut changes = of_stack(Pair { stack: name, old: old_side, new: new_side }, resources);
        for one in &mut changes {
            place(one, name, old, new);
        }
        found.extend(changes);
    }
    moves::judge(&mut found, &before.templates, &after.templates);
    found
}

/// The parameters of a stack whose values come from outputs that may change.
fn moving(stack: &ManifestStack, moved: &BTreeSet<(String, String)>) -> BTreeSet<String> {
    let is_moved = |source: &ValueSource| match source {
        ValueSource::StackOutput { stack, output } => moved.contains(&(stack.clone(), output.clone())),
        ValueSource::Asset { .. } | ValueSource::Literal { .. } => false,
    };
    stack.parameters.iter().filter(|one| is_moved(&one.source)).map(|one| one.name.clone()).collect()
}

/// Adds the origin and the file of a change of a resource.
fn place(one: &mut Change, stack: &str, old: &Assembly, new: &Assembly) {
    let logical = one.subject.strip_prefix(&format!("{stack}/")).unwrap_or_default();
    let logical = logical.split(' ').next().unwrap_or_default().to_owned();
    let origin = new.manifest.origin(stack, &logical).or_else(|| old.manifest.origin(stack, &logical));
    one.origin = origin.map(|origin| origin.to_string());
    if let Some(origin) = &one.origin {
        one.touches.insert(Touch::Section(origin.clone()));
        // Tables are named after their datasets.
        let dataset = origin.strip_prefix("dataset.").unwrap_or_default().to_owned();
        let columns: Vec<Touch> = one
            .touches
            .iter()
            .filter_map(|touch| match touch {
                Touch::Column(_, column) => Some(Touch::column(&dataset, column)),
                Touch::Section(_) => None,
            })
            .collect();
        one.touches.extend(columns);
    }
    let template = |of: &Assembly| {
        of.manifest.stacks.iter().find(|one| one.name == stack).map(|one| one.template.clone())
    };
    one.file = template(new).or_else(|| template(old));
}
