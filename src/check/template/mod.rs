//! A template that anybody wrote: what `CloudFormation` would refuse, with its place in the text.
//!
//! In: the text, JSON or YAML with short forms. Out: diagnostics. It refuses to guess: what a macro makes is not known, so a template
//! with macros may name what it does not have.

mod cycles;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;
pub use strataform_rules::Source;
use strataform_rules::{Finding, Stack, World};
use strataform_schema::Rule;
use strataform_template::{ParseError, Places, Template};

use super::code::{FINDINGS, TEMPLATE_CYCLE, TEMPLATE_NAME, TEMPLATE_PROPERTY, TEMPLATE_TEXT};
use super::limits;
use super::policy::{self, Broken, RuleSet};
use super::suppress::Suppressions;
use crate::diagnostic::{Diagnostic, SourceFile};

/// A template of a deployment.
#[derive(Debug)]
pub(super) struct Deployed<'a> {
    /// Its file.
    pub(super) file: &'a SourceFile,
    /// The name of its stack.
    pub(super) stack: String,
    /// What its parameters get.
    pub(super) parameters: BTreeMap<String, Source>,
}

/// What is wrong with a template, in the order of its text.
#[must_use]
pub fn check(file: &SourceFile) -> Vec<Diagnostic> {
    check_with(file, None)
}

/// What is wrong with a template, and what breaks a policy.
#[must_use]
pub fn check_with(file: &SourceFile, policies: Option<&RuleSet<'_>>) -> Vec<Diagnostic> {
    let template = match Template::parse(&file.text) {
        Ok(template) => template,
        Err(errors) => return errors.0.iter().map(|error| unreadable(&file.text, error)).collect(),
    };
    let mut found = found(&template, file.text.len());
    if is_huge(&template) {
        return placed(file, found);
    }
    let value = value(&template);
    let broken = policies.map(|policies| policy::broken(&[policies], &[], &[&value])).unwrap_or_default();
    add(&mut found, strataform_rules::check(&World::of_template(value)), |_, one| one);
    found.extend(broken.into_iter().flatten().map(of_policy));
    placed(file, found)
}

/// The rules that a deployment is checked with, and what its team accepts.
pub(super) struct Ruled<'r, 's> {
    pub(super) sets: &'r [&'r RuleSet<'r>],
    /// The rules that are errors.
    pub(super) errors: &'r [String],
    pub(super) suppressions: &'r mut Suppressions<'s>,
}

