//! What stores data is kept in protected environments, is given up in others, and says so in both.

use serde_json::Value;
use strataform::assembly::Draft;

use super::{BASE, drafts, replaced};

/// Types that hold data, beside those whose facts say so.
const ALSO: [&str; 2] = ["AWS::Logs::LogStream", "AWS::RedshiftServerless::Namespace"];

fn holds_data(kind: &str) -> bool {
    ALSO.contains(&kind) || strataform_schema::resource(kind).is_some_and(|facts| facts.stateful)
}

/// Every resource of an environment: where it is, its type, and what becomes of it when it is deleted or replaced.
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

/// The types of the stores, each of which has these two policies; nothing else has one.
fn assert_stores(draft: &Draft, deletion: &str, replacement: &str) -> Vec<String> {
    let said = [Some(deletion.to_owned()), Some(replacement.to_owned())];
    let mut kinds = Vec::new();
    for (place, kind, policies) in policies(draft) {
        let due = if holds_data(&kind) { said.clone() } else { [None, None] };
        assert_eq!(policies, due, "{place}, {kind}");
        kinds.extend(holds_data(&kind).then_some(kind));
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

#[test]
fn stores_are_kept_where_the_environment_is_protected_and_given_up_elsewhere() {
    const SHARED: [&str; 6] = [
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::Logs::LogStream",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
    ];
    let with = |warehouse: &str| {
        let mut kinds = SHARED.map(ToOwned::to_owned).to_vec();
        kinds.push(warehouse.to_owned());
        kinds.sort();
        kinds
    };
    let (serverless, cluster) = (with("AWS::RedshiftServerless::Namespace"), with("AWS::Redshift::Cluster"));
    let [dev, prod] = drafts(BASE).expect("the platform is whole").try_into().expect("two environments");
    assert_eq!(assert_stores(&dev, "Delete", "Delete"), serverless);
    assert_eq!(assert_stores(&prod, "RetainExceptOnCreate", "Retain"), cluster);
    // The other way round, so that it is the key that decides and neither the name nor the kind of the warehouse.
    let turned = replaced(BASE, "protected = true\n", "");
    let turned = replaced(&turned, "[environment.dev]\n", "[environment.dev]\nprotected = true\n");
    let [dev, prod] = drafts(&turned).expect("the platform is whole").try_into().expect("two environments");
    assert_eq!(assert_stores(&dev, "RetainExceptOnCreate", "Retain"), serverless);
    assert_eq!(assert_stores(&prod, "Delete", "Delete"), cluster);
}
