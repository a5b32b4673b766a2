//! Rules over a template.
//!
//! In: parsed rules and a template. Out: a report. The same rules and template give the same report, whatever the order of keys in
//! the template. It refuses templates that nest deeper than a template can, because the evaluator of the language recurses.

use std::cell::OnceCell;
use std::rc::Rc;

use cloudformation_guard_lang::eval::eval_rules_file;
use cloudformation_guard_lang::eval_context::{EventRecord, root_scope};
use cloudformation_guard_lang::exprs::RulesFile;
use cloudformation_guard_lang::path_value::PathAwareValue;
use cloudformation_guard_lang::{NamedStatus, RecordType, Status};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use serde_json::Value;

use crate::failure::{Failure, failures, unchecked};
use crate::fault::GuardFault;
use crate::message;
use crate::place;
use crate::relevant::{Reduced, nothing};
use crate::report::{GuardFinding, GuardReport, GuardStatus, Outcome};
use crate::ruleset::{Parsed, RuleSet};

/// How deep a template may nest: what JSON readers commonly allow.
const DEEPEST: usize = 128;

impl RuleSet<'_> {
    /// Checks a template.
    #[must_use]
    pub fn check(&self, template: &Value) -> GuardReport {
        let template = Prepared::of(template);
        report(self.files.iter().map(|file| file.check(&template)).collect())
    }

    /// Checks templates at the same time, on all cores; the reports are in their order.
    #[must_use]
    pub fn check_all(&self, templates: &[&Value]) -> Vec<GuardReport> {
        // Templates differ much in size, so a job is one file over one template.
        let jobs: Vec<Job<'_>> = templates
            .iter()
            .enumerate()
            .flat_map(|(at, template)| self.files.iter().map(move |file| (at, *template, file)))
            .collect();
        let all: Vec<Checked> = jobs.into_par_iter().map_init(|| None, done).collect();
        let mut each = all.into_iter();
        templates.iter().map(|_| report(each.by_ref().take(self.files.len()).collect())).collect()
    }
}

/// A template with its number, and a file that is checked over it.
type Job<'t> = (usize, &'t Value, &'t Parsed<'t>);

/// Does a job; `last` is the template of the job before, which mostly has the same.
fn done<'t>(last: &mut Option<(usize, Prepared<'t>)>, (at, template, file): Job<'t>) -> Checked {
    let kept = last.take().filter(|(template, _)| *template == at);
    let (_, prepared) = last.insert(kept.unwrap_or_else(|| (at, Prepared::of(template))));
    file.check(prepared)
}

/// What the rules of a file say about a template.
type Checked = Result<Vec<Outcome>, GuardFault>;

fn report(each: Vec<Checked>) -> GuardReport {
    let mut report = GuardReport::default();
    for checked in each {
        match checked {
            Ok(outcomes) => report.outcomes.extend(outcomes),
            Err(fault) => report.faults.push(fault),
        }
    }
    report
}

/// A template as the evaluator reads it; `None` if it cannot.
fn converted(template: Value) -> Option<Rc<PathAwareValue>> {
    PathAwareValue::try_from(template).ok().map(Rc::new)
}

/// A template, and what is known of it for one file after the other.
struct Prepared<'t> {
    template: &'t Value,
    is_too_deep: bool,
    /// Most files look at a part of a template only, so the whole is converted when the first one looks at all.
    whole: OnceCell<Option<Rc<PathAwareValue>>>,
}

impl<'t> Prepared<'t> {
    fn of(template: &'t Value) -> Self {
        Self { template, is_too_deep: is_deeper(template, DEEPEST), whole: OnceCell::new() }
    }
}

