//! Which findings a team accepts.
//!
//! In: a report, its template, the team's suppressions, the date. Out: findings that are open, suppressed, or whose suppression
//! expired. It refuses to drop a finding: each is in one of the three, with what suppresses it.

use chrono::NaiveDate;
use serde_json::Value;

use crate::report::{GuardFinding, GuardReport};

/// A team's decision to accept what a rule finds in a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Name of the rule.
    pub rule: String,
    /// Logical ID of the resource.
    pub resource: String,
    /// Why the team accepts it.
    pub reason: String,
    /// The last day on which it holds; without one, it holds for good.
    pub expires: Option<NaiveDate>,
}

/// Where a suppression stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SuppressedBy<'a> {
    /// Among the team's suppressions.
    Team(&'a Suppression),
    /// In the template: `SuppressedRules` in the resource's `Metadata`, under `guard`, as in AWS's registry of rules.
    Template,
}

/// A finding and its suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed<'a> {
    /// The finding.
    pub finding: &'a GuardFinding,
    /// What suppresses it.
    pub by: SuppressedBy<'a>,
}

/// The findings of a report, each in one of the three lists, in the report's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Divided<'a> {
    /// Not suppressed.
    pub open: Vec<&'a GuardFinding>,
    /// Suppressed on this date.
    pub suppressed: Vec<Suppressed<'a>>,
    /// Suppressed until an earlier date, so no longer.
    pub expired: Vec<Suppressed<'a>>,
}

/// Divides the findings of a report. A suppression in the template never expires; of several by the team, the one that holds longest
/// decides.
#[must_use]
pub fn divide<'a>(
    report: &'a GuardReport,
    template: &Value,
    suppressions: &'a [Suppression],
    today: NaiveDate,
) -> Divided<'a> {
    let mut divided = Divided::default();
    for finding in report.findings() {
        if in_template(finding, template) {
            divided.suppressed.push(Suppressed { finding, by: SuppressedBy::Template });
            continue;
        }
        let longest = suppressions
            .iter()
            .filter(|suppression| suppression.covers(finding))
            .max_by_key(|suppression| suppression.end());
        match longest {
            None => divided.open.push(finding),
            Some(suppression) => {
                let list =
                    if suppression.end() < today { &mut divided.expired } else { &mut divided.suppressed };
                list.push(Suppressed { finding, by: SuppressedBy::Team(suppression) });
            }
        }
    }
    divided
}

/// The suppressions that suppress nothing in any of a deployment's templates, in their order: the fault is gone, or a name is wrong.
#[must_use]
pub fn unused<'a>(suppressions: &'a [Suppression], reports: &[&GuardReport]) -> Vec<&'a Suppression> {
    let covers = |suppression: &&Suppression| {
        !reports.iter().any(|report| report.findings().any(|finding| suppression.covers(finding)))
    };
    suppressions.iter().filter(covers).collect()
}

impl Suppression {
    fn covers(&self, finding: &GuardFinding) -> bool {
        finding.rule == self.rule && finding.resource.as_ref() == Some(&self.resource)
    }

    fn end(&self) -> NaiveDate {
        self.expires.unwrap_or(NaiveDate::MAX)
    }
}

fn in_template(finding: &GuardFinding, template: &Value) -> bool {
    let Some(resource) = &finding.resource else { return false };
    let rules = &template["Resources"][resource]["Metadata"]["guard"]["SuppressedRules"];
    rules.as_array().is_some_and(|rules| rules.iter().any(|rule| rule.as_str() == Some(&finding.rule)))
}
