//! `[data_set.<name>]`: how `QuickSight` keeps what dashboards show, and who sees which rows.

use super::super::draft::Shown;
use super::super::table::Table;
use super::super::value::{Text, Value};
use super::super::{code, draft, grammar, scalar};
use super::{Catalog, control};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{
    DataSetOptions, FieldKind, Identifier, ImportMode, Refresh, RefreshKind, Schedule, VisualSource,
};

/// What the file says of data sets.
pub(in super::super) fn read_all(root: &Table<'_>, catalog: &Catalog<'_, '_>) -> Vec<DataSetOptions> {
    let table = root.get("data_set").and_then(|value| value.names());
    let entries = table.iter().flat_map(Table::entries);
    entries.filter_map(|(name, value)| read(&name, &value, catalog)).collect()
}

fn read(name: &Text<'_>, value: &Value<'_>, catalog: &Catalog<'_, '_>) -> Option<DataSetOptions> {
    let (source, shown) = catalog.source(name)?;
    let mut table = value.table(grammar::DATA_SET)?;
    table.span = name.span.clone();
    let mode = match table.get("mode") {
        Some(value) => Some(value.choice(&grammar::IMPORT_MODES)?),
        None => None,
    };
    let refreshes = table.get("refresh").map(|value| refreshes(&value, &shown)).unwrap_or_default();
    if let Some(value) = table.get("refresh").filter(|_| mode == Some(ImportMode::Direct)) {
        let summary = "what is asked of the warehouse is never refreshed";
        let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
        value.fault(fault.help("leave `refresh` out, or write `mode = \"spice\"`"));
    }
    let rows = match table.get("rows") {
        Some(value) => Some(rows(&value.text()?, &source, &shown, catalog)?),
        None => None,
    };
    Some(DataSetOptions { source, mode, refreshes, rows })
}

fn refreshes(value: &Value<'_>, shown: &Shown) -> Vec<Refresh> {
    let items = value.list("a list of tables").unwrap_or_default();
    let mut found: Vec<Refresh> = Vec::new();
    for mut item in items {
        "refresh".clone_into(&mut item.what);
        let Some(refresh) = refresh(&item, shown) else { continue };
        let hourly = |one: &Refresh| one.minutes == Some(60);
        let window = |one: &Refresh| match &one.kind {
            RefreshKind::Incremental { column, days } => Some((column.clone(), *days)),
            RefreshKind::Full => None,
        };
        let summary = if hourly(&refresh) && found.iter().any(hourly) {
            "a data set is refreshed hourly once"
        } else if found
            .iter()
            .filter_map(window)
            .any(|one| window(&refresh).is_some_and(|other| other != one))
        {
            "all incremental refreshes look back over one column, equally far"
        } else {
            found.push(refresh);
            continue;
        };
        item.fault(Diagnostic::error(code::REFRESH, item.span.clone(), summary).help("leave one out"));
    }
    let most = value.most();
    if found.len() > most {
        let summary = format!("the data set has {} schedules", found.len());
        let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
        value.fault(fault.help(format!("QuickSight takes {most}")));
    }
    found
}

fn refresh(item: &Value<'_>, shown: &Shown) -> Option<Refresh> {
    let table = item.table(grammar::REFRESH)?;
    let minutes =
        table.required("every", "every = \"day\"").and_then(|value| value.choice(&grammar::INTERVALS));
    let at = match table.get("at") {
        Some(value) => Some(time(&value)?),
        None => None,
    };
    let kind = match (table.get("column"), table.get("last")) {
        (None, None) => RefreshKind::Full,
        (None, Some(value)) => {
            let summary = "an incremental refresh needs the date that it looks back over";
            let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
            value.fault(fault.help("add `column = \"day\"`, or leave `last` out"));
            return None;
        }
        (Some(column), last) => {
            let text = column.text()?;
            let days = match last {
                Some(value) => control::days(&value)?,
                None => 1,
            };
            RefreshKind::Incremental { column: date(&text, shown)?, days }
        }
    };
    let minutes = minutes?;
    if minutes.is_some_and(|minutes| minutes < 60) && kind == RefreshKind::Full {
        let summary = "all rows are taken hourly at most";
        let fault = Diagnostic::error(code::REFRESH, item.span.clone(), summary);
        item.fault(fault.help("add `column` and `last`, so that only the newest rows are taken"));
        return None;
    }
    Some(Refresh { minutes, at: at.unwrap_or((3, 0)), kind })
}

