//! The rules between resources, for the stacks of an environment.
//!
//! In: the stacks and their rendered templates. Out: what breaks a rule. A finding at a property that the file overrides points at that
//! line. Without any override it is a bug in this program, and is reported as one.

use std::collections::BTreeMap;

use serde_json::Value;
use strataform_rules::{Finding, Source, World};

use crate::assembly::{File, layout};
use crate::check::schema::is_at;
use crate::diagnostic::Diagnostic;
use crate::model::{Origin, Override};
use crate::platform::{Context, Stack};

/// What breaks a rule in the stacks of an environment.
pub(super) fn check(context: Context<'_>, stacks: &[Stack], files: &[File]) -> Vec<Diagnostic> {
    let world = World::of(stacks.iter().filter_map(|stack| described(stack, files)).collect());
    let found = strataform_rules::check(&world);
    found.into_iter().map(|one| placed(context, stacks, one)).collect()
}

/// A stack for the rules.
fn described(stack: &Stack, files: &[File]) -> Option<strataform_rules::Stack> {
    let path = layout::template_path(stack.name.stage, stack.name.part);
    let file = files.iter().find(|file| file.path == path)?;
    let template: Value = serde_json::from_slice(&file.bytes).ok()?;
    let parameters: BTreeMap<String, Source> = stack
        .inputs
        .iter()
        .map(|input| {
            let source = Source::Output { stack: input.stack.to_string(), output: input.output.to_string() };
            (input.parameter.to_string(), source)
        })
        .collect();
    Some(strataform_rules::Stack { name: stack.name.to_string(), template, parameters })
}

fn placed(context: Context<'_>, stacks: &[Stack], finding: Finding) -> Diagnostic {
    let (platform, environment) = (context.platform, context.environment);
    let stack = stacks.iter().find(|stack| stack.name.to_string() == finding.stack);
    let logical = finding.pointer.split('/').nth(2).unwrap_or_default();
    let overridden = stack.and_then(|stack| {
        let mut all = environment.overrides.iter();
        all.find(|one| is_at(stack, one, &finding.pointer))
            .or_else(|| of_resource(environment, stack, logical))
    });
    let origin = stack.and_then(|stack| stack.origins().get(logical)).unwrap_or(&Origin::Platform);
    let place = overridden.map(|one| one.span.clone()).or_else(|| platform.place(environment, origin));
    let summary = format!("{}: {}", finding.stack, finding.summary);
    let severity = finding.code.explanation().severity;
    let diagnostic = match place {
        Some(span) => Diagnostic::error(finding.code, span, summary),
        None => Diagnostic::unplaced(finding.code, summary),
    };
    let diagnostic = Diagnostic { severity, ..diagnostic }.because(finding.cause);
    if environment.overrides.is_empty() { diagnostic.our_bug() } else { diagnostic.help(finding.help) }
}

/// An override of another property of the resource.
fn of_resource<'a>(
    environment: &'a crate::model::Environment,
    stack: &Stack,
    logical: &str,
) -> Option<&'a Override> {
    environment.overrides.iter().find(|one| one.stage == stack.name.stage && one.resource == logical)
}
