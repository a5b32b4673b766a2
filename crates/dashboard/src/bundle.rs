//! Bundles: what the service's "assets as bundle" export gives, one file of JSON each asset.
//!
//! Its words begin with small letters, and assets name each other by ARN. [`template`] says the same as a template
//! does, so that one checker reads both.

use serde_json::{Map, Value, json};

/// Members whose keys are names that somebody gave.
const NAMED: [&str; 3] = ["physicalTableMap", "logicalTableMap", "fieldFolders"];
/// What a file says that it is, and the type of a template.
const TYPES: [(&str, &str); 8] = [
    ("dashboard", "Dashboard"),
    ("analysis", "Analysis"),
    ("dataset", "DataSet"),
    ("datasource", "DataSource"),
    ("theme", "Theme"),
    ("refreshschedule", "RefreshSchedule"),
    ("folder", "Folder"),
    ("vpcconnection", "VPCConnection"),
];

/// The template that says what the files of a bundle say. Each file is a resource that is called like it.
#[must_use]
pub fn template(files: &[(String, Value)]) -> Value {
    let mut resources = Map::new();
    for (name, file) in files {
        let kind = file["resourceType"].as_str().unwrap_or_default().to_ascii_lowercase();
        let Some((_, kind)) = TYPES.iter().find(|(word, _)| *word == kind) else { continue };
        let mut properties = capitalized(file, "");
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("ResourceType");
            // Whose it is goes without saying.
            properties.insert("AwsAccountId".to_owned(), "".into());
        }
        let resource = json!({"Type": format!("AWS::QuickSight::{kind}"), "Properties": properties});
        resources.insert(name.clone(), resource);
    }
    let ids: Vec<(String, String)> = resources
        .iter()
        .filter_map(|(name, one)| Some((one["Properties"]["DataSetId"].as_str()?.to_owned(), name.clone())))
        .collect();
    let mut template = json!({"Resources": resources});
    refer(&mut template, &ids);
    template
}

/// The same with keys as templates write them.
fn capitalized(value: &Value, under: &str) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| capitalized(item, under)).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let mut letters = key.chars();
                let upper = letters.next().map(|first| first.to_ascii_uppercase()).into_iter();
                let written =
                    if NAMED.contains(&under) { key.clone() } else { upper.chain(letters).collect() };
                (written, capitalized(value, key))
            });
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// References to data sets of the bundle instead of their ARNs.
fn refer(value: &mut Value, ids: &[(String, String)]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, ids)),
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                let id =
                    member.as_str().and_then(|arn| arn.rsplit_once(":dataset/")).map(|(_, id)| id.to_owned());
                let known = id.and_then(|id| ids.iter().find(|(one, _)| *one == id));
                if let (true, Some((_, name))) = (key == "DataSetArn", known) {
                    *member = json!({"Fn::GetAtt": [name, "Arn"]});
                } else {
                    refer(member, ids);
                }
            }
        }
        _ => {}
    }
}