impl Parsed<'_> {
    /// What the rules say about a template.
    fn check(&self, Prepared { template, is_too_deep, whole }: &Prepared<'_>) -> Checked {
        if *is_too_deep {
            return Err(GuardFault::new(
                self.name,
                format!("the template nests deeper than {DEEPEST} levels"),
            ));
        }
        let Some(relevant) = &self.relevant else {
            return self.over(whole.get_or_init(|| converted((*template).clone())).clone(), template);
        };
        let Reduced { part, is_nothing } = relevant.reduce(template);
        let known =
            is_nothing.then(|| self.nothing.get_or_init(|| self.of_nothing())).and_then(Option::as_ref);
        known.map_or_else(|| self.over(converted(part), template), |outcomes| Ok(outcomes.clone()))
    }

    /// What the rules say about a template in which they look at nothing; `None` if that depends on the template.
    fn of_nothing(&self) -> Option<Vec<Outcome>> {
        let template = nothing();
        let outcomes = self.over(converted(template.clone()), &template).ok()?;
        outcomes.iter().all(|outcome| outcome.findings.is_empty()).then_some(outcomes)
    }

    /// What the rules say about a template, of which `root` is what they look at.
    fn over(&self, root: Option<Rc<PathAwareValue>>, template: &Value) -> Checked {
        let root =
            root.ok_or_else(|| GuardFault::new(self.name, "the template has an unknown kind of value"))?;
        outcomes(self.name, &self.rules, root, template)
    }
}

fn outcomes(file: &str, rules: &RulesFile<'_>, root: Rc<PathAwareValue>, template: &Value) -> Checked {
    let mut scope = root_scope(rules, root);
    if let Err(error) = eval_rules_file(rules, &mut scope, None) {
        return Err(GuardFault::new(file, format!("the rules could not be evaluated: {error}")));
    }
    let mut outcomes: Vec<Outcome> = Vec::new();
    for record in &scope.reset_recorder().extract().children {
        let Some(RecordType::RuleCheck(NamedStatus { name, status, .. })) = &record.container else {
            continue;
        };
        let outcome = Outcome {
            file: file.to_owned(),
            rule: (*name).to_owned(),
            status: of(*status),
            findings: findings(name, record, template),
            unchecked: record.children.iter().flat_map(unchecked).collect(),
        };
        // A rule may be defined several times, with different conditions.
        match outcomes.iter_mut().find(|other| other.rule == outcome.rule) {
            Some(other) => {
                other.status = other.status.max(outcome.status);
                other.findings.extend(outcome.findings);
                other.unchecked.extend(outcome.unchecked);
            }
            None => outcomes.push(outcome),
        }
    }
    for outcome in &mut outcomes {
        outcome.findings.sort();
        outcome.findings.dedup();
        outcome.unchecked.sort();
        outcome.unchecked.dedup();
    }
    Ok(outcomes)
}

fn of(status: Status) -> GuardStatus {
    match status {
        Status::PASS => GuardStatus::Pass,
        Status::FAIL => GuardStatus::Fail,
        Status::SKIP => GuardStatus::Skip,
    }
}

fn findings(rule: &str, record: &EventRecord<'_>, template: &Value) -> Vec<GuardFinding> {
    failures(record).iter().map(|failure| finding(rule, failure, template)).collect()
}

fn finding(rule: &str, failure: &Failure, template: &Value) -> GuardFinding {
    let mut alternatives: Vec<_> = failure.paths.iter().map(|path| place::pointer(template, path)).collect();
    alternatives.sort();
    alternatives.dedup();
    let pointer =
        alternatives.iter().cloned().reduce(|one, other| place::shared(&one, &other)).unwrap_or_default();
    if alternatives.len() == 1 {
        alternatives.clear();
    }
    let message = failure.message.as_deref().and_then(message::read);
    let (text, fix) = message.map_or_else(
        || (format!("expected {}", failure.clause), None),
        |message| (message.text, message.fix),
    );
    GuardFinding {
        resource: place::resource(&pointer),
        pointer,
        rule: rule.to_owned(),
        message: text,
        fix,
        alternatives,
    }
}

/// Whether a value nests deeper than so many levels; it looks no deeper than that.
fn is_deeper(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else { return true };
    match value {
        Value::Array(list) => list.iter().any(|value| is_deeper(value, below)),
        Value::Object(map) => map.values().any(|value| is_deeper(value, below)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
