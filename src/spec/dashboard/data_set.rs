//! Reads `[data_set.<name>]`: the import mode and refreshes of a `QuickSight` data set, and who sees which rows.

use std::collections::BTreeMap;

use super::super::draft::Shown;
use super::super::table::Table;
use super::super::value::{Text, Value};
use super::super::{code, draft, grammar, scalar};
use super::{Catalog, control};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{
    DataSetOptions, FieldKind, Identifier, ImportMode, Refresh, RefreshKind, Schedule, VisualSource, lookback,
};

/// Reads the options of all data sets.
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
    if let (VisualSource::Live(_), Some(value)) = (&source, table.get("mode"))
        && mode == Some(ImportMode::Spice)
    {
        let summary = format!("`{}` cannot be imported into SPICE", name.text);
        let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
        value.fault(fault.because("its rows would be as old as the import").help("remove `mode`"));
    }
    let windows = windows(&source, catalog);
    let refreshes = table.get("refresh").map(|value| refreshes(&value, &shown, &windows)).unwrap_or_default();
    let (is_direct, summary, help) = match &source {
        VisualSource::Live(_) => (true, format!("`{}` cannot be refreshed", name.text), "remove `refresh`"),
        VisualSource::Aggregate(_) | VisualSource::Dataset(_) => (
            mode == Some(ImportMode::Direct),
            "`refresh` requires `mode = \"spice\"`".to_owned(),
            "remove `refresh`, or set `mode = \"spice\"`",
        ),
    };
    if let Some(value) = table.get("refresh").filter(|_| is_direct) {
        let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
        value.fault(fault.because("a direct query always reads the warehouse").help(help));
    }
    let rows = match table.get("rows") {
        Some(value) => Some(rows(&value.text()?, &source, &shown, catalog)?),
        None => None,
    };
    Some(DataSetOptions { source, mode, refreshes, rows })
}

/// The days that an incremental refresh must cover, by column; without columns for which nothing is known.
type Windows = BTreeMap<String, u16>;

fn windows(source: &VisualSource, catalog: &Catalog<'_, '_>) -> Windows {
    let dataset = |name: &str| catalog.datasets.iter().map(|one| &one.dataset).find(|one| one.name == *name);
    let found = match source {
        VisualSource::Dataset(name) => dataset(name.as_str()).map(|known| lookback(known, None)),
        VisualSource::Live(_) => None,
        VisualSource::Aggregate(name) => {
            let draft = catalog.aggregates.iter().find(|one| one.raw_name == name.as_str());
            let aggregate = draft.and_then(|one| one.aggregate.as_ref());
            aggregate.and_then(|one| Some(lookback(dataset(one.from.as_str())?, Some(one))))
        }
    };
    found.unwrap_or_default().into_iter().map(|(column, days)| (column.to_string(), days)).collect()
}

fn refreshes(value: &Value<'_>, shown: &Shown, windows: &Windows) -> Vec<Refresh> {
    let items = value.list("a list of tables").unwrap_or_default();
    let mut found: Vec<Refresh> = Vec::new();
    for mut item in items {
        "refresh".clone_into(&mut item.what);
        let Some(refresh) = refresh(&item, shown, windows) else { continue };
        let hourly = |one: &Refresh| one.minutes == Some(60);
        let window = |one: &Refresh| match &one.kind {
            RefreshKind::Incremental { column, days } => Some((column.clone(), *days)),
            RefreshKind::Full => None,
        };
        let summary = if hourly(&refresh) && found.iter().any(hourly) {
            "a data set can have only one hourly refresh"
        } else if found
            .iter()
            .filter_map(window)
            .any(|one| window(&refresh).is_some_and(|other| other != one))
        {
            "all incremental refreshes must have the same `column` and `last`"
        } else {
            found.push(refresh);
            continue;
        };
        item.fault(Diagnostic::error(code::REFRESH, item.span.clone(), summary).help("remove one of them"));
    }
    let most = value.most();
    if found.len() > most {
        let summary = format!("too many refreshes: {}", found.len());
        let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
        value.fault(fault.help(format!("keep at most {most}")));
    } else if found.len() == most && found.iter().all(|one| one.kind != RefreshKind::Full) {
        let summary = format!("{most} refreshes leave no room for the weekly refresh of all rows");
        let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
        value.fault(fault.help("remove one of them, or refresh all rows with one of them"));
    }
    found
}

