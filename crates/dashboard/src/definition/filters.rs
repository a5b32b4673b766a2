//! Filters: their columns, their parameters, and their scopes.

use std::collections::BTreeSet;

use super::sheets::Sheets;
use super::{Known, duplicate};
use crate::finding::{Code, Finding};
use crate::foreign::is_placeholder;
use crate::json::At;

/// Records and checks the filters.
pub(super) fn declared<'a>(definition: &At<'a>, known: &mut Known<'a>, findings: &mut Vec<Finding>) {
    let mut groups = BTreeSet::new();
    for group in definition.list("FilterGroups") {
        if let Some(id) = group.text("FilterGroupId")
            && !groups.insert(id)
        {
            findings.push(duplicate(&group, "filter group", id));
        }
        for item in group.list("Filters") {
            let Some((kind, filter)) = item.union() else { continue };
            let Some(id) = filter.text("FilterId") else { continue };
            if let Some(column) = filter.get("Column")
                && let Some(found) = known.column_at(&column, findings)
            {
                let wanted = match kind {
                    "TimeRangeFilter" | "RelativeDatesFilter" | "TimeEqualityFilter" if !found.is_date() => {
                        "a date"
                    }
                    "NumericRangeFilter" | "NumericEqualityFilter" if !found.is_number() => "a number",
                    _ => "",
                };
                if !wanted.is_empty() {
                    let name = column.text("ColumnName").unwrap_or_default();
                    let summary = format!("{kind} requires {wanted}, but `{name}` is {}", found.text());
                    findings.push(Finding::error(Code::FilterType, &filter, summary));
                }
            }
            for (name, at) in parameters(&filter) {
                known.parameter(name, &at, findings);
            }
            if known.filters.insert(id, (kind, filter.clone())).is_some() {
                findings.push(duplicate(&filter, "filter", id));
            }
        }
    }
}

/// The parameters that a filter uses.
fn parameters<'a>(filter: &At<'a>) -> Vec<(&'a str, At<'a>)> {
    let mut found = Vec::new();
    filter.walk("", &mut |key, at| {
        if matches!(key, "Parameter" | "ParameterName")
            && let Some(name) = at.value.as_str()
        {
            found.push((name, at.clone()));
        }
    });
    found
}

/// Checks that scopes name existing sheets and visuals.
pub(super) fn scopes(definition: &At<'_>, sheets: &Sheets<'_>, findings: &mut Vec<Finding>) {
    for group in definition.list("FilterGroups") {
        let Some(selected) = group.at(&["ScopeConfiguration", "SelectedSheets"]) else { continue };
        for scope in selected.list("SheetVisualScopingConfigurations") {
            let Some(id) = scope.text("SheetId") else { continue };
            let Some(visuals) = sheets.get(id) else {
                if is_placeholder(id) {
                    continue;
                }
                let found = Finding::error(Code::ScopeSheet, &scope, format!("unknown sheet `{id}`"));
                found.push_near(findings, id, sheets.keys().copied());
                continue;
            };
            for visual in scope.list("VisualIds") {
                let Some(name) =
                    visual.value.as_str().filter(|name| !visuals.contains(name) && !is_placeholder(name))
                else {
                    continue;
                };
                let summary = format!("unknown visual `{name}` on sheet `{id}`");
                let found = Finding::error(Code::ScopeVisual, &visual, summary);
                found.push_near(findings, name, visuals.iter().copied());
            }
        }
    }
}

/// Reports filters that use a parameter without a control and without a default: they show nothing.
pub(super) fn uncontrolled(definition: &At<'_>, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let mut controlled = BTreeSet::new();
    for sheet in definition.list("Sheets") {
        for item in sheet.list("ParameterControls") {
            controlled.extend(item.union().and_then(|(_, control)| control.text("SourceParameterName")));
        }
    }
    for (_, filter) in known.filters.values() {
        for (name, at) in parameters(filter) {
            let Some((_, parameter)) = known.parameters.get(name) else { continue };
            if !controlled.contains(name) && parameter.get("DefaultValues").is_none() {
                let summary = format!("parameter `{name}` has no control and no default");
                findings.push(Finding::warning(Code::Uncontrolled, &at, summary));
            }
        }
    }
}
