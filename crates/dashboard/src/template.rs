//! Templates: the QuickSight resources, and the references between them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::dataset::{self, Columns};
use crate::definition::{self, Sources};
use crate::finding::{Code, Finding};
use crate::json::At;
use crate::{permission, refresh};

/// What the types of the resources begin with.
pub(crate) const PREFIX: &str = "AWS::QuickSight::";

/// A resource: its logical id, its type without `AWS::QuickSight::`, its properties.
type Resource<'a> = (&'a str, &'a str, At<'a>);

pub(crate) fn check(root: &At<'_>, findings: &mut Vec<Finding>) {
    let resources = resources(root);
    let mut sets: BTreeMap<&str, (At<'_>, Columns)> = BTreeMap::new();
    for (id, _, properties) in resources.iter().filter(|(_, kind, _)| *kind == "DataSet") {
        let columns = dataset::columns(properties, findings);
        required(properties, findings);
        refresh::set(properties, &columns, findings);
        sets.insert(id, (properties.clone(), columns));
    }
    rules(&sets, findings);
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
                        colors(&palette, findings);
                    }
                }
            }
            "Dashboard" | "Analysis" | "Template" => dashboard(properties, &sets, &resources, findings),
            _ => {}
        }
    }
}

fn resources<'a>(root: &At<'a>) -> Vec<Resource<'a>> {
    let all = root.get("Resources").map(|all| all.entries()).unwrap_or_default();
    let ours = all.into_iter().filter_map(|(id, one)| {
        let kind = one.text("Type")?.strip_prefix(PREFIX)?;
        Some((id, kind, one.get("Properties")?))
    });
    ours.collect()
}

/// Checks that data sets with rules for row-level security are for nothing else: QuickSight refuses others since May
/// 2025.
fn rules(sets: &BTreeMap<&str, (At<'_>, Columns)>, findings: &mut Vec<Finding>) {
    let arns = sets.values().filter_map(|(set, _)| set.at(&["RowLevelPermissionDataSet", "Arn"]));
    let named: BTreeSet<String> = arns.filter_map(|arn| referred(arn.value).map(str::to_owned)).collect();
    for (set, _) in named.iter().filter_map(|id| sets.get(id.as_str())) {
        if set.text("UseAs") != Some("RLS_RULES") {
            let summary = "missing `UseAs` in the data set with the rules for row-level security";
            findings
                .push(Finding::error(Code::Required, set, summary).help("add `\"UseAs\": \"RLS_RULES\"`"));
        }
    }
}

/// Checks for properties that QuickSight requires but the template's schema does not.
fn required(set: &At<'_>, findings: &mut Vec<Finding>) {
    for key in ["AwsAccountId", "DataSetId", "Name", "ImportMode"] {
        if set.get(key).is_none() {
            findings.push(Finding::error(Code::Required, set, format!("missing `{key}` in the data set")));
        }
    }
    if set.get("PhysicalTableMap").is_none() && set.get("DataPrepConfiguration").is_none() {
        findings.push(Finding::error(Code::Required, set, "missing `PhysicalTableMap` in the data set"));
    }
}

/// Checks the connection parameters of a data source.
fn source(properties: &At<'_>, findings: &mut Vec<Finding>) {
    if properties.text("Type") != Some("REDSHIFT") {
        return;
    }
    let Some(parameters) = properties.get("DataSourceParameters") else {
        let summary = "missing `DataSourceParameters`";
        return findings.push(Finding::error(Code::Connection, properties, summary));
    };
    let Some(("RedshiftParameters", own)) = parameters.union() else {
        let summary = "a data source of type REDSHIFT requires `RedshiftParameters` and no other parameters";
        return findings.push(Finding::error(Code::Connection, &parameters, summary));
    };
    let has_host = own.get("Host").is_some() && own.get("Port").is_some();
    if own.get("ClusterId").is_none() && !has_host {
        let summary = "`RedshiftParameters` requires `ClusterId`, or `Host` and `Port`";
        findings.push(Finding::error(Code::Connection, &own, summary));
    }
}

/// Checks that each string in a palette is an upper-case color.
fn colors(palette: &At<'_>, findings: &mut Vec<Finding>) {
    palette.walk("", &mut |_, at| {
        let Some(text) = at.value.as_str() else { return };
        let is_color = text.strip_prefix('#').is_some_and(|digits| {
            digits.len() == 6 && digits.chars().all(|one| one.is_ascii_digit() || ('A'..='F').contains(&one))
        });
        if !is_color {
            let summary = format!("invalid color `{text}`");
            findings.push(Finding::error(Code::Color, at, summary).help("use #RRGGBB in upper case"));
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
        let summary = "expected either `Definition` or `SourceEntity`";
        findings.push(Finding::error(Code::Source, properties, summary));
    }
    let Some(definition) = definition else { return };
    let sources = sources(&definition, sets, resources, findings);
    definition::check(&definition, &sources, findings);
}

/// The columns of the data sets that a definition declares.
fn sources(
    definition: &At<'_>,
    sets: &BTreeMap<&str, (At<'_>, Columns)>,
    resources: &[Resource<'_>],
    findings: &mut Vec<Finding>,
) -> Sources {
    let mut sources = Sources::new();
    for declaration in definition.list("DataSetIdentifierDeclarations") {
        let Some(name) = declaration.text("Identifier") else { continue };
        let Some(id) = declaration.get("DataSetArn").and_then(|arn| referred(arn.value)) else { continue };
        if let Some((_, columns)) = sets.get(id) {
            sources.insert(name.to_owned(), columns.clone());
        } else if resources.iter().any(|(known, _, _)| *known == id) {
            let summary = format!("`{id}` is not a data set");
            findings.push(Finding::error(Code::NoDataSet, &declaration, summary));
        }
    }
    sources
}

/// The definitions of a template's resources, with the columns of their data sets.
pub(crate) fn definitions<'a>(root: &At<'a>) -> Vec<crate::Definition<'a>> {
    let resources = resources(root);
    let mut none = Vec::new();
    let of = |(id, _, set): &Resource<'a>| (*id, (set.clone(), dataset::columns(set, &mut Vec::new())));
    let sets = resources.iter().filter(|(_, kind, _)| *kind == "DataSet").map(of).collect();
    let assets = resources.iter().filter(|(_, kind, _)| ["Dashboard", "Analysis", "Template"].contains(kind));
    let found = assets.filter_map(|(id, kind, properties)| {
        let definition = properties.get("Definition").filter(|one| one.value.is_object())?;
        let text = |key: &str| properties.text(key).map(str::to_owned);
        Some(crate::Definition {
            name: text(&format!("{kind}Id")).unwrap_or_else(|| (*id).to_owned()),
            title: text("Name").unwrap_or_default(),
            sources: sources(&definition, &sets, &resources, &mut none),
            value: definition.value,
            path: definition.path,
        })
    });
    found.collect()
}

/// The logical ID of the resource whose attribute a value is.
fn referred(value: &Value) -> Option<&str> {
    match value.get("Fn::GetAtt")? {
        Value::Array(parts) => parts.first()?.as_str(),
        Value::String(text) => text.split('.').next(),
        _ => None,
    }
}
