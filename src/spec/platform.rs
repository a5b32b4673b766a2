//! Reads `[platform]`, and puts the sections together.

use std::collections::BTreeMap;
use std::ops::Range;

use strataform_template::LogicalId;

use super::dashboard::Catalog;
use super::draft::{AggregateDraft, DatasetDraft};
use super::table::Table;
use super::value::Value;
use super::{
    aggregate, code, dashboard, dataset, deletions, environment, grammar, join, overrides, places, policy,
    renames, rules, scalar, settings, streaming, title, zones,
};
use crate::diagnostic::Diagnostic;
use crate::model::{Dashboard, Environment, Platform, Settings, Slug, Volume};

/// The contents of `[platform]`, and the settings.
struct Head {
    name: Option<Slug>,
    title: Option<String>,
    description: Option<String>,
    owner: Option<String>,
    volume: Option<Volume>,
    divisions: Option<u16>,
    settings: Settings,
}

/// Reads the platform of a file; `None` if an essential part has faults.
pub(super) fn read(root: &Table<'_>) -> Option<Platform> {
    let head = head(root);
    let datasets = datasets(root);
    refuse_excess(root, head.volume, &datasets);
    let aggregates = aggregates(root, &datasets);
    let catalog = Catalog { datasets: &datasets, aggregates: &aggregates };
    let dashboards = dashboards(root, &catalog);
    let kept = dashboard::data_sets(root, &catalog);
    let environments = environments(root, &head.settings);
    streaming::refuse_short_limits(root, &datasets, &environments);
    zones::refuse(root, &datasets, &environments);
    same_names(root, &catalog);
    refuse_empty(root);
    let name = head.name?;
    Some(Platform {
        title: head.title.unwrap_or_else(|| title(&name.as_str().replace('-', " "))),
        name,
        description: head.description,
        owner: head.owner?,
        datasets: datasets.into_iter().map(|draft| draft.dataset).collect(),
        aggregates: aggregates.into_iter().map(|draft| draft.aggregate).collect::<Option<_>>()?,
        dashboards,
        data_sets: kept,
        theme: dashboard::theme(root),
        environments,
        divisions: head.divisions,
        policy: policy::read(root),
        places: places::read(root),
    })
}

fn head(root: &Table<'_>) -> Head {
    let example = "[platform]` with `name`, `owner` and `volume";
    let table = root.required("platform", example).and_then(|value| value.table(grammar::PLATFORM));
    let get = |key| table.as_ref().and_then(|table: &Table<'_>| table.get(key));
    let need = |key, example| table.as_ref().and_then(|table: &Table<'_>| table.required(key, example));
    let volume = need("volume", "volume = \"10 GB/day\"").and_then(|value| scalar::volume(&value));
    let mut base = settings::defaults(volume.unwrap_or(Volume::LEAST));
    if let Some(value) = get("retention") {
        refuse_two_retentions(root, &value);
        settings::retention(&mut base.retention, &value);
    }
    if let Some(schedule) = get("schedule").and_then(|value| environment::default_schedule(&value)) {
        base.schedule = schedule;
    }
    Head {
        name: need("name", "name = \"clickstream\"")
            .and_then(|value| scalar::slug(&value.text()?, Slug::LONGEST_PLATFORM)),
        title: get("title").and_then(|value| value.line()),
        description: get("description").and_then(|value| value.paragraph()),
        owner: need("owner", "owner = \"growth-data\"").and_then(|value| settings::owner(&value)),
        volume,
        divisions: get("divisions").and_then(|value| divisions(&value)),
        settings: settings::overlay(&base, root),
    }
}

fn refuse_two_retentions(root: &Table<'_>, value: &Value<'_>) {
    let table = root.get("retention").and_then(|value| value.raw.as_table().map(|table| (table, value.span)));
    let Some((_, span)) = table.filter(|(table, _)| table.contains_key("curated")) else { return };
    let summary = "the retention of curated data is set twice";
    let fault = Diagnostic::error(code::DUPLICATE_VALUE, value.span.clone(), summary);
    value.fault(fault.also(span, "also set here, as `curated`").help("keep one of them"));
}

fn divisions(value: &Value<'_>) -> Option<u16> {
    const HINT: &str = "write 1, 2, 4, 8, 16, 32, 64, 128 or 256";
    let number = value.number(HINT)?;
    if number.is_power_of_two() {
        return u16::try_from(number).ok();
    }
    let summary = format!("{number} is not a power of two");
    value.fault(Diagnostic::error(code::RANGE, value.span.clone(), summary).help(HINT));
    None
}

/// Reports datasets that declare more than the platform's volume, for which the warehouse is sized; nothing would be
/// left for the datasets that declare none.
fn refuse_excess(root: &Table<'_>, platform: Option<Volume>, datasets: &[DatasetDraft<'_>]) {
    let Some(platform) = platform else { return };
    let declared: Vec<(Volume, Range<usize>)> = datasets
        .iter()
        .filter_map(|one| Some((one.dataset.volume?, one.table.get("volume")?.span)))
        .collect();
    let total: u64 = declared.iter().map(|(volume, _)| volume.bytes_per_day()).sum();
    let Some(((_, first), others)) = declared.split_first() else { return };
    if total <= platform.bytes_per_day() {
        return;
    }
    let sum = declared.iter().map(|(volume, _)| volume.to_string()).collect::<Vec<_>>().join(" + ");
    let summary = format!("datasets declare {sum}, more than the platform's {platform}");
    let mut fault = Diagnostic::error(code::VOLUMES, first.clone(), summary);
    for (_, span) in others {
        fault = fault.also(span.clone(), "also counts");
    }
    root.reader.report(
        fault
            .because("the warehouse is sized for the platform's volume; datasets without one share the rest")
            .help("raise `volume` in `[platform]`, or lower the volumes of the datasets"),
    );
}

fn section<'a>(root: &Table<'a>, key: &'static str) -> Option<Table<'a>> {
    root.get(key).and_then(|value| value.names())
}

fn datasets<'a>(root: &Table<'a>) -> Vec<DatasetDraft<'a>> {
    let table = section(root, "dataset");
    let entries = table.iter().flat_map(Table::entries);
    let mut drafts: Vec<_> = entries.filter_map(|(name, value)| dataset::read(&name, &value)).collect();
    let joins: Vec<_> = drafts.iter().map(|draft| join::read(draft, &drafts)).collect();
    for (draft, (joins, broken)) in drafts.iter_mut().zip(joins) {
        draft.dataset.joins = joins;
        rules::derive(draft);
        rules::expect(draft);
        deletions::read(draft);
        draft.broken.extend(broken);
        renames::identify(draft);
    }
    drafts
}

