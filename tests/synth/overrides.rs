//! Overrides set properties, or are refused at their line.

use super::{BASE, drafts, replaced};

fn template(text: &str, environment: &str, path: &str) -> serde_json::Value {
    let drafts = drafts(text).unwrap_or_else(|faults| panic!("{faults}"));
    let draft = drafts.iter().find(|draft| draft.environment == *environment).expect("it is there");
    let file = draft.files.iter().find(|file| file.path == path).expect("the file is there");
    serde_json::from_slice(&file.bytes).expect("templates are JSON")
}

/// The base with another override in front of it, and the line of its property.
fn with(override_: &str) -> (String, usize) {
    let text =
        replaced(BASE, "[override.storage.RawBucket]", &format!("{override_}\n[override.storage.RawBucket]"));
    let at = text.find(override_).expect("it was put there");
    let line = text[..at].matches('\n').count() + override_.matches('\n').count() + 1;
    (text, line)
}

#[test]
fn an_override_changes_its_property_and_nothing_else() {
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
fn an_override_of_an_environment_leaves_the_others_alone() {
    let text = replaced(BASE, "RetentionPeriodHours = 72", "RetentionPeriodHours = 100");
    for environment in ["dev", "prod"] {
        let hours = |text: &str| {
            let template = template_with(text, environment, "OrdersStream");
            template["Properties"]["RetentionPeriodHours"].clone()
        };
        assert_eq!(hours(BASE) == hours(&text), environment == "dev");
    }
}

/// A resource of whichever template of an environment has it.
fn template_with(text: &str, environment: &str, id: &str) -> serde_json::Value {
    let drafts = drafts(text).unwrap_or_else(|faults| panic!("{faults}"));
    let draft = drafts.iter().find(|draft| draft.environment == *environment).expect("it is there");
    let templates = draft.files.iter().filter(|file| file.path.contains("/template"));
    let templates = templates.map(|file| serde_json::from_slice(&file.bytes).expect("templates are JSON"));
    templates
        .map(|template: serde_json::Value| template["Resources"][id].clone())
        .find(|found| !found.is_null())
        .expect("the resource is there")
}

#[test]
fn an_override_that_does_not_fit_is_refused_at_its_line() {
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
    let faults = drafts(&with("[override.storag.RawBucket]\nX = 1").0).expect_err("there is no such stage");
    assert!(faults.contains("did you mean `storage`"), "{faults}");
}
