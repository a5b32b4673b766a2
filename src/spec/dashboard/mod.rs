//! Reads `[dashboard.<name>]`, `[data_set.<name>]` and `[theme]`.

mod aggregation;
mod calculation;
mod control;
mod data_set;
mod field;
mod filter;
mod highlight;
mod parameter;
mod theme;
mod visual;

use std::collections::BTreeMap;
use std::ops::Range;

pub(super) use data_set::read_all as data_sets;
pub(super) use parameter::ParameterKind;
pub(super) use theme::read as theme;
pub use visual::visuals;

use self::calculation::Calculations;
use super::draft::{self, AggregateDraft, DatasetDraft, Shown};
use super::table::Table;
use super::value::{Text, Value};
use super::{code, grammar, scalar, title};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Dashboard, Freshness, Identifier, Sheet, Visual, VisualSource};

/// Visuals per sheet if the file has no `sheet`. `QuickSight` allows 50; with more than 30, a sheet is slow and long.
const VISUALS_PER_SHEET: usize = 30;
/// The most sheets that `QuickSight` allows in a dashboard.
pub(super) const MOST_SHEETS: usize = 20;

/// The data that dashboards can show.
#[derive(Debug)]
pub(super) struct Catalog<'d, 'a> {
    pub(super) datasets: &'d [DatasetDraft<'a>],
    pub(super) aggregates: &'d [AggregateDraft<'a>],
}

impl Catalog<'_, '_> {
    /// Returns the aggregate, dataset or live rows that a text names, with their columns, or reports that there are
    /// none.
    fn source(&self, text: &Text<'_>) -> Option<(VisualSource, Shown)> {
        if let Some(one) = self.aggregates.iter().find(|one| one.raw_name == text.text) {
            let name = Identifier::new(one.raw_name).ok()?;
            return Some((VisualSource::Aggregate(name), one.shown.clone()));
        }
        if let Some(one) = self.datasets.iter().find(|one| one.raw_name == text.text) {
            return Some((VisualSource::Dataset(one.dataset.name.clone()), one.shown(self.datasets)));
        }
        let of_live = |name: &str| self.datasets.iter().find(|one| one.raw_name == name);
        if let Some(one) = text.text.strip_suffix(VisualSource::LIVE).and_then(of_live) {
            return live(text, one);
        }
        let aggregates = self.aggregates.iter().map(|one| one.raw_name);
        let datasets = self.datasets.iter().map(|one| one.raw_name);
        let is_live = |one: &&DatasetDraft<'_>| one.dataset.freshness == Freshness::Seconds;
        let live = self.datasets.iter().filter(is_live);
        let live: Vec<String> = live.map(|one| format!("{}{}", one.raw_name, VisualSource::LIVE)).collect();
        let known = aggregates.chain(datasets).chain(live.iter().map(String::as_str));
        let summary = format!("unknown aggregate or dataset `{}`", text.text.escape_debug());
        let fault = Diagnostic::error(code::UNKNOWN_DATA, text.span.clone(), summary);
        text.report(fault.help(did_you_mean(text.text, known)));
        None
    }
}

/// Returns the live rows of a dataset, or reports that it has none.
fn live(text: &Text<'_>, draft: &DatasetDraft<'_>) -> Option<(VisualSource, Shown)> {
    if draft.dataset.freshness == Freshness::Seconds {
        return Some((VisualSource::Live(draft.dataset.name.clone()), draft.live()));
    }
    let summary = format!("`{}` has no live rows", draft.raw_name);
    let fault = Diagnostic::error(code::UNKNOWN_DATA, text.span.clone(), summary);
    text.report(
        fault
            .also(draft.span.clone(), "the dataset")
            .because("the warehouse reads only streams of datasets with `freshness = \"seconds\"`")
            .help(if draft.dataset.source.has_stream() {
                format!("show `{}`, or set `freshness`", draft.raw_name)
            } else {
                format!("show `{}`", draft.raw_name)
            }),
    );
    None
}

/// What the parts of a dashboard can refer to.
struct Scope<'d, 'a> {
    catalog: &'d Catalog<'d, 'a>,
    parameters: parameter::Read,
    calculations: Calculations,
}

impl Scope<'_, '_> {
    /// Returns the data that a text names, with its columns and the calculations over it.
    fn source(&self, text: &Text<'_>) -> Option<(VisualSource, Shown)> {
        let (source, mut shown) = self.catalog.source(text)?;
        self.calculations.add_to(&source, &mut shown);
        Some((source, shown))
    }
}

