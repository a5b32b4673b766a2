//! Rules over a template.
//!
//! In: parsed rules and a template. Out: a report. The same rules and template give the same report, whatever the order of keys in
//! the template. It refuses templates that nest deeper than a template can, because the evaluator of the language recurses.

use std::rc::Rc;

use cloudformation_guard_lang::eval::eval_rules_file;
use cloudformation_guard_lang::eval_context::{EventRecord, root_scope};
use cloudformation_guard_lang::exprs::RulesFile;
use cloudformation_guard_lang::path_value::PathAwareValue;
use cloudformation_guard_lang::{NamedStatus, RecordType, Status};
use serde_json::Value;

use crate::failure::{Failure, failures, unchecked};
use crate::fault::GuardFault;
use crate::message;
use crate::place;
use crate::relevant::reduce;
use crate::report::{GuardFinding, GuardReport, GuardStatus, Outcome};
use crate::ruleset::{Parsed, RuleSet};

/// How deep a template may nest: what JSON readers commonly allow.
const DEEPEST: usize = 128;

impl RuleSet<'_> {
    /// Checks a template.
    #[must_use]
    pub fn check(&self, template: &Value) -> GuardReport {
        let mut report = GuardReport::default();
        let root =
            if is_deeper(template, DEEPEST) { None } else { PathAwareValue::try_from(template.clone()).ok() };
        let Some(root) = root.map(Rc::new) else {
            let summary = format!("the template nests deeper than {DEEPEST} levels");
            let fault = |file: &Parsed<'_>| GuardFault::new(file.name, summary.clone());
            report.faults.extend(self.files.iter().map(fault));
            return report;
        };
        for file in &self.files {
            let root = file.types.as_ref().map_or_else(|| Rc::clone(&root), |types| reduce(&root, types));
            match outcomes(file.name, &file.rules, &root, template) {
                Ok(outcomes) => report.outcomes.extend(outcomes),
                Err(fault) => report.faults.push(fault),
            }
        }
        report
    }
}

fn outcomes(
    file: &str,
    rules: &RulesFile<'_>,
    root: &Rc<PathAwareValue>,
    template: &Value,
) -> Result<Vec<Outcome>, GuardFault> {
    let mut scope = root_scope(rules, Rc::clone(root));
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
