//! What rules found in a template.
//!
//! In: nothing; these are plain types. Out: statuses and findings, in the order of the rule files, then of the places. They hold no
//! value of the template except names and places, so that no report shows a secret.

use crate::fault::GuardFault;

/// What a rule says about a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardStatus {
    /// The rule does not apply: its condition is not met, or nothing matches it.
    Skip,
    /// The rule applies and is met.
    Pass,
    /// The rule is violated.
    Fail,
}

/// A violation of a rule at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuardFinding {
    /// JSON pointer in the template; of the nearest place that exists if what the rule expects is missing.
    pub pointer: String,
    /// Name of the rule.
    pub rule: String,
    /// Logical ID of the resource that contains the place.
    pub resource: Option<String>,
    /// The rule's own message, or the clause that failed if the rule has none.
    pub message: String,
    /// How to fix it, if the rule's message has a line for it (`Fix:`).
    pub fix: Option<String>,
    /// The places of the alternatives that failed, if one of several would do; `pointer` is the place that they share.
    pub alternatives: Vec<String>,
}

/// A rule and what it says about a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Name of the rule file.
    pub file: String,
    /// Name of the rule.
    pub rule: String,
    /// Whether the template meets the rule.
    pub status: GuardStatus,
    /// Where it does not, by place; empty unless the status is `Fail`.
    pub findings: Vec<GuardFinding>,
    /// Clauses that had nothing to compare, as the language writes them. They neither pass nor fail here, and fail in AWS's command
    /// from release 3.2 on, which is why they are listed: the rule should say with `when` that there may be nothing.
    pub unchecked: Vec<String>,
}

/// What a set of rules says about a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardReport {
    /// One for each rule, in the order of the files, then of the rules in a file.
    pub outcomes: Vec<Outcome>,
    /// Rule files that could not be evaluated over this template.
    pub faults: Vec<GuardFault>,
}

impl GuardReport {
    /// All findings, in the order of the rules.
    pub fn findings(&self) -> impl Iterator<Item = &GuardFinding> {
        self.outcomes.iter().flat_map(|outcome| &outcome.findings)
    }
}
