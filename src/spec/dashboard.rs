//! `[dashboard.<name>]`: what analysts look at.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::DeValue;

use super::draft::{self, Shown};
use super::table::Table;
use super::value::{Text, Value};
use super::visual::{self, Catalog};
use super::{code, grammar, scalar, title};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Control, Dashboard, Identifier, Visual};

/// The dashboard of an entry of `[dashboard]`.
pub(super) fn read(name: &Text<'_>, value: &Value<'_>, catalog: &Catalog<'_, '_>) -> Option<Dashboard> {
    let identifier = scalar::identifier(name);
    let mut table = value.table(grammar::DASHBOARD)?;
    table.span = name.span.clone();
    let heading = table.get("title").and_then(|value| value.line(140));
    let description = table.get("description").and_then(|value| value.paragraph(1_000));
    let (visuals, shown) = visuals(&table, catalog);
    let controls = table.get("controls").map(|value| controls(&value, &shown)).unwrap_or_default();
    let title = heading.unwrap_or_else(|| title(&name.text.replace('_', " ")));
    Some(Dashboard { name: identifier?, title, description, controls, visuals })
}

fn visuals(table: &Table<'_>, catalog: &Catalog<'_, '_>) -> (Vec<Visual>, Vec<Shown>) {
    let (mut visuals, mut shown) = (Vec::new(), Vec::new());
    let mut names: BTreeMap<String, Range<usize>> = BTreeMap::new();
    let Some(value) = table.required("visual", "[[dashboard.….visual]]") else { return (visuals, shown) };
    let items = value.list("a list of tables, `[[…visual]]`").unwrap_or_default();
    if items.is_empty() && value.raw.is_array() {
        let fault = Diagnostic::error(code::EMPTY, value.span.clone(), "the dashboard shows nothing");
        value.fault(fault.help("add a `[[dashboard.….visual]]`"));
    }
    for mut item in items {
        "visual".clone_into(&mut item.what);
        let Some(one) = item.open_table(grammar::VISUAL) else { continue };
        let read = visual::read(&one, catalog);
        shown.push(read.shown);
        let Some(mut visual) = read.visual else { continue };
        if let Some(given) = one.get("name") {
            if let Some(first) = names.get(visual.name.as_str()) {
                draft::twice(one.reader, visual.name.as_str(), given.span.clone(), Some(first), "visuals");
                continue;
            }
        } else if let Some(free) = free_name(&visual.name, &names) {
            visual.name = free;
        }
        names.insert(visual.name.to_string(), one.get("name").map_or(one.span.clone(), |name| name.span));
        visuals.push(visual);
    }
    (visuals, shown)
}

/// The name, or with the first number behind it that makes it new.
fn free_name(name: &Identifier, names: &BTreeMap<String, Range<usize>>) -> Option<Identifier> {
    if !names.contains_key(name.as_str()) {
        return Some(name.clone());
    }
    let stem = name.as_str().get(..name.as_str().len().min(54)).unwrap_or_default().trim_end_matches('_');
    let mut numbered = (2_u32..100_000).map(|number| format!("{stem}_{number}"));
    numbered.find(|name| !names.contains_key(name)).and_then(|name| Identifier::new(&name).ok())
}

fn controls(value: &Value<'_>, shown: &[Shown]) -> Vec<Control> {
    let mut controls: Vec<Control> = Vec::new();
    for mut item in value.list("a list of columns").unwrap_or_default() {
        "control".clone_into(&mut item.what);
        let Some((text, heading)) = parts(&item) else { continue };
        let Some(control) = control(&text, heading, shown) else { continue };
        if controls.iter().any(|one| one.column == control.column) {
            let summary = format!("there are two controls of `{}`", text.text);
            let fault = Diagnostic::error(code::TWICE, text.span.clone(), summary);
            text.report(fault.help("leave one out"));
            continue;
        }
        controls.push(control);
    }
    controls
}

fn parts<'a>(item: &Value<'a>) -> Option<(Text<'a>, Option<String>)> {
    match item.raw {
        DeValue::String(_) => Some((item.text()?, None)),
        DeValue::Table(_) => {
            let table = item.table(grammar::CONTROL)?;
            let heading = table.get("title").and_then(|value| value.line(140));
            Some((table.required("column", "column = \"country\"")?.text()?, heading))
        }
        _ => item.wrong("a column, or a table with `column` and `title`"),
    }
}

fn control(text: &Text<'_>, heading: Option<String>, shown: &[Shown]) -> Option<Control> {
    if shown.iter().any(|one| one.broken.contains(text.text)) {
        return None;
    }
    let kind = shown.iter().find_map(|one| one.columns.get(text.text)?.quicksight());
    let Some(kind) = kind else {
        let known: Vec<&str> = shown.iter().flat_map(|one| one.columns.keys().map(String::as_str)).collect();
        let summary = format!("no visual has a column `{}` to filter by", text.text.escape_debug());
        let fault = Diagnostic::error(code::NO_SUCH_CONTROL, text.span.clone(), summary);
        text.report(fault.help(did_you_mean(text.text, known)));
        return None;
    };
    let column = Identifier::new(text.text).ok()?;
    let title = heading.unwrap_or_else(|| title(&text.text.replace('_', " ")));
    Some(Control { column, title, kind })
}
