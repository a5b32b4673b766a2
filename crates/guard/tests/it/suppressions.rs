//! Findings that a team accepts.

use chrono::NaiveDate;
use serde_json::json;
use strataform_guard::{RuleSet, SuppressedBy, Suppression, divide, shipped, unused};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, day).unwrap()
}

fn suppression(rule: &str, resource: &str, expires: Option<u32>) -> Suppression {
    Suppression {
        rule: rule.to_owned(),
        resource: resource.to_owned(),
        reason: "a reason".to_owned(),
        expires: expires.map(day),
    }
}

#[test]
fn each_finding_is_open_suppressed_or_expired() {
    let metadata = json!({"guard": {"SuppressedRules": ["log_retention"]}});
    let template = json!({"Resources": {
        "Open": {"Type": "AWS::Logs::LogGroup", "Properties": {"KmsKeyId": "a", "Tags": [1]}},
        "Team": {"Type": "AWS::Logs::LogGroup", "Properties": {"KmsKeyId": "a", "Tags": [1]}},
        "Last": {"Type": "AWS::Logs::LogGroup", "Properties": {"KmsKeyId": "a", "Tags": [1]}},
        "Over": {"Type": "AWS::Logs::LogGroup", "Properties": {"KmsKeyId": "a", "Tags": [1]}},
        "Both": {"Type": "AWS::Logs::LogGroup", "Properties": {"KmsKeyId": "a", "Tags": [1]}},
        "Template": {"Type": "AWS::Logs::LogGroup", "Metadata": metadata, "Properties": {"Tags": [1]}},
    }});
    let suppressions = [
        suppression("log_retention", "Team", None),
        suppression("log_retention", "Last", Some(10)),
        suppression("log_retention", "Over", Some(9)),
        suppression("log_retention", "Both", Some(9)),
        suppression("log_retention", "Both", Some(11)),
        suppression("log_retention", "Gone", None),
        suppression("cost_tags", "Open", None),
    ];
    let texts = shipped();
    let report = RuleSet::parse(&texts).unwrap().check(&template);
    let divided = divide(&report, &template, &suppressions, day(10));
    let name = |finding: &strataform_guard::GuardFinding| {
        format!("{} {}", finding.rule, finding.resource.as_deref().unwrap())
    };
    let open: Vec<_> = divided.open.iter().map(|finding| name(finding)).collect();
    assert_eq!(open, ["log_group_encryption_key Template", "log_retention Open"]);
    let suppressed: Vec<_> = divided
        .suppressed
        .iter()
        .map(|each| (name(each.finding), each.by == SuppressedBy::Template))
        .collect();
    let expected = [("Both", false), ("Last", false), ("Team", false), ("Template", true)];
    assert_eq!(suppressed, expected.map(|(id, by_template)| (format!("log_retention {id}"), by_template)));
    assert_eq!(divided.suppressed[0].by, SuppressedBy::Team(&suppressions[4]), "the one that holds longest");
    let expired: Vec<_> = divided.expired.iter().map(|each| name(each.finding)).collect();
    assert_eq!(expired, ["log_retention Over"]);
    assert_eq!(
        divided.open.len() + divided.suppressed.len() + divided.expired.len(),
        report.findings().count()
    );
    assert_eq!(unused(&suppressions, &[&report]), [&suppressions[5], &suppressions[6]]);
}
