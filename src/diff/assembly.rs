//! [`assemblies`]: the changes between two assemblies, in every layer, below their causes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::access;
use super::change::{Change, Layer, Touch};
use super::files;
use super::impact::{Impact, Verdict};
use super::join::joined;
use super::price;
use super::resource::{self, Effect, Side};
use super::schema;
use super::symbols::{Setting, Symbols, object, placed};
use super::template::{Pair, of_stack};
use crate::assembly::{Assembly, ManifestStack, ValueSource};

/// The changes from one assembly to another: each below its cause.
#[must_use]
pub fn assemblies(old: &Assembly, new: &Assembly) -> Vec<Change> {
    let mut effects = stacks(old, new);
    let mut allowed = access::changes(&resources(old), &resources(new), new.manifest.account.as_deref());
    for one in &mut allowed {
        let stack = one.subject.split('/').next().unwrap_or_default().to_owned();
        place(one, &stack, old, new);
    }
    effects.extend(allowed);
    effects.extend(files::changes(old, new));
    let mut found = joined(schema::causes(&old.manifest, &new.manifest), effects, old, new);
    found.extend(price::change(&old.manifest, &new.manifest));
    found
}

/// The resources of all stacks.
fn resources(of: &Assembly) -> access::Resources {
    let stacks = Stacks::of(of);
    let all = stacks.templates.iter();
    all.flat_map(|(name, (template, setting))| access::resources(name, Side { template, setting })).collect()
}

/// The templates of an assembly, with what is known about their parameters.
struct Stacks<'a> {
    of: &'a Assembly,
    templates: BTreeMap<&'a str, (Value, Setting)>,
}

impl<'a> Stacks<'a> {
    fn of(of: &'a Assembly) -> Self {
        let mut outputs: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut templates = BTreeMap::new();
        for stack in &of.manifest.stacks {
            let template: Value = serde_json::from_slice(of.template(stack)).unwrap_or(Value::Null);
            let setting = setting(of, stack, &outputs);
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

    fn stack(&self, name: &str) -> Option<&'a ManifestStack> {
        self.of.manifest.stacks.iter().find(|one| one.name == name)
    }
}

/// What is known about the parameters of a stack.
fn setting(of: &Assembly, stack: &ManifestStack, outputs: &BTreeMap<(String, String), String>) -> Setting {
    let value = |source: &ValueSource| match source {
        ValueSource::StackOutput { stack, output } => outputs.get(&(stack.clone(), output.clone())).cloned(),
        ValueSource::Asset { key, .. } => Some(key.clone()),
        ValueSource::Literal { value } => Some(value.clone()),
    };
    let known = stack.parameters.iter().filter_map(|one| Some((one.name.clone(), value(&one.source)?)));
    Setting {
        region: Some(of.manifest.region.clone()),
        account: of.manifest.account.clone(),
        parameters: known.collect(),
    }
}

/// The changes of all stacks.
fn stacks(old: &Assembly, new: &Assembly) -> Vec<Change> {
    let (before, after) = (Stacks::of(old), Stacks::of(new));
    let empty = (Value::Null, Setting::default());
    let mut moved: BTreeSet<(String, String)> = BTreeSet::new();
    let mut found = Vec::new();
    let gone = old.manifest.stacks.iter().map(|one| one.name.as_str());
    let gone = gone.filter(|name| after.stack(name).is_none());
    let names: Vec<&str> = new.manifest.stacks.iter().map(|one| one.name.as_str()).chain(gone).collect();
    for name in names {
        let (was, is) =
            (before.templates.get(name).unwrap_or(&empty), after.templates.get(name).unwrap_or(&empty));
        let sides = (Side { template: &was.0, setting: &was.1 }, Side { template: &is.0, setting: &is.1 });
        let parameters = after.stack(name).map(|stack| moving(stack, &moved)).unwrap_or_default();
        let resources = resource::changes(sides.0, sides.1, &parameters);
        moved.extend(
            resource::moved_outputs(&is.0, &resources, &parameters)
                .into_iter()
                .map(|one| (name.to_owned(), one)),
        );
        let mut changes = of_stack(Pair { stack: name, old: sides.0, new: sides.1 }, &parameters);
        changes.extend(sections(name, &was.0, &is.0));
        for one in &mut changes {
            place(one, name, old, new);
        }
        found.extend(changes);
    }
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

/// The changes of a template besides its resources.
fn sections(stack: &str, was: &Value, is: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    for section in ["Parameters", "Outputs", "Conditions", "Mappings", "Rules"] {
        let names: BTreeSet<&String> =
            object(was, section).chain(object(is, section)).map(|(name, _)| name).collect();
        for name in names {
            let of = |template: &Value| template.get(section).and_then(|all| all.get(name)).cloned();
            let effect = match (of(was), of(is)) {
                (before, after) if before == after => continue,
                (None, _) => Effect::Create,
                (_, None) => Effect::Delete,
                (Some(_), Some(_)) => Effect::Update,
            };
            let word = section.trim_end_matches('s').to_lowercase();
            let verdict = exported(effect, of(was).as_ref());
            found.push(Change::new(Layer::Files, format!("{stack}/{word} {name}"), effect).judged(verdict));
        }
    }
    let texts = ["Description", "Transform", "Metadata", "AWSTemplateFormatVersion"];
    for name in texts.iter().filter(|name| was.get(**name) != is.get(**name)) {
        let effect = if was.is_null() { Effect::Create } else { Effect::Update };
        found.push(Change::new(Layer::Files, format!("{stack}/{}", name.to_lowercase()), effect));
    }
    found
}

/// The verdict on an output that other stacks import.
fn exported(effect: Effect, was: Option<&Value>) -> Vec<Verdict> {
    match effect {
        Effect::Delete if was.is_some_and(|was| was.get("Export").is_some()) => {
            vec![Verdict::new(Impact::Refused, "a stack that imports it keeps it from being removed")]
        }
        Effect::Create | Effect::Update | Effect::Replace | Effect::Delete | Effect::Release => Vec::new(),
    }
}