fn refresh(item: &Value<'_>, shown: &Shown, windows: &Windows) -> Option<Refresh> {
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
            let summary = "`last` requires `column`";
            let fault = Diagnostic::error(code::REFRESH, value.span.clone(), summary);
            value.fault(
                fault
                    .because("an incremental refresh looks back over a date column")
                    .help("add `column = \"day\"`, or remove `last`"),
            );
            return None;
        }
        (Some(column), last) => {
            let text = column.text()?;
            let shortest = windows.get(text.text).copied();
            let days = match last {
                Some(value) => {
                    let days = control::days(&value)?;
                    long_enough(&value, &text, days, shortest)?;
                    days
                }
                None => shortest.unwrap_or(1),
            };
            RefreshKind::Incremental { column: date(&text, shown)?, days }
        }
    };
    let minutes = minutes?;
    if minutes.is_some_and(|minutes| minutes < 60) && kind == RefreshKind::Full {
        let summary = "a full refresh runs at most hourly";
        let fault = Diagnostic::error(code::REFRESH, item.span.clone(), summary);
        item.fault(fault.help("add `column` and `last` to refresh only the newest rows"));
        return None;
    }
    Some(Refresh { minutes, at: at.unwrap_or((3, 0)), kind })
}

/// Reports a window that misses rows that can still change: then it is `None`.
fn long_enough(last: &Value<'_>, column: &Text<'_>, days: u16, shortest: Option<u16>) -> Option<()> {
    let Some(shortest) = shortest.filter(|shortest| days < *shortest) else { return Some(()) };
    let summary = format!("`last` is {days} days, but rows can change for {shortest}");
    let fault = Diagnostic::error(code::SHORT_WINDOW, last.span.clone(), summary);
    let why = format!(
        "records can arrive `late`, `{}` can begin a longer period, and a day can pass until a refresh",
        column.text.escape_debug()
    );
    last.fault(fault.because(why).help(format!("write `last = \"{shortest} days\"`, or remove `last`")));
    None
}

/// Reads a time of day in UTC: `02:30`.
fn time(value: &Value<'_>) -> Option<(u8, u8)> {
    let text = value.text()?;
    if let Some(Schedule::Daily { hour, minute }) = scalar::daily(text.text) {
        return Some((hour, minute));
    }
    let summary = format!("invalid time of day `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::REFRESH, text.span.clone(), summary);
    text.report(fault.because("a time of day is 00:00 to 23:59, in UTC").help("write it as `02:30`"));
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
        None => format!("unknown column `{}`", text.text.escape_debug()),
        Some(_) => format!("`{}` is not a date", text.text),
    };
    let dates = shown.columns.iter().filter(|(_, one)| one.quicksight() == Some(FieldKind::Date));
    let fault = Diagnostic::error(code::REFRESH, text.span.clone(), summary);
    text.report(fault.help(did_you_mean(text.text, dates.map(|(name, _)| name.as_str()))));
    None
}

/// Reads the dataset that controls who sees which rows: names of users or groups, and text columns that the data has.
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
            "a dataset cannot control access to its own rows".to_owned(),
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
        let summary = format!("`{}` has no column with users or groups", text.text);
        return refuse(summary, "add a `string` column `group_name` or `user_name`".to_owned());
    }
    if names.iter().all(|name| is_who(name)) {
        let summary = format!("`{}` has no column that selects rows", text.text);
        return refuse(summary, format!("add a `string` column that `{}` also has", source.name()));
    }
    for column in &columns {
        if column.data_type.quicksight() != Some(FieldKind::Text) {
            let summary = format!("`{}` of `{}` has type `{}`", column.name, text.text, column.data_type);
            return refuse(summary, "make it a `string`: rules compare strings".to_owned());
        }
        let known = shown.columns.get(column.name.as_str());
        if !is_who(column.name.as_str()) && known.and_then(|one| one.quicksight()) != Some(FieldKind::Text) {
            let summary = format!("`{}` has no `string` column `{}`", source.name(), column.name);
            let texts = shown.columns.iter().filter(|(_, one)| one.quicksight() == Some(FieldKind::Text));
            return refuse(summary, did_you_mean(column.name.as_str(), texts.map(|(name, _)| name.as_str())));
        }
    }
    Some(rules.dataset.name.clone())
}
