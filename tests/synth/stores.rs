//! Resources that store data are retained in protected environments and deleted in others, and say so in both.

use serde_json::Value;
use strataform::assembly::Draft;

use super::{BASE, drafts, replaced};

/// Types that hold data, in addition to those that the resource facts list.
const ALSO: [&str; 2] = ["AWS::Logs::LogStream", "AWS::RedshiftServerless::Namespace"];

fn holds_data(kind: &str) -> bool {
    ALSO.contains(&kind) || strataform_schema::resource(kind).is_some_and(|facts| facts.stateful)
}

/// Every resource of an environment: its place, its type, and its deletion and replacement policies.
fn policies(draft: &Draft) -> Vec<(String, String, [Option<String>; 2])> {
    let templates = draft.files.iter().filter(|file| file.path.ends_with("template.json"));
    let parsed = templates.map(|file| {
        let template: Value = serde_json::from_slice(&file.bytes).expect("a template is JSON");
        (file.path.clone(), template)
    });
    let text = |of: &Value| of.as_str().map(ToOwned::to_owned);
    let mut found = Vec::new();
    for (path, template) in parsed {
        for (name, resource) in template["Resources"].as_object().expect("a template has resources") {
            let kind = text(&resource["Type"]).expect("a resource has a type");
            let policies = ["DeletionPolicy", "UpdateReplacePolicy"].map(|policy| text(&resource[policy]));
            found.push((format!("{path}: {name}"), kind, policies));
        }
    }
    found
}

/// Asserts that all stores have these two policies, and nothing else has one. Returns the types of the stores.
fn assert_stores(draft: &Draft, deletion: &str, replacement: &str) -> Vec<String> {
    let expected = [Some(deletion.to_owned()), Some(replacement.to_owned())];
    let mut kinds = Vec::new();
    for (place, kind, policies) in policies(draft) {
        let due = if holds_data(&kind) { expected.clone() } else { [None, None] };
        assert_eq!(policies, due, "{place}, {kind}");
        kinds.extend(holds_data(&kind).then_some(kind));
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

#[test]
fn stores_are_retained_in_protected_environments_and_deleted_in_others() {
    const SHARED: [&str; 7] = [
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::Logs::LogStream",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    ];
    let with = |warehouse: &str| {
        let mut kinds = SHARED.map(ToOwned::to_owned).to_vec();
        kinds.push(warehouse.to_owned());
        kinds.sort();
        kinds
    };
    let (serverless, cluster) = (with("AWS::RedshiftServerless::Namespace"), with("AWS::Redshift::Cluster"));
    let [dev, prod] = drafts(BASE).expect("the platform is valid").try_into().expect("two environments");
    assert_eq!(assert_stores(&dev, "Delete", "Delete"), serverless);
    assert_eq!(assert_stores(&prod, "RetainExceptOnCreate", "Retain"), cluster);
    // Swapped, to show that only the key decides, not the name or the kind of warehouse.
    let turned = replaced(BASE, "protected = true\n", "");
    let turned = replaced(&turned, "[environment.dev]\n", "[environment.dev]\nprotected = true\n");
    let [dev, prod] = drafts(&turned).expect("the platform is valid").try_into().expect("two environments");
    assert_eq!(assert_stores(&dev, "RetainExceptOnCreate", "Retain"), serverless);
    assert_eq!(assert_stores(&prod, "Delete", "Delete"), cluster);
}

#[test]
fn a_changed_tag_replaces_nothing() {
    let mut tagged = 0;
    for draft in drafts(BASE).expect("the platform is valid") {
        for file in draft.files.iter().filter(|file| file.path.ends_with("template.json")) {
            let template: Value = serde_json::from_slice(&file.bytes).expect("a template is JSON");
            for (name, resource) in template["Resources"].as_object().expect("resources") {
                let kind = resource["Type"].as_str().expect("a type");
                let Some(facts) = strataform_schema::resource(kind) else { continue };
                let Some(tags) = &facts.tag_property else { continue };
                let has = resource["Properties"].get(tags).is_some();
                assert!(!has || !facts.create_only.contains(tags), "{}: {name}, {kind}", file.path);
                tagged += usize::from(has);
            }
        }
    }
    assert!(tagged > 50, "{tagged}");
}