/// Reads the dashboard of an entry of `[dashboard]`.
pub(super) fn read(name: &Text<'_>, value: &Value<'_>, catalog: &Catalog<'_, '_>) -> Option<Dashboard> {
    let identifier = scalar::identifier(name);
    let mut table = value.table(grammar::DASHBOARD)?;
    table.span = name.span.clone();
    let heading = table.get("title").and_then(|value| value.line());
    let description = table.get("description").and_then(|value| value.paragraph());
    let analysis = table.get("analysis").and_then(|value| value.boolean()).unwrap_or(false);
    let parameters = parameter::read(&table, catalog);
    let calculations = calculation::read(&table, catalog, &parameters);
    let scope = Scope { catalog, parameters, calculations };
    let title = heading.unwrap_or_else(|| title(&name.text.replace('_', " ")));
    let mut drawn = Drawn::default();
    let sheets = drawn.sheets(&table, &title, &scope);
    let controls = table.get("controls").map(|value| control::read(&value, &drawn.shown)).unwrap_or_default();
    let filters = filter::read(&table, &scope, &drawn);
    Some(Dashboard {
        name: identifier?,
        title,
        description,
        analysis,
        parameters: scope.parameters.parameters,
        calculations: scope.calculations.calculations,
        controls,
        filters,
        sheets,
    })
}

/// The visuals of a dashboard that were read so far.
#[derive(Default)]
struct Drawn {
    /// The data of each visual, with its columns.
    shown: Vec<(VisualSource, Shown)>,
    /// The names of the visuals, and their places.
    names: BTreeMap<String, Range<usize>>,
    /// Whether a visual has faults: an unknown name may then refer to it, and is not reported.
    faulty: bool,
}

impl Drawn {
    fn sheets(&mut self, table: &Table<'_>, title: &str, scope: &Scope<'_, '_>) -> Vec<Sheet> {
        let Some(value) = table.get("sheet") else { return self.undivided(table, title, scope) };
        if table.has("visual") {
            let summary = "`visual` cannot be combined with `sheet`";
            let fault = Diagnostic::error(code::KEY_CONFLICT, table.key_span("visual"), summary);
            value.fault(fault.help("move the visuals to `[[dashboard.….sheet.visual]]`"));
        }
        let items = value.list("a list of tables, `[[…sheet]]`").unwrap_or_default();
        if items.is_empty() && value.raw.is_array() {
            let fault = Diagnostic::error(code::EMPTY, value.span.clone(), "`sheet` is empty");
            value.fault(fault.help("add a `[[dashboard.….sheet]]`, or remove `sheet`"));
        }
        if items.len() > MOST_SHEETS {
            let summary = format!("too many sheets: {}", items.len());
            let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
            value.fault(fault.help(format!("keep at most {MOST_SHEETS}, or split the dashboard")));
        }
        let mut ids: BTreeMap<String, Range<usize>> = BTreeMap::new();
        let mut sheets = Vec::new();
        for (at, mut item) in items.into_iter().enumerate() {
            "sheet".clone_into(&mut item.what);
            let Some(one) = item.table(grammar::SHEET) else { continue };
            let named = one.get("name").map(|value| value.text().and_then(|text| scalar::identifier(&text)));
            let heading = one.get("title").and_then(|value| tab(&value));
            let id = match &named {
                Some(Some(name)) => name.kebab(),
                _ => (at + 1).to_string(),
            };
            let span = one.get("name").map_or(one.span.clone(), |name| name.span);
            if let Some(first) = ids.get(&id) {
                draft::duplicate(one.reader, &id, span.clone(), Some(first), "sheets");
            }
            ids.insert(id.clone(), span);
            let words = named.flatten().map(|name| super::title(&name.as_str().replace('_', " ")));
            let title = heading.or(words).unwrap_or_else(|| format!("{title} ({})", at + 1));
            let visuals = self.visuals(&one, "[[dashboard.….sheet.visual]]", scope);
            let most = one.get("visual").map_or(usize::MAX, |value| value.most());
            if visuals.len() > most {
                let summary = format!("too many visuals on a sheet: {}", visuals.len());
                let fault = Diagnostic::error(code::RANGE, one.span.clone(), summary);
                item.fault(fault.help(format!("keep at most {most}, or split the sheet")));
            }
            sheets.push(Sheet { id, title, visuals });
        }
        sheets
    }