/// `02:30`, in UTC
fn time(value: &Value<'_>) -> Option<(u8, u8)> {
    let text = value.text()?;
    if let Some(Schedule::Daily { hour, minute }) = scalar::daily(text.text) {
        return Some((hour, minute));
    }
    let summary = format!("`{}` is no time of day", text.text.escape_debug());
    let fault = Diagnostic::error(code::REFRESH, text.span.clone(), summary);
    text.report(fault.because("times are from 00:00 to 23:59, in UTC").help("write it as `02:30`"));
    None
}

fn date(text: &Text<'_>, shown: &Shown) -> Option<Identifier> {
    if shown.broken.contains(text.text) {
        return None;
    }
    let kind = shown.columns.get(text.text).map(|data_type| data_type.quicksight());
    if kind == Some(Some(FieldKind::Date)) {
        return Identifier::new(text.text).ok();
    }
    let summary = match kind {
        None => format!("the data has no column `{}`", text.text.escape_debug()),
        Some(_) => format!("`{}` is no date", text.text),
    };
    let dates = shown.columns.iter().filter(|(_, one)| one.quicksight() == Some(FieldKind::Date));
    let fault = Diagnostic::error(code::REFRESH, text.span.clone(), summary);
    text.report(fault.help(did_you_mean(text.text, dates.map(|(name, _)| name.as_str()))));
    None
}

/// The dataset that says who sees which rows: names of users or groups, and texts that the data has too.
fn rows(
    text: &Text<'_>,
    source: &VisualSource,
    shown: &Shown,
    catalog: &Catalog<'_, '_>,
) -> Option<Identifier> {
    let rules = draft::dataset_named(text, catalog.datasets)?;
    let refuse = |summary: String, help: String| {
        let fault = Diagnostic::error(code::ROW_RULES, text.span.clone(), summary);
        text.report(fault.also(rules.span.clone(), "the dataset").help(help));
        None
    };
    if *source == VisualSource::Dataset(rules.dataset.name.clone()) {
        return refuse(
            "a dataset cannot say who sees its own rows".to_owned(),
            "name another dataset".to_owned(),
        );
    }
    let columns: Vec<_> = rules.dataset.curated().collect();
    if columns.iter().any(|one| rules.broken.contains(one.name.as_str())) {
        return None;
    }
    let is_who = |name: &str| matches!(name, "user_name" | "group_name");
    let names: Vec<&str> = columns.iter().map(|one| one.name.as_str()).collect();
    if !names.iter().any(|name| is_who(name)) {
        let summary = format!("`{}` does not say whom a row is for", text.text);
        return refuse(summary, "add a column `group_name` or `user_name`, which is a text".to_owned());
    }
    if names.iter().all(|name| is_who(name)) {
        let summary = format!("`{}` does not say which rows somebody sees", text.text);
        return refuse(summary, format!("add a text that `{}` has too", source.name()));
    }
    for column in &columns {
        if column.data_type.quicksight() != Some(FieldKind::Text) {
            let summary = format!("`{}` of `{}` is {}", column.name, text.text, column.data_type);
            return refuse(summary, "rules compare texts: make it a `string`".to_owned());
        }
        let known = shown.columns.get(column.name.as_str());
        if !is_who(column.name.as_str()) && known.and_then(|one| one.quicksight()) != Some(FieldKind::Text) {
            let summary = format!("`{}` has no text `{}` to compare with", source.name(), column.name);
            let texts = shown.columns.iter().filter(|(_, one)| one.quicksight() == Some(FieldKind::Text));
            return refuse(summary, did_you_mean(column.name.as_str(), texts.map(|(name, _)| name.as_str())));
        }
    }
    Some(rules.dataset.name.clone())
}