/// What is wrong with the templates of a deployment, each and together, in the order of their texts.
pub(super) fn check_deployment(stacks: &[Deployed<'_>], ruled: Ruled<'_, '_>) -> Vec<Vec<Diagnostic>> {
    let Ruled { sets, errors, suppressions } = ruled;
    let read: Vec<Result<Template, _>> = stacks.iter().map(|one| Template::parse(&one.file.text)).collect();
    let values: Vec<Value> = read.iter().map(|one| one.as_ref().map_or(Value::Null, value)).collect();
    let mut broken = policy::broken(sets, errors, &values.iter().collect::<Vec<_>>()).into_iter();
    let known = stacks.iter().zip(&read).zip(values).filter(|((_, template), _)| template.is_ok());
    let known = known.map(|((one, _), template)| {
        let (name, parameters) = (one.stack.clone(), one.parameters.clone());
        Stack { name, parameters, template }
    });
    let all = strataform_rules::check(&World::of(known.collect()));
    let each = stacks.iter().zip(&read).map(|(one, template)| {
        let broken = broken.next().unwrap_or_default();
        match template {
            Ok(template) => {
                let mut found = found(template, one.file.text.len());
                let own = all.iter().filter(|finding| finding.stack == one.stack).cloned();
                add(&mut found, own, |pointer, found| {
                    suppressions.apply(found.code.text(), &one.stack, pointer, found)
                });
                found.extend(broken.into_iter().map(|mut broken| {
                    let Broken { rule, pointer, diagnostic } = &broken;
                    broken.diagnostic = suppressions.apply(rule, &one.stack, pointer, diagnostic.clone());
                    of_policy(broken)
                }));
                placed(one.file, found)
            }
            Err(errors) => errors.0.iter().map(|error| unreadable(&one.file.text, error)).collect(),
        }
    });
    each.collect()
}

fn of_policy(Broken { pointer, diagnostic, .. }: Broken) -> Fault {
    Fault::new(pointer, At::Key, diagnostic)
}

/// A template as JSON without short forms.
fn value(template: &Template) -> Value {
    // What cannot be rendered has faults that are reported.
    let text = template.to_json_compact().unwrap_or_default();
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// Adds what breaks a rule, but for what is wrong at the same place already: one fault is one finding. `judge` gets the pointer of
/// each.
fn add(
    found: &mut Vec<Fault>,
    rules: impl IntoIterator<Item = Finding>,
    mut judge: impl FnMut(&str, Diagnostic) -> Diagnostic,
) {
    let known: BTreeSet<String> = found.iter().map(|one| one.pointer.clone()).collect();
    let new = rules.into_iter().filter(|one| !known.contains(&one.pointer));
    found.extend(new.map(|one| {
        let at = match one.at {
            strataform_rules::At::Key => At::Key,
            strataform_rules::At::Value => At::Value,
        };
        let severity = one.code.explanation().severity;
        let diagnostic = Diagnostic { severity, ..Diagnostic::error(one.code, 0..0, one.summary) };
        let diagnostic = judge(&one.pointer, diagnostic.because(one.cause).help(one.help));
        Fault::new(one.pointer, at, diagnostic)
    }));
}

fn placed(file: &SourceFile, found: Vec<Fault>) -> Vec<Diagnostic> {
    // Places are found only for a template that needs them: it is read a second time for that.
    let places = if found.is_empty() { Places::default() } else { Places::of(&file.text) };
    let mut all: Vec<Diagnostic> = found.into_iter().map(|one| one.placed(&places)).collect();
    all.sort_by_key(|one| one.labels.first().map_or(0, |label| label.span.start));
    if let Some(left_out) = all.len().checked_sub(MOST_FINDINGS).filter(|count| *count > 0) {
        all.truncate(MOST_FINDINGS);
        let summary = format!("{left_out} more findings are left out");
        all.push(Diagnostic::error(FINDINGS, 0..0, summary).help("correct the first ones, and check again"));
    }
    all
}

/// The most findings of a template that are reported.
const MOST_FINDINGS: usize = 1_000;

/// Whether a template has so many more resources than a stack can have that this is its only fault: some rules compare each
/// resource with each other one.
fn is_huge(template: &Template) -> bool {
    template.items().nth(10 * limits::RESOURCES).is_some()
}

/// Something that is wrong at a pointer.
pub(super) struct Fault {
    pointer: String,
    at: At,
    diagnostic: Diagnostic,
}

/// Where a fault points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Key,
    Value,
}

impl Fault {
    pub(super) fn new(pointer: String, at: At, diagnostic: Diagnostic) -> Self {
        Self { pointer, at, diagnostic }
    }

    fn placed(self, places: &Places) -> Diagnostic {
        let span = match self.at {
            At::Key => places.key(&self.pointer),
            At::Value => places.value(&self.pointer),
        };
        let mut diagnostic = self.diagnostic;
        if let Some(first) = diagnostic.labels.first_mut() {
            first.span = span;
        }
        diagnostic
    }
}

fn found(template: &Template, bytes: usize) -> Vec<Fault> {
    let mut found = Vec::new();
    if template.items().next().is_none() {
        let diagnostic = Diagnostic::error(TEMPLATE_TEXT, 0..0, "the template has no resources")
            .help("add a resource to its section `Resources`");
        found.push(Fault::new("/Resources".to_owned(), At::Key, diagnostic));
        return found;
    }
    if is_huge(template) {
        return sizes(template, bytes);
    }
    let is_expanded = names::is_expanded(template);
    let mut together = BTreeSet::new();
    for finding in strataform_schema::template(template) {
        // Properties that exclude each other are one fault, although each of them has a finding.
        if finding.rule == Rule::Together && !together.insert(excluding(&finding)) {
            continue;
        }
        let is_unsure = is_expanded && may_be_made(template, &finding);
        if !is_unsure && !is_packaged(template, &finding) {
            found.push(schema(finding));
        }
    }
    if !is_expanded {
        found.extend(names::check(template));
        found.extend(cycles::check(template));
    }
    found.extend(sizes(template, bytes));
    found
}

/// What exceeds a limit.
fn sizes(template: &Template, bytes: usize) -> Vec<Fault> {
    let excesses = limits::excesses(template, bytes).into_iter();
    let fault = |one: limits::Excess| {
        let diagnostic = one.diagnostic("the template");
        Fault::new(one.pointer, At::Key, diagnostic)
    };
    excesses.map(fault).collect()
}

/// The object of a finding, and the properties that it names.
fn excluding(finding: &strataform_schema::Finding) -> (String, Vec<String>) {
    let parent = finding.path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let mut names: Vec<String> = finding.message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    names.sort();
    let is_at_property = names.iter().any(|name| finding.path.ends_with(&format!("/{name}")));
    (if is_at_property { parent } else { &finding.path }.to_owned(), names)
}

/// The resource of a finding, and the path of the property in it.
fn place_of<'a>(
    template: &'a Template,
    finding: &'a strataform_schema::Finding,
) -> Option<(&'a str, &'a str)> {
    let mut parts = finding.path.splitn(5, '/').skip(2);
    let resource = template.resource(parts.next()?)?;
    Some((&resource.resource_type, parts.nth(1).unwrap_or_default()))
}

