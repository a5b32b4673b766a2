//! Bundles: the files of a QuickSight "assets as bundle" export, one JSON file for each asset.
//!
//! Their keys begin with lower-case letters, and assets refer to each other by ARN. [`template`] converts them to a
//! CloudFormation template, so that one checker reads both.

use serde_json::{Map, Value, json};

/// Members whose keys are user-defined names.
const NAMED: [&str; 3] = ["physicalTableMap", "logicalTableMap", "fieldFolders"];
/// The `resourceType` of a file, and the resource type of a template.
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

/// Converts the files of a bundle to a template. Each file becomes a resource with the file's name.
#[must_use]
pub fn template(files: &[(String, Value)]) -> Value {
    let mut resources = Map::new();
    for (name, file) in files {
        let kind = file["resourceType"].as_str().unwrap_or_default().to_ascii_lowercase();
        let Some((_, kind)) = TYPES.iter().find(|(word, _)| *word == kind) else { continue };
        let mut properties = capitalized(file, "");
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("ResourceType");
            // A bundle has no account ID.
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

/// The value with keys capitalized as in templates.
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

/// Replaces the ARNs of the bundle's data sets with references.
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
