//! Definitions of dashboards and analyses.
//!
//! Each file is one kind of rule: fields and their types, sheets and their grids, filters and controls.

mod calculated;
mod fields;
mod filters;
mod limits;
mod sheets;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dataset::{self, Columns, Kind};
use crate::finding::{Code, Finding};
use crate::foreign::{is_column_id, is_leftover, is_placeholder};
use crate::formula::{Typed, VISUAL_DIMENSIONS, ValueType};
use crate::json::At;

/// The columns of each data set that a definition declares, by the data set's identifier.
pub(crate) type Sources = BTreeMap<String, Columns>;

/// Checks a definition, with the columns of its data sets if they are known.
#[must_use]
pub fn check_definition(definition: &Value, sources: &BTreeMap<String, Columns>) -> Vec<Finding> {
    let mut findings = Vec::new();
    check(&At::root(definition), sources, &mut findings);
    findings.sort_by(|one, other| (&one.path, one.code).cmp(&(&other.path, other.code)));
    findings
}

pub(crate) fn check(definition: &At<'_>, sources: &Sources, findings: &mut Vec<Finding>) {
    let mut known = Known::of(definition, sources, findings);
    unions(definition, findings);
    calculated::check(definition, &mut known, findings);
    filters::declared(definition, &mut known, findings);
    let sheets = sheets::check(definition, &known, findings);
    filters::scopes(definition, &sheets, findings);
    filters::uncontrolled(definition, &known, findings);
    limits::check(definition, findings);
}

/// The declarations of a definition.
pub(crate) struct Known<'a> {
    sources: BTreeMap<&'a str, Columns>,
    calculated: BTreeMap<(&'a str, &'a str), At<'a>>,
    /// The types of calculated fields, if they could be inferred.
    typed: BTreeMap<(&'a str, &'a str), Typed>,
    /// By name: the kind of declaration, and the declaration.
    pub(crate) parameters: BTreeMap<&'a str, (&'a str, At<'a>)>,
    /// By id: the kind of filter, and the filter.
    pub(crate) filters: BTreeMap<&'a str, (&'a str, At<'a>)>,
}

impl<'a> Known<'a> {
    fn of(definition: &At<'a>, sources: &Sources, findings: &mut Vec<Finding>) -> Self {
        let mut known = Self {
            sources: BTreeMap::new(),
            calculated: BTreeMap::new(),
            typed: BTreeMap::new(),
            parameters: BTreeMap::new(),
            filters: BTreeMap::new(),
        };
        for one in definition.list("DataSetIdentifierDeclarations") {
            let Some(name) = one.text("Identifier") else { continue };
            if known.sources.insert(name, sources.get(name).cloned().flatten()).is_some() {
                findings.push(duplicate(&one, "data set", name));
            }
        }
        // A template has placeholders, each with the columns that it requires.
        for one in definition.list("DataSetConfigurations") {
            let Some(name) = one.text("Placeholder") else { continue };
            if known.sources.insert(name, dataset::schema(&one)).is_some() {
                findings.push(duplicate(&one, "data set", name));
            }
        }
        for one in definition.list("ParameterDeclarations") {
            let Some((kind, parameter)) = one.union() else { continue };
            let Some(name) = parameter.text("Name") else { continue };
            let is_valid = !name.is_empty() && name.chars().all(|one| one.is_ascii_alphanumeric());
            if !is_valid && !is_placeholder(name) {
                let summary = format!("invalid parameter name `{name}`: use only letters and digits");
                findings.push(Finding::error(Code::Id, &parameter, summary));
            }
            if kind == "DateTimeParameterDeclaration" && parameter.get("DefaultValues").is_none() {
                let summary = format!("the date parameter `{name}` has no default");
                findings.push(Finding::warning(Code::DateDefault, &parameter, summary));
            }
            if known.parameters.insert(name, (kind, parameter.clone())).is_some() {
                findings.push(duplicate(&parameter, "parameter", name));
            }
        }
        for one in definition.list("CalculatedFields") {
            let (Some(set), Some(name)) = (one.text("DataSetIdentifier"), one.text("Name")) else { continue };
            if known.calculated.insert((set, name), one.clone()).is_some() {
                let summary = format!("duplicate calculated field `{name}`");
                findings.push(Finding::error(Code::Redefined, &one, summary));
            }
        }
        known
    }

