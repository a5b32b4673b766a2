//! Policies in the Guard language: what a team allows beyond what works.
//!
//! In: parsed rule files, a template as JSON. Out: warnings at their places. It refuses to read files.

use chrono::NaiveDate;
use serde_json::Value;
pub use strataform_guard::{GuardFault, RuleFile, RuleSet, shipped};

use super::code::POLICY;
use super::template::{At, Fault};
use crate::diagnostic::{Code, Diagnostic};

/// What breaks a policy in a template, but for what its metadata suppress.
pub(super) fn template(policies: &RuleSet<'_>, template: &Value) -> Vec<Fault> {
    let report = policies.check(template);
    let divided = strataform_guard::divide(&report, template, &[], NaiveDate::MIN);
    let found = divided.open.into_iter().map(|one| {
        let summary = format!("{}: {}", one.rule, one.message.trim_end_matches('.'));
        fault(POLICY, one.pointer.clone(), summary, one.fix.clone().unwrap_or_default())
    });
    let faults = report.faults.iter().map(|one| {
        let summary = format!("the rules of {} cannot be evaluated: {}", one.file, one.summary);
        fault(POLICY, String::new(), summary, one.help.clone().unwrap_or_default())
    });
    found.chain(faults).collect()
}

fn fault(code: Code, pointer: String, summary: String, help: String) -> Fault {
    Fault::new(pointer, At::Key, Diagnostic::warning(code, 0..0, summary).help(help))
}