fn aggregates<'a>(root: &Table<'a>, datasets: &[DatasetDraft<'a>]) -> Vec<AggregateDraft<'a>> {
    let table = section(root, "aggregate");
    let entries = table.iter().flat_map(Table::entries);
    entries.filter_map(|(name, value)| aggregate::read(&name, &value, datasets)).collect()
}

fn dashboards(root: &Table<'_>, catalog: &Catalog<'_, '_>) -> Vec<Dashboard> {
    let table = section(root, "dashboard");
    let entries = table.iter().flat_map(Table::entries);
    entries.filter_map(|(name, value)| dashboard::read(&name, &value, catalog)).collect()
}

fn environments(root: &Table<'_>, base: &Settings) -> Vec<Environment> {
    let common =
        environment::Common { overrides: overrides::read(root), suppressions: policy::suppressions(root) };
    let table = section(root, "environment");
    let entries = table.iter().flat_map(Table::entries);
    entries.filter_map(|(name, value)| environment::read(&name, &value, base, &common)).collect()
}

/// Reports datasets and aggregates whose tables or resources would have the same name.
fn same_names(root: &Table<'_>, catalog: &Catalog<'_, '_>) {
    let datasets = catalog.datasets.iter().map(|one| (one.raw_name, one.span.clone()));
    let aggregates = catalog.aggregates.iter().map(|one| (one.raw_name, one.span.clone()));
    let mut seen: BTreeMap<String, (&str, Range<usize>)> = BTreeMap::new();
    for (name, span) in datasets.chain(aggregates) {
        let id = LogicalId::from_path(name.to_owned()).to_string();
        let Some((other, first)) = seen.get(&id) else {
            seen.insert(id, (name, span));
            continue;
        };
        let summary = if *other == name {
            format!("`{}` names a dataset and an aggregate", name.escape_debug())
        } else {
            format!(
                "`{}` and `{}` would have resources with the same name",
                other.escape_debug(),
                name.escape_debug()
            )
        };
        let fault =
            Diagnostic::error(code::DUPLICATE_RESOURCE, span, summary).also(first.clone(), "first used here");
        root.reader.report(fault.because("each becomes tables and resources of its name").help("rename one"));
    }
}

fn refuse_empty(root: &Table<'_>) {
    for (key, example) in [("dataset", "[dataset.orders]"), ("environment", "[environment.dev]")] {
        let empty = match root.get(key) {
            None => true,
            Some(value) => value.raw.as_table().is_some_and(toml::map::Map::is_empty),
        };
        if empty {
            let fault = Diagnostic::error(code::EMPTY_PLATFORM, 0..0, format!("the platform has no {key}"));
            root.reader.report(fault.help(format!("add `{example}`")));
        }
    }
}
