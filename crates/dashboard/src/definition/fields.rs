//! The fields of visuals: their columns, their types, and the references to them.

use std::collections::{BTreeMap, BTreeSet};

use super::Known;
use crate::dataset::Kind;
use crate::finding::{Code, Finding};
use crate::json::At;

/// Checks the fields of a visual of a kind.
pub(super) fn check(kind: &str, visual: &At<'_>, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let Some(chart) = visual.get("ChartConfiguration") else { return };
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let mut sets = BTreeSet::new();
    if let Some(wells) = chart.get("FieldWells") {
        wells.walk("FieldWells", &mut |kind, field| {
            let Some(id) = field.text("FieldId") else { return };
            *ids.entry(id).or_default() += 1;
            if ids[id] == 2 {
                findings.push(super::duplicate(field, "field", id));
            }
            let Some(column) = field.get("Column") else { return };
            sets.extend(column.text("DataSetIdentifier"));
            if let Some(found) = known.column_at(&column, findings) {
                fits(kind, found, field, &column, findings);
            }
        });
    }
    if sets.len() > 1 {
        let names: Vec<&str> = sets.into_iter().collect();
        let summary = format!("the visual uses columns of {}", names.join(" and "));
        findings.push(Finding::error(Code::Mixed, visual, summary).help("join them in one data set"));
    }
    for (key, part) in chart.entries().into_iter().filter(|(key, _)| *key != "FieldWells") {
        part.walk(key, &mut |_, at| {
            let Some(id) = at.text("FieldId").filter(|id| !ids.contains_key(id)) else { return };
            let (code, what) = if key == "SortConfiguration" {
                (Code::Sort, "the visual is sorted by an unknown field")
            } else {
                (Code::Field, "the setting refers to an unknown field")
            };
            let summary = format!("{what} `{id}`");
            let found = Finding { code, ..Finding::warning(code, at, summary) };
            let found = if code == Code::Sort {
                Finding { severity: crate::Severity::Error, ..found }
            } else {
                found
            };
            found.push_near(findings, id, ids.keys().copied());
        });
    }
    if kind == "KPIVisual" {
        kpi(&chart, findings);
    }
    forecast(&chart, findings);
    shown(&chart, findings);
}

/// Checks that a field's type matches the type of its column.
fn fits(kind: &str, column: Kind, field: &At<'_>, at: &At<'_>, findings: &mut Vec<Finding>) {
    let name = at.text("ColumnName").unwrap_or_default();
    let wanted = match kind {
        "NumericalMeasureField" | "NumericalDimensionField" if !column.is_number() => "a number",
        "DateDimensionField" | "DateMeasureField" if !column.is_date() => "a date",
        "CategoricalDimensionField" if column == Kind::Date => "a value that is not a date",
        _ => return,
    };
    let summary = format!("{kind} requires {wanted}, but `{name}` is {}", column.text());
    findings.push(Finding::error(Code::FieldType, field, summary));
}

/// Reports a KPI without a value: QuickSight shows a KPI only with a measure in its field well `Values`. Which of the
/// options are set does not matter; the service itself writes any of them without the others.
fn kpi(chart: &At<'_>, findings: &mut Vec<Finding>) {
    let wells = chart.get("FieldWells");
    if wells.as_ref().is_none_or(|wells| wells.list("Values").is_empty()) {
        let summary = "the KPI stays blank: it has no value";
        let at = wells.unwrap_or_else(|| chart.clone());
        findings.push(Finding::warning(Code::Kpi, &at, summary).help("add a measure to `Values`"));
    }
}

/// Checks that a forecast has a date on the axis.
fn forecast(chart: &At<'_>, findings: &mut Vec<Finding>) {
    let forecasts = chart.list("ForecastConfigurations");
    let Some(first) = forecasts.first() else { return };
    let mut has_date = false;
    for (_, wells) in chart.get("FieldWells").map(|wells| wells.entries()).unwrap_or_default() {
        has_date |= wells.list("Category").iter().any(|field| field.get("DateDimensionField").is_some());
    }
    if !has_date {
        findings.push(Finding::error(Code::Forecast, first, "a forecast requires a date on the axis"));
    }
}

/// Reports settings that QuickSight accepts but does not show.
fn shown(chart: &At<'_>, findings: &mut Vec<Finding>) {
    chart.walk("", &mut |key, at| {
        if key != "AxisLabelOptions" {
            return;
        }
        for label in at.items() {
            if label.get("CustomLabel").is_some() && label.get("ApplyTo").is_none() {
                let summary = "a label without `ApplyTo` is not shown";
                findings.push(Finding::warning(Code::AxisLabel, &label, summary).help("add `ApplyTo`"));
            }
        }
    });
}
