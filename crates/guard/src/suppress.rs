//! Which findings a template accepts itself.
//!
//! In: a finding and its template. Out: whether the metadata of the resource suppress the rule, as in AWS's registry of rules. What a
//! team accepts elsewhere is not known here.

use serde_json::Value;

use crate::report::GuardFinding;

impl GuardFinding {
    /// Whether `SuppressedRules` in the `Metadata` of the resource, under `guard`, name the rule.
    #[must_use]
    pub fn is_suppressed_in(&self, template: &Value) -> bool {
        let Some(resource) = &self.resource else { return false };
        let rules = &template["Resources"][resource]["Metadata"]["guard"]["SuppressedRules"];
        rules.as_array().is_some_and(|rules| rules.iter().any(|rule| rule.as_str() == Some(&self.rule)))
    }
}
