//! Sheets: their elements, layouts and controls.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, duplicate, fields};
use crate::finding::{Code, Finding};
use crate::foreign::is_placeholder;
use crate::json::At;

/// The visuals of each sheet, by id.
pub(super) type Sheets<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Number of grid columns.
const COLUMNS: i64 = 36;

pub(super) fn check<'a>(definition: &At<'a>, known: &Known<'a>, findings: &mut Vec<Finding>) -> Sheets<'a> {
    let mut sheets = Sheets::new();
    for sheet in definition.list("Sheets") {
        let Some(id) = sheet.text("SheetId") else { continue };
        check_id(id, &sheet, findings);
        if sheet.text("Name").is_some_and(|name| name.chars().count() < 2) {
            let summary = "the tab of a sheet with a one-character name is not shown";
            findings.push(Finding::warning(Code::SheetName, &sheet, summary));
        }
        let mut elements = Elements { kinds: BTreeMap::new() };
        let visuals = elements.visuals(&sheet, known, findings);
        elements.boxes(&sheet, findings);
        elements.controls(&sheet, known, findings);
        elements.layouts(&sheet, findings);
        if sheets.insert(id, visuals).is_some() {
            findings.push(duplicate(&sheet, "sheet", id));
        }
    }
    sheets
}

/// Checks an ID: only letters, digits, underscores and hyphens.
fn check_id(id: &str, at: &At<'_>, findings: &mut Vec<Finding>) {
    let is_allowed = |one: char| one.is_alphanumeric() || one == '_' || one == '-';
    let is_valid = !id.is_empty() && id.len() <= 512 && id.chars().all(is_allowed);
    if !is_valid && !is_placeholder(id) {
        findings.push(Finding::error(Code::Id, at, format!("invalid ID `{id}`")));
    }
}

/// The elements of a sheet, by ID.
struct Elements<'a> {
    kinds: BTreeMap<&'a str, (&'static str, At<'a>)>,
}

impl<'a> Elements<'a> {
    fn add(&mut self, id: &'a str, kind: &'static str, at: &At<'a>, findings: &mut Vec<Finding>) {
        check_id(id, at, findings);
        if self.kinds.insert(id, (kind, at.clone())).is_some() {
            findings.push(duplicate(at, "sheet element", id));
        }
    }