/// Whether a macro may change what a finding is about: it can make types and properties, and AWS SAM has types of its own.
fn may_be_made(template: &Template, finding: &strataform_schema::Finding) -> bool {
    let is_serverless =
        place_of(template, finding).is_some_and(|(kind, _)| kind.starts_with("AWS::Serverless::"));
    is_serverless || matches!(finding.rule, Rule::UnknownType | Rule::UnknownProperty | Rule::Required)
}

/// Properties that may be the path of a local file until `aws cloudformation package` uploads it, and whose own type is an object:
/// the list in its reference.
const PACKAGED: [(&str, &str); 6] = [
    ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ("AWS::Lambda::Function", "Code"),
    ("AWS::Lambda::LayerVersion", "Content"),
    ("AWS::ElasticBeanstalk::ApplicationVersion", "SourceBundle"),
    ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
    ("AWS::CodeCommit::Repository", "Code/S3"),
];

/// Whether a finding is about the path of a local file.
fn is_packaged(template: &Template, finding: &strataform_schema::Finding) -> bool {
    finding.rule == Rule::Kind && place_of(template, finding).is_some_and(|place| PACKAGED.contains(&place))
}

/// A value that the schema of its resource type does not allow.
fn schema(finding: strataform_schema::Finding) -> Fault {
    let at = match finding.rule {
        Rule::UnknownProperty | Rule::Required | Rule::Together | Rule::ReadOnly => At::Key,
        Rule::UnknownType
        | Rule::Kind
        | Rule::Allowed
        | Rule::Pattern
        | Rule::Format
        | Rule::Length
        | Rule::Range
        | Rule::Count
        | Rule::Unique
        | Rule::Alternatives => At::Value,
    };
    let mut parts = finding.path.splitn(5, '/').skip(2);
    let (logical, rest) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
    let place =
        if rest.is_empty() { logical.to_owned() } else { format!("{logical}: {}", rest.replace('/', ".")) };
    let diagnostic = Diagnostic::error(TEMPLATE_PROPERTY, 0..0, format!("{place}: {}", finding.message))
        .because(format!("the schema of the resource type has the rule `{}`", finding.rule));
    Fault::new(finding.path, at, diagnostic)
}

/// A fault of the text itself.
fn unreadable(text: &str, error: &ParseError) -> Diagnostic {
    Diagnostic::error(TEMPLATE_TEXT, position(text, error), error.reason.clone())
}

/// The character at a line and a column, in bytes.
fn position(text: &str, error: &ParseError) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(error.line.saturating_sub(1)) {
        start += line.len();
    }
    let rest = text.get(start..).unwrap_or_default();
    let mut inside = rest.char_indices().skip(error.column.saturating_sub(1));
    let (at, letter) = inside.next().unwrap_or((rest.len(), ' '));
    let end = start + at + letter.len_utf8();
    (start + at).min(text.len())..end.min(text.len())
}

/// A name that nothing has.
pub(super) fn unknown(summary: String, help: String) -> Diagnostic {
    Diagnostic::error(TEMPLATE_NAME, 0..0, summary).help(help)
}

/// Resources that wait for each other.
pub(super) fn circle(summary: String) -> Diagnostic {
    Diagnostic::error(TEMPLATE_CYCLE, 0..0, summary)
        .because("CloudFormation creates a resource after those that it refers to")
        .help("remove a reference: name one of them by a text, or connect them by a third resource")
}

#[cfg(test)]
mod tests;
