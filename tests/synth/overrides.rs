//! Overrides set properties, or are rejected at their line.

use super::{BASE, drafts, replaced};

fn template(text: &str, environment: &str, path: &str) -> serde_json::Value {
    let drafts = drafts(text).unwrap_or_else(|faults| panic!("{faults}"));
    let draft = drafts.iter().find(|draft| draft.environment == *environment).expect("it exists");
    let file = draft.files.iter().find(|file| file.path == path).expect("the file exists");
    serde_json::from_slice(&file.bytes).expect("templates are JSON")
}

/// The base with another override inserted, and the line of its property.
fn with(override_: &str) -> (String, usize) {
    let text =
        replaced(BASE, "[override.storage.RawBucket]", &format!("{override_}\n[override.storage.RawBucket]"));
    let at = text.find(override_).expect("the override was inserted");
    let line = text[..at].matches('\n').count() + override_.matches('\n').count() + 1;
    (text, line)
}

#[test]
fn an_override_changes_only_its_property() {
    let path = "storage/template.json";
    let (text, _) =
        with("[override.storage.CuratedBucket]\n\"VersioningConfiguration.Status\" = \"Suspended\"");
    let before = template(BASE, "dev", path);
    let mut after = template(&text, "dev", path);
    let status = &mut after["Resources"]["CuratedBucket"]["Properties"]["VersioningConfiguration"]["Status"];
    assert_eq!(*status, "Suspended");
    *status = "Enabled".into();
    assert_eq!(before, after);
}

#[test]
fn an_override_of_an_environment_does_not_change_others() {
    let text = replaced(BASE, "RetentionPeriodHours = 72", "RetentionPeriodHours = 100");
    for environment in ["dev", "prod"] {
        let hours = |text: &str| {
            let template = template_with(text, environment, "OrdersStream");
            template["Properties"]["RetentionPeriodHours"].clone()
        };
        assert_eq!(hours(BASE) == hours(&text), environment == "dev");
    }
}

/// A resource, from the template of an environment that contains it.
fn template_with(text: &str, environment: &str, id: &str) -> serde_json::Value {
    let drafts = drafts(text).unwrap_or_else(|faults| panic!("{faults}"));
    let draft = drafts.iter().find(|draft| draft.environment == *environment).expect("it exists");
    let templates = draft.files.iter().filter(|file| file.path.contains("/template"));
    let templates = templates.map(|file| serde_json::from_slice(&file.bytes).expect("templates are JSON"));
    templates
        .map(|template: serde_json::Value| template["Resources"][id].clone())
        .find(|found| !found.is_null())
        .expect("the resource exists")
}

#[test]
fn an_invalid_override_is_rejected_at_its_line() {
    for (override_, expected) in [
        ("[override.storage.RawBuckt]\n\"VersioningConfiguration.Status\" = \"Enabled\"", "RawBucket"),
        ("[override.storage.CuratedBucket]\nBucketNam = \"x\"", "BucketName"),
        ("[override.storage.CuratedBucket]\n\"VersioningConfiguration.Statu\" = \"x\"", "Status"),
        (
            "[override.storage.CuratedBucket]\n\"VersioningConfiguration.Status\" = 4",
            "VersioningConfiguration",
        ),
        ("[override.storage.CuratedBucket]\n\"VersioningConfiguration.Status\" = \"Maybe\"", "Enabled"),
        ("[override.storage.CuratedBucket]\nTags = \"x\"", "Tags"),
        ("[override.storage.CuratedBucket]\n\"Tags.99.Key\" = \"x\"", "Tags.99.Key"),
    ] {
        let (text, line) = with(override_);
        let faults = drafts(&text).expect_err(override_);
        assert!(faults.contains(&format!("platform.toml:{line}:")), "line {line}: {faults}");
        assert!(faults.contains(expected), "{expected}: {faults}");
        assert!(!faults.contains("bug"), "{faults}");
    }
    let faults = drafts(&with("[override.storag.RawBucket]\nX = 1").0).expect_err("the stage is unknown");
    assert!(faults.contains("did you mean `storage`"), "{faults}");
}