    fn visuals(
        &mut self,
        sheet: &At<'a>,
        known: &Known<'a>,
        findings: &mut Vec<Finding>,
    ) -> BTreeSet<&'a str> {
        let mut ids = BTreeSet::new();
        for item in sheet.list("Visuals") {
            let Some((kind, visual)) = item.union() else { continue };
            let Some(id) = visual.text("VisualId") else { continue };
            self.add(id, "VISUAL", &visual, findings);
            ids.insert(id);
            fields::check(kind, &visual, known, findings);
        }
        ids
    }

    fn boxes(&mut self, sheet: &At<'a>, findings: &mut Vec<Finding>) {
        for text in sheet.list("TextBoxes") {
            let Some(id) = text.text("SheetTextBoxId") else { continue };
            self.add(id, "TEXT_BOX", &text, findings);
            let content = text.text("Content").unwrap_or_default();
            let within = |item: &str| item.split("</li>").next().is_some_and(|item| item.contains("<br"));
            if content.split("<li>").skip(1).any(within) {
                findings.push(Finding::error(Code::Break, &text, "`<br>` is not allowed in `<li>`"));
            }
        }
        for image in sheet.list("Images") {
            if let Some(id) = image.text("SheetImageId") {
                self.add(id, "IMAGE", &image, findings);
            }
        }
    }

    fn controls(&mut self, sheet: &At<'a>, known: &Known<'a>, findings: &mut Vec<Finding>) {
        for item in sheet.list("FilterControls") {
            let Some((kind, control)) = item.union() else { continue };
            if let Some(id) = control.text("FilterControlId") {
                self.add(id, "FILTER_CONTROL", &control, findings);
            }
            if let Some(filter) = control
                .text("SourceFilterId")
                .filter(|id| !known.filters.contains_key(id) && !is_placeholder(id))
            {
                let found =
                    Finding::error(Code::ControlFilter, &control, format!("unknown filter `{filter}`"));
                found.push_near(findings, filter, known.filters.keys().copied());
            }
            dropdown(kind, &control, known, findings);
        }
        for item in sheet.list("ParameterControls") {
            let Some((_, control)) = item.union() else { continue };
            if let Some(id) = control.text("ParameterControlId") {
                self.add(id, "PARAMETER_CONTROL", &control, findings);
            }
            let Some(name) = control.text("SourceParameterName") else { continue };
            let Some((_, parameter)) = known.parameters.get(name) else {
                if is_placeholder(name) {
                    continue;
                }
                let summary = format!("unknown parameter `{name}`");
                let found = Finding::error(Code::ControlParameter, &control, summary);
                found.push_near(findings, name, known.parameters.keys().copied());
                continue;
            };
            let wanted = match control.text("Type") {
                Some("SINGLE_SELECT") => "SINGLE_VALUED",
                Some("MULTI_SELECT") => "MULTI_VALUED",
                _ => continue,
            };
            if parameter.text("ParameterValueType").is_some_and(|has| has != wanted) {
                let summary = format!("the control requires a {wanted} parameter, but `{name}` is not one");
                findings.push(Finding::error(Code::Arity, &control, summary));
            }
        }
    }

    fn layouts(&self, sheet: &At<'a>, findings: &mut Vec<Finding>) {
        let mut placed = BTreeSet::new();
        for area in ["Layouts", "SheetControlLayouts"] {
            for layout in sheet.list(area) {
                let Some((kind, layout)) = layout.get("Configuration").and_then(|one| one.union()) else {
                    continue;
                };
                let mut taken: Vec<(&str, [i64; 4])> = Vec::new();
                layout.walk("", &mut |_, at| {
                    let (Some(id), Some(element_type)) = (at.text("ElementId"), at.text("ElementType"))
                    else {
                        return;
                    };
                    placed.insert(id);
                    self.placed(id, element_type, at, findings);
                    if kind == "GridLayout" && area == "Layouts" {
                        grid(id, at, &mut taken, findings);
                    }
                });
            }
        }
        if sheet.list("Layouts").is_empty() {
            return;
        }
        for (id, (kind, at)) in &self.kinds {
            if matches!(*kind, "VISUAL" | "TEXT_BOX" | "IMAGE") && !placed.contains(id) {
                let summary = format!("`{id}` is missing from the sheet's layout");
                findings.push(Finding::warning(Code::Unplaced, at, summary));
            }
        }
    }

    fn placed(&self, id: &str, element_type: &str, at: &At<'_>, findings: &mut Vec<Finding>) {
        match self.kinds.get(id) {
            None if is_placeholder(id) => {}
            None => {
                let found = Finding::error(Code::Element, at, format!("unknown element `{id}`"));
                found.push_near(findings, id, self.kinds.keys().copied());
            }
            Some((kind, _)) if *kind != element_type => {
                let summary = format!("`{id}` is a {kind}, not a {element_type}");
                findings.push(Finding::error(Code::Element, at, summary));
            }
            Some(_) => {}
        }
    }
}

/// QuickSight rejects a list of fixed values if the filter selects all values.
fn dropdown(kind: &str, control: &At<'_>, known: &Known<'_>, findings: &mut Vec<Finding>) {
    let fixed = control.at(&["SelectableValues", "Values"]).is_some();
    let filter = control.text("SourceFilterId").and_then(|id| known.filters.get(id));
    let all = filter.is_some_and(|(_, filter)| {
        let list = filter.at(&["Configuration", "FilterListConfiguration"]);
        list.is_some_and(|list| list.text("SelectAllOptions") == Some("FILTER_ALL_VALUES"))
    });
    if matches!(kind, "Dropdown" | "List") && fixed && all {
        let summary = "the control has fixed values, but its filter selects all values";
        findings.push(Finding::error(Code::Dropdown, control, summary));
    }
}

/// Checks that an element is within the grid and overlaps no other.
fn grid<'a>(id: &'a str, at: &At<'a>, taken: &mut Vec<(&'a str, [i64; 4])>, findings: &mut Vec<Finding>) {
    let (Some(column), Some(row)) = (at.number("ColumnIndex"), at.number("RowIndex")) else { return };
    let (Some(width), Some(height)) = (at.number("ColumnSpan"), at.number("RowSpan")) else { return };
    if column < 0 || width < 1 || column + width > COLUMNS {
        let summary =
            format!("`{id}` spans columns {column} to {}; the grid has columns 0 to 35", column + width - 1);
        findings.push(Finding::error(Code::Grid, at, summary));
    }
    let own = [column, column + width, row, row + height];
    let over =
        |other: &[i64; 4]| own[0] < other[1] && other[0] < own[1] && own[2] < other[3] && other[2] < own[3];
    if let Some((other, _)) = taken.iter().find(|(_, other)| over(other)) {
        findings.push(Finding::error(Code::Overlap, at, format!("`{id}` overlaps `{other}`")));
    }
    taken.push((id, own));
}
