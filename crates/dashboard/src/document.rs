//! Documents: where the definitions are in what other programs write.
//!
//! In: JSON of any shape: a template, the answer of `DescribeDashboardDefinition`, a file of an asset bundle, a document
//! with `dashboards`, `analyses` or `templates`, each with its definition as an object or as a text. Out: the
//! [`Definition`]s, each with the columns of its data sets as far as the document has them. [`expanded`] replaces texts
//! that are definitions with their values, so that a JSON pointer leads into the text. It reads no files itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::bundle;
use crate::dataset::{self, Columns};
use crate::definition::Sources;
use crate::finding::Finding;
use crate::json::At;
use crate::template;

/// The lists in which a dashboard or an analysis declares its data sets, or a template its placeholders.
pub(crate) const DECLARATIONS: [&str; 2] = ["DataSetIdentifierDeclarations", "DataSetConfigurations"];
/// Members of a document whose members are assets.
const ASSETS: [&str; 3] = ["dashboards", "analyses", "templates"];
/// How deep texts can be in texts: a definition in a YAML in a template.
const DEEPEST: usize = 4;

/// A definition in a document.
#[derive(Clone, Debug)]
pub struct Definition<'a> {
    /// The ID of its asset, or the name under which it is in the document; empty if it has none.
    pub name: String,
    /// What readers see as its title; empty if it has none.
    pub title: String,
    /// The definition.
    pub value: &'a Value,
    /// Where it is: a JSON pointer.
    pub path: String,
    /// The columns of its data sets, by their identifiers, if they are in the document.
    pub sources: BTreeMap<String, Columns>,
}

/// How the texts and files of a document are read.
pub struct Reader<'r> {
    /// The value of a text in JSON or YAML.
    pub text: &'r dyn Fn(&str) -> Option<Value>,
    /// The value of a file that the document names.
    pub file: &'r dyn Fn(&str) -> Option<Value>,
}

/// The document with the values of texts that are definitions, and of the files that its dashboards name. A file of an
/// asset bundle becomes a template.
#[must_use]
pub fn expanded(document: Value, reader: &Reader<'_>) -> Value {
    if document["resourceType"].is_string() {
        return bundle::template(&[("Asset".to_owned(), document)]);
    }
    let mut document = document;
    for assets in ASSETS {
        for (_, asset) in document.get_mut(assets).and_then(Value::as_object_mut).into_iter().flatten() {
            let Some(path) = asset.get("file").and_then(Value::as_str) else { continue };
            if let Some(value) = (reader.file)(path) {
                asset["file"] = value;
            }
        }
    }
    texts(&mut document, reader, 0);
    document
}

fn texts(value: &mut Value, reader: &Reader<'_>, depth: usize) {
    match value {
        Value::String(text) if depth < DEEPEST && DECLARATIONS.iter().any(|key| text.contains(key)) => {
            if let Some(mut found) = (reader.text)(text).filter(Value::is_object) {
                texts(&mut found, reader, depth + 1);
                *value = found;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| texts(item, reader, depth)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| texts(member, reader, depth));
            if let Some(inner) = substituted(members) {
                *value = inner;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The value of a text in which `CloudFormation` replaces variables.
fn substituted(members: &mut Map<String, Value>) -> Option<Value> {
    let sub = if members.len() == 1 { members.get_mut("Fn::Sub")? } else { return None };
    let text = sub.as_array_mut().and_then(|parts| parts.first_mut().map(Value::take));
    text.or_else(|| Some(sub.take())).filter(Value::is_object)
}

/// The definitions in a document, and what is wrong with the data sets next to them.
pub(crate) fn found<'a>(root: &At<'a>, findings: &mut Vec<Finding>) -> Vec<Definition<'a>> {
    let mut search = Search { found: Vec::new(), sets: Vec::new() };
    search.visit("", root, None);
    let sets: Vec<(String, String, Columns)> = search
        .sets
        .into_iter()
        .map(|(key, at)| {
            let columns = dataset::output(&at).or_else(|| dataset::columns(&at, findings));
            (key, at.text("DataSetId").unwrap_or_default().to_owned(), columns)
        })
        .collect();
    for one in &mut search.found {
        let definition = At { value: one.value, path: one.path.clone() };
        one.sources.extend(sources(&definition, &sets));
    }
    search.found
}

/// The columns of the data sets that a definition declares, of those next to it: by their IDs, or by their names if the
/// ID is not known before the deployment.
fn sources(definition: &At<'_>, sets: &[(String, String, Columns)]) -> Sources {
    let declared = definition.list("DataSetIdentifierDeclarations").into_iter();
    let known = declared.filter_map(|one| {
        let name = one.text("Identifier")?;
        let id = one.text("DataSetArn").and_then(|arn| arn.rsplit_once("dataset/")).map(|(_, id)| id);
        let by_id = sets.iter().find(|(_, own, _)| Some(own.as_str()) == id && !own.is_empty());
        let found = by_id.or_else(|| sets.iter().find(|(key, ..)| key == name))?;
        Some((name.to_owned(), found.2.clone()))
    });
    known.collect()
}

struct Search<'a> {
    found: Vec<Definition<'a>>,
    /// Data sets, each with the name under which it is in the document.
    sets: Vec<(String, At<'a>)>,
}

impl<'a> Search<'a> {
    fn visit(&mut self, key: &str, at: &At<'a>, parent: Option<(&str, &At<'a>)>) {
        let owner = parent.map_or("", |(key, _)| key);
        if DECLARATIONS.iter().any(|key| at.get(key).is_some_and(|list| list.value.is_array())) {
            return self.found.push(definition(key, at, parent));
        }
        let is_set = ["PhysicalTableMap", "OutputColumns"].iter().any(|member| at.get(member).is_some());
        if is_set {
            let name = if key == "data" { owner } else { key };
            return self.sets.push((name.to_owned(), at.clone()));
        }
        // The resources of a template are checked as such.
        if at.text("Type").is_some_and(|kind| kind.starts_with(template::PREFIX)) {
            return;
        }
        for (name, member) in at.entries() {
            self.visit(name, &member, Some((key, at)));
        }
        for item in at.items() {
            self.visit(key, &item, parent);
        }
    }
}

fn definition<'a>(key: &str, at: &At<'a>, parent: Option<(&str, &At<'a>)>) -> Definition<'a> {
    let text = |names: &[&str]| {
        let found = parent.and_then(|(_, parent)| names.iter().find_map(|name| parent.text(name)));
        found.unwrap_or_default().to_owned()
    };
    let id = text(&["DashboardId", "dashboardId", "AnalysisId", "TemplateId"]);
    let is_member = ["Definition", "definition", "data", "file"].contains(&key);
    let name = match parent {
        _ if !id.is_empty() => id,
        Some((owner, _)) if is_member => owner.to_owned(),
        _ => key.to_owned(),
    };
    let title = text(&["Name", "name"]);
    Definition { name, title, value: at.value, path: at.path.clone(), sources: BTreeMap::new() }
}

/// The assets of a document that have no definition in it, each with what it names instead.
pub(crate) fn elsewhere<'a>(root: &At<'a>) -> Vec<(&'a str, At<'a>)> {
    let assets = ASSETS.iter().filter_map(|key| root.get(key)).flat_map(|assets| assets.entries());
    assets
        .filter(|(_, asset)| {
            let mut none = Vec::new();
            asset.value.is_object() && found(asset, &mut none).is_empty()
        })
        .collect()
}