    /// Divides the visuals of a dashboard without sheets into as many sheets as needed.
    fn undivided(&mut self, table: &Table<'_>, title: &str, scope: &Scope<'_, '_>) -> Vec<Sheet> {
        let visuals = self.visuals(table, "[[dashboard.….visual]]", scope);
        let several = visuals.len() > VISUALS_PER_SHEET;
        // QuickSight hides a tab whose title is one character.
        let numbered = several || title.chars().count() < 2;
        let mut rest = visuals.into_iter().peekable();
        let mut sheets = Vec::new();
        while rest.peek().is_some() {
            let number = sheets.len() + 1;
            let title = if numbered { format!("{title} ({number})") } else { title.to_owned() };
            sheets.push(Sheet {
                id: number.to_string(),
                title,
                visuals: rest.by_ref().take(VISUALS_PER_SHEET).collect(),
            });
        }
        if let Some(value) = table.get("visual")
            && sheets.len() > MOST_SHEETS
        {
            let summary = format!("too many visuals: {} sheets of {VISUALS_PER_SHEET}", sheets.len());
            let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary);
            value.fault(fault.help(format!("keep at most {MOST_SHEETS}, or split the dashboard")));
        }
        sheets
    }

    fn visuals(&mut self, table: &Table<'_>, example: &str, scope: &Scope<'_, '_>) -> Vec<Visual> {
        let mut visuals = Vec::new();
        let Some(value) = table.required("visual", example) else { return visuals };
        let items = value.list("a list of tables, `[[…visual]]`").unwrap_or_default();
        if items.is_empty() && value.raw.is_array() {
            let fault = Diagnostic::error(code::EMPTY, value.span.clone(), "`visual` is empty");
            value.fault(fault.help(format!("add a `{example}`")));
        }
        let mut places = Places::default();
        for mut item in items {
            "visual".clone_into(&mut item.what);
            let Some(one) = item.open_table(grammar::VISUAL) else { continue };
            let read = visual::read(&one, scope);
            self.shown.extend(read.shown);
            let Some(visual) = read.visual else {
                self.faulty = true;
                continue;
            };
            let Some(visual) = self.named(&one, visual) else { continue };
            places.add(&one, &visual);
            visuals.push(visual);
        }
        visuals
    }

    /// Gives the visual a unique name.
    fn named(&mut self, table: &Table<'_>, mut visual: Visual) -> Option<Visual> {
        if let Some(given) = table.get("name") {
            if let Some(first) = self.names.get(visual.name.as_str()) {
                draft::duplicate(table.reader, visual.name.as_str(), given.span, Some(first), "visuals");
                return None;
            }
        } else if let Some(free) = free_name(&visual.name, &self.names) {
            visual.name = free;
        }
        let span = table.get("name").map_or(table.span.clone(), |name| name.span);
        self.names.insert(visual.name.to_string(), span);
        Some(visual)
    }
}

/// Reads the title of a tab, which must have at least two characters.
fn tab(value: &Value<'_>) -> Option<String> {
    let title = value.line()?;
    if title.chars().count() > 1 {
        return Some(title);
    }
    let summary = "the title of a sheet is too short";
    let fault = Diagnostic::error(code::EMPTY, value.span.clone(), summary);
    value.fault(
        fault
            .because("QuickSight does not show a tab whose title is one character")
            .help("write at least two characters"),
    );
    None
}

/// Returns the name, or the name with the first number that makes it unique.
fn free_name(name: &Identifier, names: &BTreeMap<String, Range<usize>>) -> Option<Identifier> {
    if !names.contains_key(name.as_str()) {
        return Some(name.clone());
    }
    let stem = name.as_str().get(..name.as_str().len().min(54)).unwrap_or_default().trim_end_matches('_');
    let mut numbered = (2_u32..100_000).map(|number| format!("{stem}_{number}"));
    numbered.find(|name| !names.contains_key(name)).and_then(|name| Identifier::new(&name).ok())
}

/// The visuals of a sheet that have a place in the file.
#[derive(Default)]
struct Places {
    taken: Vec<([u32; 4], Range<usize>)>,
}

impl Places {
    /// Adds the place of a visual, and reports it if it overlaps an earlier one.
    fn add(&mut self, table: &Table<'_>, visual: &Visual) {
        let (Some((column, row)), Some(width), Some(height), Some(value)) =
            (visual.at, visual.width, visual.height, table.get("at"))
        else {
            return;
        };
        let (column, row) = (u32::from(column), u32::from(row));
        let own = [column, column + u32::from(width), row, row + u32::from(height)];
        let over = |[left, right, top, bottom]: &[u32; 4]| {
            own[0] < *right && *left < own[1] && own[2] < *bottom && *top < own[3]
        };
        if let Some((_, first)) = self.taken.iter().find(|(other, _)| over(other)) {
            let summary = "the visual overlaps another";
            let fault = Diagnostic::error(code::PLACE, value.span.clone(), summary);
            value.fault(
                fault.also(first.clone(), "the other visual").help("remove `at`, or move one of them"),
            );
        }
        self.taken.push((own, value.span));
    }
}
