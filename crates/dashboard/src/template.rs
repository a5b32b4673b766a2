//! Templates: the resources of `QuickSight`, and what they are to each other.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dataset::{self, Columns};
use crate::definition::{self, Sources};
use crate::finding::{Code, Finding};
use crate::json::At;
use crate::{permission, refresh};

/// A resource: its logical id, its type without `AWS::QuickSight::`, its properties.
type Resource<'a> = (&'a str, &'a str, At<'a>);

pub(crate) fn check(root: &At<'_>, findings: &mut Vec<Finding>) {
    let resources = root.get("Resources").map(|all| all.entries()).unwrap_or_default();
    let resources: Vec<Resource<'_>> = resources
        .into_iter()
        .filter_map(|(id, one)| {
            let kind = one.text("Type")?.strip_prefix("AWS::QuickSight::")?;
            Some((id, kind, one.get("Properties")?))
        })
        .collect();
    let mut sets: BTreeMap<&str, (At<'_>, Columns)> = BTreeMap::new();
    for (id, _, properties) in resources.iter().filter(|(_, kind, _)| *kind == "DataSet") {
        let columns = dataset::columns(properties, findings);
        required(properties, findings);
        refresh::set(properties, &columns, findings);
        sets.insert(id, (properties.clone(), columns));
    }
    for (_, kind, properties) in &resources {
        permission::check(kind, properties, findings);
        match *kind {
            "RefreshSchedule" => {
                let id = properties.get("DataSetId").map(|id| id.value);
                let of = |(set, _): &&(At<'_>, Columns)| set.get("DataSetId").map(|own| own.value) == id;
                let set = sets.values().find(of).map(|(set, _)| set);
                refresh::schedule(properties, set, findings);
            }
            "DataSource" => source(properties, findings),
            "Theme" => {
                for palette in ["UIColorPalette", "DataColorPalette"] {
                    let configuration = properties.get("Configuration");
                    if let Some(palette) = configuration.and_then(|one| one.get(palette)) {
                        colours(&palette, findings);
                    }
                }
            }
            "Dashboard" | "Analysis" => dashboard(properties, &sets, &resources, findings),
            _ => {}
        }
    }
}

/// What the service asks for, though the template's schema does not.
fn required(set: &At<'_>, findings: &mut Vec<Finding>) {
    for key in ["AwsAccountId", "DataSetId", "Name", "ImportMode"] {
        if set.get(key).is_none() {
            findings.push(Finding::error(Code::Required, set, format!("a data set needs `{key}`")));
        }
    }
    if set.get("PhysicalTableMap").is_none() && set.get("DataPrepConfiguration").is_none() {
        findings.push(Finding::error(Code::Required, set, "a data set needs `PhysicalTableMap`"));
    }
}

/// That a data source is told how to reach what it is.
fn source(properties: &At<'_>, findings: &mut Vec<Finding>) {
    if properties.text("Type") != Some("REDSHIFT") {
        return;
    }
    let Some(parameters) = properties.get("DataSourceParameters") else {
        let summary = "a source needs `DataSourceParameters`";
        return findings.push(Finding::error(Code::Connection, properties, summary));
    };
    let Some(("RedshiftParameters", own)) = parameters.union() else {
        let summary = "a source of type REDSHIFT has `RedshiftParameters` alone";
        return findings.push(Finding::error(Code::Connection, &parameters, summary));
    };
    let has_host = own.get("Host").is_some() && own.get("Port").is_some();
    if own.get("ClusterId").is_none() && !has_host {
        let summary = "Redshift is reached by `ClusterId`, or by `Host` and `Port`";
        findings.push(Finding::error(Code::Connection, &own, summary));
    }
}

/// Each text of a palette is a colour, in capitals.
fn colours(palette: &At<'_>, findings: &mut Vec<Finding>) {
    palette.walk("", &mut |_, at| {
        let Some(text) = at.value.as_str() else { return };
        let is_colour = text.strip_prefix('#').is_some_and(|digits| {
            digits.len() == 6 && digits.chars().all(|one| one.is_ascii_digit() || ('A'..='F').contains(&one))
        });
        if !is_colour {
            let summary = format!("`{text}` is no colour of a theme");
            findings.push(Finding::error(Code::Colour, at, summary).help("write #RRGGBB in capitals"));
        }
    });
}

fn dashboard(
    properties: &At<'_>,
    sets: &BTreeMap<&str, (At<'_>, Columns)>,
    resources: &[Resource<'_>],
    findings: &mut Vec<Finding>,
) {
    let definition = properties.get("Definition");
    if definition.is_some() == properties.get("SourceEntity").is_some() {
        let summary = "give `Definition` or `SourceEntity`, and not both";
        findings.push(Finding::error(Code::Source, properties, summary));
    }
    let Some(definition) = definition else { return };
    let mut sources = Sources::new();
    for declaration in definition.list("DataSetIdentifierDeclarations") {
        let Some(name) = declaration.text("Identifier") else { continue };
        let Some(id) = declaration.get("DataSetArn").and_then(|arn| referred(arn.value)) else { continue };
        if let Some((_, columns)) = sets.get(id) {
            sources.insert(name.to_owned(), columns.clone());
        } else if resources.iter().any(|(known, _, _)| *known == id) {
            let summary = format!("`{id}` is no data set");
            findings.push(Finding::error(Code::NoDataSet, &declaration, summary));
        }
    }
    definition::check(&definition, &sources, findings);
}

/// The logical id whose attribute a value is.
fn referred(value: &Value) -> Option<&str> {
    match value.get("Fn::GetAtt")? {
        Value::Array(parts) => parts.first()?.as_str(),
        Value::String(text) => text.split('.').next(),
        _ => None,
    }
}
