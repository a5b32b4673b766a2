//! Findings that a template accepts itself.

use serde_json::json;
use strataform_guard::{RuleSet, shipped};

#[test]
fn the_metadata_of_a_resource_suppress_a_rule_there_and_nowhere_else() {
    let group =
        |metadata| json!({"Type": "AWS::Logs::LogGroup", "Metadata": metadata, "Properties": {"Tags": [1]}});
    let template = json!({"Resources": {
        "One": group(json!({"guard": {"SuppressedRules": ["log_retention"]}})),
        "Other": group(json!({"guard": {"SuppressedRules": "log_retention"}})),
        "None": group(json!({})),
    }});
    let texts = shipped();
    let report = RuleSet::parse(&texts).unwrap().check(&template);
    let found = report
        .findings()
        .map(|one| (one.rule.as_str(), one.resource.as_deref().unwrap(), one.is_suppressed_in(&template)));
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("log_group_encryption_key", "None", false),
            ("log_group_encryption_key", "One", false),
            ("log_group_encryption_key", "Other", false),
            ("log_retention", "None", false),
            ("log_retention", "One", true),
            ("log_retention", "Other", false),
        ]
    );
}