    /// Whether a data set is declared.
    fn declared(&self, set: &str, at: &At<'_>, findings: &mut Vec<Finding>) -> bool {
        if self.sources.contains_key(set) || is_placeholder(set) {
            return true;
        }
        if is_leftover(set) {
            let summary = format!("the data set `{set}` was removed from the analysis");
            let help = "remove what refers to it; QuickSight accepts the reference and ignores it";
            findings.push(Finding::warning(Code::DataSet, at, summary).help(help));
            return false;
        }
        let found = Finding::error(Code::DataSet, at, format!("unknown data set `{set}`"));
        found.push_near(findings, set, self.sources.keys().copied());
        false
    }

    /// The type of a column; `None` if the data set or the column does not exist.
    pub(crate) fn column(
        &self,
        set: &str,
        name: &str,
        at: &At<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<Kind> {
        if !self.declared(set, at, findings) {
            return None;
        }
        if self.calculated.contains_key(&(set, name)) {
            return Some(match self.typed.get(&(set, name)).map(|typed| typed.sort) {
                Some(ValueType::Text) => Kind::Text,
                Some(ValueType::Integer) => Kind::Integer,
                Some(ValueType::Decimal) => Kind::Decimal,
                Some(ValueType::Date) => Kind::Date,
                Some(ValueType::Boolean | ValueType::Unknown) | None => Kind::Unknown,
            });
        }
        let Some(columns) = self.sources.get(set).and_then(Option::as_ref) else {
            return Some(Kind::Unknown);
        };
        if let Some(kind) = columns.get(name) {
            return Some(*kind);
        }
        if is_placeholder(name) || is_column_id(name) {
            return Some(Kind::Unknown);
        }
        if is_leftover(name) {
            let summary = format!("the column `{name}` was removed from the data set");
            findings.push(Finding::warning(Code::Column, at, summary).help("remove the field"));
            return None;
        }
        let found = Finding::error(Code::Column, at, format!("unknown column `{name}` in `{set}`"));
        let own = self.calculated.keys().filter(|(of, _)| *of == set).map(|(_, name)| *name);
        found.push_near(findings, name, columns.keys().map(String::as_str).chain(own));
        None
    }

    /// The type of the column that `DataSetIdentifier` and `ColumnName` of a value name.
    pub(crate) fn column_at(&self, at: &At<'_>, findings: &mut Vec<Finding>) -> Option<Kind> {
        let (set, name) = (at.text("DataSetIdentifier")?, at.text("ColumnName")?);
        self.column(set, name, at, findings)
    }

    pub(crate) fn parameter(&self, name: &str, at: &At<'_>, findings: &mut Vec<Finding>) {
        if self.parameters.contains_key(name) || name == VISUAL_DIMENSIONS || is_placeholder(name) {
            return;
        }
        if is_leftover(name) {
            let summary = format!("the parameter `{name}` was removed from the analysis");
            let help = "remove what refers to it; QuickSight accepts the reference and ignores it";
            findings.push(Finding::warning(Code::Parameter, at, summary).help(help));
        } else {
            let found = Finding::error(Code::Parameter, at, format!("unknown parameter `{name}`"));
            found.push_near(findings, name, self.parameters.keys().copied());
        }
    }
}

pub(crate) fn duplicate(at: &At<'_>, what: &str, id: &str) -> Finding {
    Finding::error(Code::Duplicate, at, format!("duplicate {what} ID `{id}`"))
}

/// Lists whose items must have exactly one member.
const UNIONS: [&str; 6] =
    ["Visuals", "Filters", "ParameterDeclarations", "FilterControls", "ParameterControls", "DataTransforms"];

fn unions(definition: &At<'_>, findings: &mut Vec<Finding>) {
    definition.walk("", &mut |key, at| {
        if UNIONS.contains(&key) {
            for item in at.items() {
                let members = item.entries();
                if item.value.is_object() && members.len() != 1 {
                    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
                    let summary = match names.as_slice() {
                        [] => "the item has no member".to_owned(),
                        names => format!("the item has several members: {}", names.join(", ")),
                    };
                    findings.push(Finding::error(Code::Union, &item, summary));
                }
            }
        }
    });
}
