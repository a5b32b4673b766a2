//! Suppressions: findings that the team accepts until a day.
//!
//! In: the suppressions of a platform, the day, findings. Out: the findings, those that are accepted marked so; and what is wrong with
//! the suppressions themselves: unknown names, expired and unused ones. It refuses to drop a finding, and to read a clock.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::code::{EXPIRED, POLICY, SUPPRESSION, UNUSED};
use crate::assembly::ManifestSuppression;
use crate::diagnostic::{Code, Diagnostic, Severity, Suppressed, did_you_mean, suggestion};

/// The suppressions of a platform, applied to one finding after the other.
#[derive(Debug)]
pub(crate) struct Suppressions<'a> {
    all: &'a [ManifestSuppression],
    today: NaiveDate,
    used: BTreeSet<usize>,
}

/// The names that suppressions can have.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    /// The Guard rules.
    pub(crate) rules: BTreeSet<&'a str>,
    /// The resources, with their stacks.
    pub(crate) resources: BTreeSet<(&'a str, &'a str)>,
}

/// A part of a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The rule.
    Rule,
    /// The resource.
    Resource,
    /// The last day.
    Until,
}

/// What is wrong with a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Its number, from 0.
    pub(crate) at: usize,
    /// The part that is wrong.
    pub(crate) part: Part,
    /// Without its place.
    pub(crate) diagnostic: Diagnostic,
}

impl<'a> Suppressions<'a> {
    pub(crate) fn new(all: &'a [ManifestSuppression], today: NaiveDate) -> Self {
        Self { all, today, used: BTreeSet::new() }
    }

    /// A finding of a rule in a resource, marked if the team accepts it. Of several suppressions, the one that holds longest decides.
    pub(crate) fn apply(&mut self, rule: &str, stack: &str, pointer: &str, found: Diagnostic) -> Diagnostic {
        let resource = pointer.strip_prefix("/Resources/").and_then(|rest| rest.split('/').next());
        let Some(resource) = resource.filter(|_| found.suppressed.is_none() && can_suppress(&found)) else {
            return found;
        };
        let meant = self.all.iter().enumerate().filter(|(_, one)| {
            let is_stack = one.stack.as_deref().is_none_or(|name| name == stack);
            is_stack && one.rule == rule && one.resource == resource
        });
        let meant: Vec<_> = meant.collect();
        self.used.extend(meant.iter().map(|(at, _)| *at));
        let longest = meant.iter().map(|(_, one)| one).max_by_key(|one| one.until);
        match longest.filter(|one| one.until >= self.today) {
            Some(one) => {
                let (reason, until) = (one.reason.clone(), one.until.to_string());
                found.suppressed(Suppressed::ByTeam { reason, until })
            }
            None => found,
        }
    }

    /// What is wrong with the suppressions, after all findings.
    pub(crate) fn remarks(&self, known: &Known<'_>) -> Vec<Remark> {
        let each = self.all.iter().enumerate();
        each.filter_map(|(at, one)| {
            let (part, diagnostic) = unknown(one, known).or_else(|| self.idle(at, one))?;
            Some(Remark { at, part, diagnostic })
        })
        .collect()
    }

    /// Why a suppression has no effect.
    fn idle(&self, at: usize, one: &ManifestSuppression) -> Option<(Part, Diagnostic)> {
        let ManifestSuppression { rule, resource, .. } = one;
        if one.until < self.today {
            let summary = format!("the suppression of `{rule}` in `{resource}` has expired");
            let diagnostic = Diagnostic::warning(EXPIRED, 0..0, summary)
                .because(format!("it was accepted until {}: {}", one.until, one.reason))
                .help("fix what the rule finds, or decide again and set a later day");
            return Some((Part::Until, diagnostic));
        }
        if self.used.contains(&at) {
            return None;
        }
        let diagnostic = Diagnostic::warning(UNUSED, 0..0, format!("unused suppression of `{rule}`"))
            .because(format!("the rule finds nothing in `{resource}`"))
            .help("remove it; if another environment needs it, move it to `[[environment.<name>.suppress]]`");
        Some((Part::Rule, diagnostic))
    }
}

/// Whether a finding may be accepted: what AWS refuses does not work better for that.
fn can_suppress(found: &Diagnostic) -> bool {
    found.code == POLICY || found.severity == Severity::Warning
}

/// The rules between resources.
fn codes() -> impl Iterator<Item = &'static Code> {
    strataform_rules::DATA_CODES.iter().chain(strataform_rules::USE_CODES).copied().flatten()
}

fn unknown(one: &ManifestSuppression, known: &Known<'_>) -> Option<(Part, Diagnostic)> {
    let error = |summary: String| Diagnostic::error(SUPPRESSION, 0..0, summary);
    let code = codes().find(|code| code.text() == one.rule);
    if code.is_some_and(|code| code.explanation().severity == Severity::Error) {
        let diagnostic = error(format!("`{}` cannot be suppressed", one.rule))
            .because("it is an error: AWS refuses what it finds, or it does not work")
            .help(format!("run `gen explain {}`, and fix what it finds", one.rule));
        return Some((Part::Rule, diagnostic));
    }
    if code.is_none() && !known.rules.contains(one.rule.as_str()) {
        let diagnostic = error(format!("unknown rule `{}`", one.rule.escape_debug()));
        return Some((Part::Rule, diagnostic.help(rule_help(&one.rule, known))));
    }
    let resources = || {
        let of_stack = |(stack, _): &&(&str, &str)| one.stack.as_deref().is_none_or(|name| name == *stack);
        known.resources.iter().filter(of_stack).map(|(_, id)| *id)
    };
    if resources().any(|id| id == one.resource) {
        return None;
    }
    let stacks: BTreeSet<&str> = known.resources.iter().map(|(stack, _)| *stack).collect();
    let diagnostic = if let Some(name) = one.stack.as_deref().filter(|name| !stacks.contains(name)) {
        error(format!("unknown stack `{}`", name.escape_debug())).help(did_you_mean(name, stacks))
    } else {
        let help = suggestion(&one.resource, resources());
        let help = help.unwrap_or_else(|| "copy the logical ID from the template".to_owned());
        error(format!("unknown resource `{}`", one.resource.escape_debug())).help(help)
    };
    Some((Part::Resource, diagnostic))
}

/// The unknown names among those of rules that are errors, with their numbers.
pub(crate) fn unknown_errors(errors: &[String], known: &Known<'_>) -> Vec<(usize, Diagnostic)> {
    let unknown = errors.iter().enumerate().filter(|(_, name)| !known.rules.contains(name.as_str()));
    unknown
        .map(|(at, name)| {
            let summary = format!("unknown rule `{}`", name.escape_debug());
            (at, Diagnostic::error(SUPPRESSION, 0..0, summary).help(rule_help(name, known)))
        })
        .collect()
}

fn rule_help(name: &str, known: &Known<'_>) -> String {
    if name == POLICY.text() {
        return "name the Guard rule, with which the finding begins".to_owned();
    }
    let suppressible = codes().filter(|code| code.explanation().severity == Severity::Warning);
    let all = known.rules.iter().copied().chain(suppressible.map(|code| code.text()));
    suggestion(name, all).unwrap_or_else(|| {
        "name a Guard rule (docs/guard.md lists those of gen) or the code of a rule between resources"
            .to_owned()
    })
}

#[cfg(test)]
mod tests;
