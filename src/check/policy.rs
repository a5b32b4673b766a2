//! Policies in the Guard language: what a team allows beyond what works.
//!
//! In: parsed rules, which of them are errors, templates as JSON. Out: what breaks a rule, with the rule and the resource. It refuses
//! to read files and clocks.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;
pub use strataform_guard::{GuardFault, RuleFile, RuleSet, shipped, shipped_rules};
use strataform_guard::{GuardFinding, GuardReport};

use super::code::{POLICY, RULE_FILE, UNCHECKED};
use crate::diagnostic::{Code, Diagnostic, Severity, SourceFile, Suppressed};

/// The policies that something is checked with, in addition to its own, and the day as of which it is checked.
#[derive(Clone, Debug)]
pub struct Review<'a> {
    /// The rules.
    pub rules: Vec<&'a RuleSet<'a>>,
    /// The day that decides which suppressions have expired.
    pub today: NaiveDate,
}

/// Something that breaks a rule in a template.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    /// The name of the rule.
    pub(crate) rule: String,
    /// A JSON pointer in the template.
    pub(crate) pointer: String,
    /// Without its place.
    pub(crate) diagnostic: Diagnostic,
}

/// What breaks rules in each template; `errors` names the rules that are errors.
pub(crate) fn broken(sets: &[&RuleSet<'_>], errors: &[String], templates: &[&Value]) -> Vec<Vec<Broken>> {
    let mut all: Vec<Vec<Broken>> = templates.iter().map(|_| Vec::new()).collect();
    // A rule about one stack has nothing to compare in the others, which is said once.
    let mut unchecked = BTreeSet::new();
    for set in sets {
        let reports = set.check_all(templates);
        for ((found, template), report) in all.iter_mut().zip(templates).zip(&reports) {
            found.extend(of_report(report, template, errors, &mut unchecked));
        }
    }
    all
}

fn of_report(
    report: &GuardReport,
    template: &Value,
    errors: &[String],
    unchecked: &mut BTreeSet<String>,
) -> Vec<Broken> {
    let mut found: Vec<Broken> = report.findings().map(|one| of_finding(one, template, errors)).collect();
    for outcome in &report.outcomes {
        if outcome.unchecked.is_empty() || !unchecked.insert(outcome.rule.clone()) {
            continue;
        }
        let summary = format!("{}: a clause has nothing to compare", outcome.rule);
        let help = "put it into a block `when %variable !empty`; docs/guard.md says why";
        let cause = outcome.unchecked.join("; ");
        found.push(at_top(UNCHECKED, &outcome.rule, summary, help).because(cause));
    }
    for fault in &report.faults {
        let summary = format!("the rules of {} cannot be evaluated: {}", fault.file, fault.summary);
        found.push(at_top(POLICY, "", summary, fault.help.as_deref().unwrap_or_default()));
    }
    found
}

fn of_finding(one: &GuardFinding, template: &Value, errors: &[String]) -> Broken {
    let summary = format!("{}: {}", one.rule, one.message.trim_end_matches('.'));
    let help = one.fix.clone().unwrap_or_default();
    let mut diagnostic = Diagnostic::warning(POLICY, 0..0, summary).help(help);
    if errors.contains(&one.rule) {
        diagnostic.severity = Severity::Error;
    }
    if one.is_suppressed_in(template) {
        diagnostic = diagnostic.suppressed(Suppressed::ByTemplate);
    }
    Broken { rule: one.rule.clone(), pointer: one.pointer.clone(), diagnostic }
}

impl Broken {
    fn because(self, cause: String) -> Self {
        Self { diagnostic: self.diagnostic.because(cause), ..self }
    }
}

/// Something about a rule and a whole template.
fn at_top(code: Code, rule: &str, summary: String, help: &str) -> Broken {
    let diagnostic = Diagnostic::warning(code, 0..0, summary).help(help);
    Broken { rule: rule.to_owned(), pointer: String::new(), diagnostic }
}

/// Parses a team's rule files, next to those that are used with them.
///
/// # Errors
/// The faults of the files, each with its file and its place there.
pub(crate) fn parsed<'a>(
    files: &'a [RuleFile],
    others: &[&RuleSet<'_>],
) -> Result<RuleSet<'a>, Vec<Diagnostic>> {
    let faults = match RuleSet::parse(files) {
        Ok(set) => {
            let faults: Vec<GuardFault> = others.iter().flat_map(|other| set.duplicates(other)).collect();
            if faults.is_empty() {
                return Ok(set);
            }
            faults
        }
        Err(faults) => faults,
    };
    Err(faults.iter().map(|fault| of_file(fault, files)).collect())
}

fn of_file(fault: &GuardFault, files: &[RuleFile]) -> Diagnostic {
    let text = files.iter().find(|file| file.name == fault.file).map_or("", |file| &file.text);
    let file = SourceFile { path: fault.file.clone().into(), text: text.to_owned() };
    let start = fault.place.map_or(0, |place| {
        let lines = text.split_inclusive('\n').take(place.line.saturating_sub(1) as usize);
        let line: usize = lines.map(str::len).sum();
        let rest = text.get(line..).unwrap_or_default();
        let column = place.column.saturating_sub(1) as usize;
        line + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    });
    let help = fault.help.clone().unwrap_or_else(|| "docs/guard.md describes rule files".to_owned());
    Diagnostic::error(RULE_FILE, start..start, fault.summary.clone()).help(help).of(&file.path)
}
