//! The rules between resources and the policies, for the stacks of an environment.
//!
//! In: the stacks and their rendered templates, the policies of the review. Out: what breaks a rule, and what is wrong with the
//! platform's own rules and suppressions. A finding at a property that the file overrides points at that line. What a rule between
//! resources finds without any override is a bug in this program, and is reported as one.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;
use strataform_rules::{Finding, Source, World};

use crate::assembly::{File, ManifestSuppression, layout};
use crate::check::policy::{self, Broken, Review, RuleFile, RuleSet};
use crate::check::schema::is_at;
use crate::check::suppress::{self, Known, Part, Remark, Suppressions};
use crate::diagnostic::Diagnostic;
use crate::model::{Origin, Override};
use crate::platform::{Context, Stack};

/// What breaks a rule in the stacks of an environment; without a review, only rules between resources are checked.
pub(super) fn check(
    context: Context<'_>,
    stacks: &[Stack],
    files: &[File],
    review: Option<&Review<'_>>,
) -> Vec<Diagnostic> {
    let described: Vec<_> = stacks.iter().filter_map(|stack| described(stack, files)).collect();
    let Some(review) = review else {
        let found = strataform_rules::check(&World::of(described));
        return found.into_iter().map(|one| of_rule(context, stacks, &one)).collect();
    };
    let rule_files: Vec<RuleFile> = context
        .platform
        .policy
        .files
        .iter()
        .map(|file| RuleFile { name: file.path.display().to_string(), text: file.text.clone() })
        .collect();
    let own = match policy::parsed(&rule_files, &review.rules) {
        Ok(own) => own,
        Err(faults) => return faults,
    };
    let sets: Vec<&RuleSet<'_>> = review.rules.iter().copied().chain([&own]).collect();
    let accepted: Vec<ManifestSuppression> =
        context.environment.suppressions.iter().map(Into::into).collect();
    let mut suppressions = Suppressions::new(&accepted, review.today);
    let mut found = policies(context, stacks, &described, &sets, &mut suppressions);
    let rules = strataform_rules::check(&World::of(described));
    found.splice(
        ..0,
        rules.into_iter().map(|one| {
            let diagnostic = of_rule(context, stacks, &one);
            suppressions.apply(one.code.text(), &one.stack, &one.pointer, diagnostic)
        }),
    );
    found.extend(remarks(context, stacks, &sets, &suppressions));
    found
}

/// What breaks a policy.
fn policies(
    context: Context<'_>,
    stacks: &[Stack],
    described: &[strataform_rules::Stack],
    sets: &[&RuleSet<'_>],
    suppressions: &mut Suppressions<'_>,
) -> Vec<Diagnostic> {
    let templates: Vec<&Value> = described.iter().map(|stack| &stack.template).collect();
    let broken = policy::broken(sets, &errors(context), &templates);
    let mut found: Vec<Diagnostic> = Vec::new();
    for (stack, broken) in described.iter().zip(broken) {
        for Broken { rule, pointer, mut diagnostic } in broken {
            match place(context, stacks, &stack.name, &pointer).filter(|_| !pointer.is_empty()) {
                Some(span) => {
                    diagnostic.summary = format!("{}: {}", stack.name, diagnostic.summary);
                    diagnostic.labels.iter_mut().for_each(|label| label.span = span.clone());
                }
                None => diagnostic.labels.clear(),
            }
            if !pointer.is_empty() {
                diagnostic = diagnostic.because(format!("the resource `{}`", logical(&pointer)));
            }
            found.push(suppressions.apply(&rule, &stack.name, &pointer, diagnostic));
        }
    }
    found
}

/// The rules that are errors.
fn errors(context: Context<'_>) -> Vec<String> {
    context.platform.policy.errors.iter().map(|one| one.text.clone()).collect()
}

/// What is wrong with the suppressions and with the names of rules, at their places.
fn remarks(
    context: Context<'_>,
    stacks: &[Stack],
    sets: &[&RuleSet<'_>],
    suppressions: &Suppressions<'_>,
) -> Vec<Diagnostic> {
    let names: Vec<(String, &str)> = stacks
        .iter()
        .flat_map(|stack| stack.template().resources().map(|(id, _)| (stack.name.to_string(), id)))
        .collect();
    let known = Known {
        rules: sets.iter().flat_map(|set| set.rules()).map(|(_, rule)| rule).collect(),
        resources: names.iter().map(|(stack, id)| (stack.as_str(), *id)).collect(),
    };
    let at = |mut one: Diagnostic, span: Option<Range<usize>>| {
        let span = span.unwrap_or_default();
        one.labels.iter_mut().for_each(|label| label.span = span.clone());
        one
    };
    let declared = &context.platform.policy.errors;
    let errors = suppress::unknown_errors(&errors(context), &known);
    let errors =
        errors.into_iter().map(|(number, one)| at(one, declared.get(number).map(|one| one.span.clone())));
    let own = suppressions.remarks(&known).into_iter().map(|Remark { at: number, part, diagnostic }| {
        let spans = context.environment.suppressions.get(number).map(|one| &one.spans);
        let span = spans.map(|spans| match part {
            Part::Rule => &spans.rule,
            Part::Resource => &spans.resource,
            Part::Until => &spans.until,
        });
        at(diagnostic, span.cloned())
    });
    errors.chain(own).collect()
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

/// The logical ID in a pointer.
fn logical(pointer: &str) -> &str {
    pointer.split('/').nth(2).unwrap_or_default()
}

/// The place in the platform file of what a pointer leads to: an override, or the section that the resource was generated for.
fn place(context: Context<'_>, stacks: &[Stack], stack: &str, pointer: &str) -> Option<Range<usize>> {
    let (platform, environment) = (context.platform, context.environment);
    let stack = stacks.iter().find(|one| one.name.to_string() == stack);
    let overridden = stack.and_then(|stack| {
        let mut all = environment.overrides.iter();
        all.find(|one| is_at(stack, one, pointer))
            .or_else(|| of_resource(environment, stack, logical(pointer)))
    });
    let origin = stack.and_then(|stack| stack.origins().get(logical(pointer))).unwrap_or(&Origin::Platform);
    overridden.map(|one| one.span.clone()).or_else(|| platform.place(environment, origin))
}

fn of_rule(context: Context<'_>, stacks: &[Stack], finding: &Finding) -> Diagnostic {
    let place = place(context, stacks, &finding.stack, &finding.pointer);
    let summary = format!("{}: {}", finding.stack, finding.summary);
    let severity = finding.code.explanation().severity;
    let diagnostic = match place {
        Some(span) => Diagnostic::error(finding.code, span, summary),
        None => Diagnostic::unplaced(finding.code, summary),
    };
    let diagnostic = Diagnostic { severity, ..diagnostic }.because(finding.cause.clone());
    if context.environment.overrides.is_empty() {
        diagnostic.our_bug()
    } else {
        diagnostic.help(finding.help.clone())
    }
}

/// An override of another property of the resource.
fn of_resource<'a>(
    environment: &'a crate::model::Environment,
    stack: &Stack,
    logical: &str,
) -> Option<&'a Override> {
    environment.overrides.iter().find(|one| one.stage == stack.name.stage && one.resource == logical)
}
