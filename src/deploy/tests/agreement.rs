//! The plan of a deployment and `gen diff` agree: what they say of the resources of two versions is the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strataform_sdk::{Stack, StackStatus};

use crate::assembly::{Assembly, ManifestStack, ValueSource};
use crate::deploy::fault::NAMED;
use crate::deploy::files::Repair;
use crate::deploy::observe::{Observed, ObservedStack};
use crate::deploy::plan::{self, Consent};
use crate::deploy::step::Task;
use crate::diff::tests::versions::pairs;
use crate::diff::{Change, Effect, Impact, Layer, assemblies};

/// The effect on each resource, by stack and logical ID.
type Effects = BTreeMap<(String, String), Effect>;

fn template(of: &Assembly, stack: &ManifestStack) -> Value {
    serde_json::from_slice(of.template(stack)).expect("a template")
}

/// What is observed after an assembly was deployed: each output has a value of its own.
fn deployed(of: &Assembly) -> Observed {
    let value = |stack: &str, output: &str| format!("{stack}.{output}");
    let mut there = Observed { account: "1".to_owned(), ..Observed::default() };
    for stack in &of.manifest.stacks {
        let template = template(of, stack);
        let outputs = template.get("Outputs").and_then(Value::as_object).into_iter().flatten();
        let parameter = |source: &ValueSource| match source {
            ValueSource::StackOutput { stack, output } => value(stack, output),
            ValueSource::Asset { key, .. } => key.clone(),
            ValueSource::Literal { value } => value.clone(),
        };
        let state = Stack {
            name: stack.name.clone(),
            status: StackStatus::CreateComplete,
            outputs: outputs.map(|(name, _)| (name.clone(), value(&stack.name, name))).collect(),
            parameters: stack
                .parameters
                .iter()
                .map(|one| (one.name.clone(), parameter(&one.source)))
                .collect(),
            ..Stack::default()
        };
        there.stacks.insert(stack.name.clone(), ObservedStack { stack: state, template: Some(template) });
    }
    there
}

/// What a plan does to resources.
fn planned(plan: &plan::Plan) -> Effects {
    let mut found = Effects::new();
    for step in &plan.steps {
        let (stack, changes) = match &step.task {
            Task::Stack(plan) => (&plan.name, &plan.changes),
            Task::DeleteStack(deletion) => (&deletion.name, &deletion.changes),
            Task::Sql(_) => continue,
        };
        found.extend(changes.iter().map(|one| ((stack.clone(), one.logical.clone()), one.effect)));
    }
    found
}

/// What a comparison says of resources; the columns of a table are a change of the table.
fn compared(changes: &[Change]) -> Effects {
    let mut found = Effects::new();
    for one in changes.iter().flat_map(Change::all) {
        let effect = match one.layer {
            Layer::Resources => one.effect,
            Layer::Catalogue => Effect::Update,
            _ => continue,
        };
        let name = one.subject.split(' ').next().unwrap_or_default();
        let (stack, logical) = name.split_once('/').expect("a resource has a stack");
        let key = (stack.to_owned(), logical.to_owned());
        if one.layer == Layer::Resources || !found.contains_key(&key) {
            found.insert(key, effect);
        }
    }
    found
}

#[test]
fn a_plan_and_a_comparison_say_the_same_of_resources() {
    let (mut agreed, mut refused) = (0, 0);
    for (old, new) in pairs().filter(|(old, new)| old.assembly.files != new.assembly.files).step_by(5) {
        let changes = assemblies(&old.assembly, &new.assembly);
        match plan::plan(&new.assembly, &deployed(&old.assembly), Repair::Refuse, &Consent::default()) {
            Ok(plan) => {
                let (one, other) = (planned(&plan), compared(&changes));
                let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
                let apart: Vec<_> = keys
                    .into_iter()
                    .filter(|key| one.get(*key) != other.get(*key))
                    .map(|key| (key, one.get(key), other.get(key)))
                    .collect();
                assert!(apart.is_empty(), "{} → {}: planned, compared: {apart:?}", old.said, new.said);
                agreed += 1;
            }
            Err(faults) => {
                assert!(faults.iter().all(|fault| fault.code == NAMED), "{faults:?}");
                let is_refused = changes
                    .iter()
                    .flat_map(Change::all)
                    .flat_map(|one| &one.verdicts)
                    .any(|verdict| verdict.impact == Impact::Refused);
                assert!(is_refused, "{} → {}: {faults:?}", old.said, new.said);
                refused += 1;
            }
        }
    }
    assert!(agreed > 40, "{agreed} agree, {refused} are refused");
}
