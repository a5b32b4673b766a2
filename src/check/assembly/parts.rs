//! The manifest and the templates: every parameter has a value, and every value has a parameter.
//!
//! In: the manifest, the templates. Out: diagnostics in the templates.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Checked, pointed};
use crate::assembly::{ManifestStack, ValueSource};
use crate::check::code::ASSEMBLY_PART;
use crate::diagnostic::Diagnostic;

pub(super) fn check(checked: &mut Checked<'_>) {
    let mut outputs: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut found: Vec<(&str, Diagnostic)> = Vec::new();
    let stacks = &checked.assembly.manifest.stacks;
    for (stack, (path, template)) in stacks.iter().zip(&checked.templates) {
        found.extend(parameters(stack, template).into_iter().map(|one| (*path, one)));
        found.extend(sources(checked, stack, &outputs).into_iter().map(|one| (*path, one)));
        let own = template.get("Outputs").and_then(Value::as_object);
        outputs.extend(own.into_iter().flatten().map(|(name, _)| (stack.name.as_str(), name.as_str())));
    }
    let manifest = &checked.assembly.manifest;
    let of_buckets = manifest.buckets.all().into_iter().chain(manifest.warehouse.all());
    let of_buckets = of_buckets.map(|one| (&one.stack, &one.output, "the manifest".to_owned()));
    let of_sql = manifest
        .sql
        .iter()
        .flat_map(|file| file.placeholders.iter().map(|one| (&one.stack, &one.output, file.path.clone())));
    for (stack, output, user) in of_buckets.chain(of_sql) {
        let Some(one) = stacks.iter().find(|one| one.name == *stack) else { continue };
        if !outputs.contains(&(stack.as_str(), output.as_str())) {
            let summary = format!("the template has no output `{output}`");
            let cause = format!("{user} reads it");
            found.push((&one.template, ours(pointed(ASSEMBLY_PART, "/Outputs", summary), cause)));
        }
    }
    let found: Vec<(String, Diagnostic)> =
        found.into_iter().map(|(path, one)| (path.to_owned(), one)).collect();
    for (path, one) in found {
        checked.add(&path, one);
    }
}

/// Parameters of a template that the manifest does not list, and the other way round.
fn parameters(stack: &ManifestStack, template: &Value) -> Vec<Diagnostic> {
    let declared = template.get("Parameters").and_then(Value::as_object);
    let needed = declared.into_iter().flatten().filter(|(_, one)| one.get("Default").is_none());
    let mut found = Vec::new();
    for (name, _) in needed.filter(|(name, _)| stack.parameters.iter().all(|one| one.name != **name)) {
        let summary = format!("the parameter `{name}` gets no value");
        let cause = format!("the manifest does not list it among the parameters of the {} stack", stack.name);
        found.push(ours(pointed(ASSEMBLY_PART, format!("/Parameters/{name}"), summary), cause));
    }
    for one in &stack.parameters {
        if declared.is_none_or(|all| !all.contains_key(&one.name)) {
            let summary = format!("the template has no parameter `{}`", one.name);
            let cause = format!("the manifest gives it a value in the {} stack", stack.name);
            found.push(ours(pointed(ASSEMBLY_PART, "/Parameters", summary), cause));
        }
    }
    found
}

/// Values that nothing supplies.
fn sources(
    checked: &Checked<'_>,
    stack: &ManifestStack,
    outputs: &BTreeSet<(&str, &str)>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for one in &stack.parameters {
        let cause = match &one.source {
            ValueSource::StackOutput { stack, output } => {
                let is_there = outputs.contains(&(stack.as_str(), output.as_str()));
                (!is_there).then(|| format!("no earlier stack has the output {stack}.{output}"))
            }
            ValueSource::Asset { path, .. } => (!checked.assembly.files.contains_key(path))
                .then(|| format!("the assembly has no file {path}")),
            ValueSource::Literal { .. } => None,
        };
        if let Some(cause) = cause {
            let summary = format!("the parameter `{}` gets no value", one.name);
            found.push(ours(pointed(ASSEMBLY_PART, format!("/Parameters/{}", one.name), summary), cause));
        }
    }
    found
}

fn ours(one: Diagnostic, cause: String) -> Diagnostic {
    one.because(cause).help(super::AGAIN)
}
