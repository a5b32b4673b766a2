//! `[[dashboard.<name>.visual]]`: one visual. Each kind has a file, with its keys, its reading, its title and its
//! size; a file of the same name in `platform/visualization/visual/` draws it.

mod bar;
mod combo;
mod drawing;
mod funnel;
mod gauge;
mod heat_map;
mod histogram;
mod keys;
mod kpi;
mod line;
mod pie;
mod pivot;
mod sankey;
mod scatter;
mod table;
mod text;
mod tree_map;
mod waterfall;

use self::drawing::{Drawing, Marks};
use super::super::draft::Shown;
use super::super::grammar::{Key, Section, VISUAL};
use super::super::table::Table;
use super::super::value::Value;
use super::super::{code, scalar};
use super::field::Fields;
use super::{Scope, highlight};
use crate::diagnostic::Diagnostic;
use crate::model::{Field, GridSize, Identifier, Visual, VisualSource};

/// A kind of visual.
#[derive(Debug)]
struct Kind {
    /// Its name, and the keys that it has beside those of every visual.
    section: Section,
    /// Reads those keys; `None` where they have faults.
    read: fn(&Marks<'_>) -> Option<Drawing>,
}

/// Every kind of visual, in the order of the documentation.
const KINDS: &[&Kind] = &[
    &kpi::KIND,
    &line::KIND,
    &bar::KIND,
    &combo::KIND,
    &pie::PIE,
    &pie::DONUT,
    &funnel::KIND,
    &table::KIND,
    &pivot::KIND,
    &heat_map::KIND,
    &scatter::KIND,
    &gauge::KIND,
    &tree_map::KIND,
    &sankey::KIND,
    &histogram::KIND,
    &waterfall::KIND,
    &text::KIND,
];

impl Kind {
    const fn new(
        name: &'static str,
        about: &'static str,
        keys: &'static [Key],
        read: fn(&Marks<'_>) -> Option<Drawing>,
    ) -> Self {
        Self { section: Section { name, id: name, about, keys, any_of: &[] }, read }
    }

    fn has(&self, key: &Key) -> bool {
        self.section.keys.contains(key)
    }

    fn has_data(&self) -> bool {
        self.has(&keys::DATA)
    }

    /// What a visual is called where the file is silent.
    fn default_name(&self, source: &VisualSource) -> Option<Identifier> {
        let name = self.section.name;
        let text = if self.has_data() { format!("{name}_{}", source.name()) } else { name.to_owned() };
        Identifier::new(&text).or_else(|_| Identifier::new(name)).ok()
    }
}

/// The kinds of visuals by name, with the keys that each has beside those of every visual.
pub fn visuals() -> impl Iterator<Item = &'static Section> + Clone {
    KINDS.iter().map(|kind| &kind.section)
}

/// A visual, and the columns of its data.
pub(super) struct Read {
    pub(super) visual: Option<Visual>,
    pub(super) shown: Option<(VisualSource, Shown)>,
}

/// The visual of a table.
pub(super) fn read(table: &Table<'_>, scope: &Scope<'_, '_>) -> Read {
    let kinds: Vec<(&'static str, &'static Kind)> =
        KINDS.iter().map(|kind| (kind.section.name, *kind)).collect();
    let kind = table.required("kind", "kind = \"line\"").and_then(|value| value.choice_of(&kinds));
    let Some(kind) = kind else {
        let known = VISUAL.keys.iter().chain(visuals().flat_map(|section| section.keys));
        table.refuse_unknown(known, |_| "a visual has no key".to_owned());
        let table = table.with(&[keys::DATA]);
        let shown = data(&table, scope);
        common(&table);
        return Read { visual: None, shown };
    };
    let table = table.with(kind.section.keys);
    let known = VISUAL.keys.iter().chain(kind.section.keys);
    table.refuse_unknown(known, |_| format!("a `{}` has no key", kind.section.name));
    if !kind.has_data() {
        // It shows nothing of what it refers to for want of data.
        let source =
            scope.catalog.datasets.first().map(|one| VisualSource::Dataset(one.dataset.name.clone()));
        let visual = visual(&table, kind, source.as_ref(), &Shown::default());
        return Read { visual, shown: None };
    }
    let data = data(&table, scope);
    let (source, shown) = match &data {
        Some((source, shown)) => (Some(source), shown),
        None => (None, &Shown::default()),
    };
    let visual = visual(&table, kind, source, shown);
    Read { visual, shown: data }
}

fn data(table: &Table<'_>, scope: &Scope<'_, '_>) -> Option<(VisualSource, Shown)> {
    table.required("data", "data = \"daily_sales\"").and_then(|value| scope.source(&value.text()?))
}

/// What a visual has whatever its kind; outside `None` where the file is silent, inside where it has faults.
#[expect(clippy::option_option, reason = "a fault is not silence")]
struct Common {
    name: Option<Option<Identifier>>,
    title: Option<String>,
    subtitle: Option<String>,
    width: Option<u8>,
    height: Option<u8>,
    at: Option<Option<(u8, u16)>>,
}

fn common(table: &Table<'_>) -> Common {
    let name = table.get("name").map(|value| value.text().and_then(|text| scalar::identifier(&text)));
    let title = table.get("title").and_then(|value| value.line());
    let subtitle = table.get("subtitle").and_then(|value| value.line());
    let size = |key| {
        let number = table
            .get(key)
            .and_then(|value| value.number("the grid has 36 columns; a visual 1 to 21 rows"))?;
        u8::try_from(number).ok()
    };
    let (width, height) = (size("width"), size("height"));
    let at = table.get("at").map(|value| at(table, &value, width, height));
    Common { name, title, subtitle, width, height, at }
}

fn visual(table: &Table<'_>, kind: &Kind, source: Option<&VisualSource>, shown: &Shown) -> Option<Visual> {
    let common = common(table);
    let source = source?;
    let fields = if kind.has_data() {
        Fields::new(table, source.name().as_str(), shown)
    } else {
        Fields::plain(source.name().as_str(), shown)
    };
    let drawing = (kind.read)(&Marks { table, fields: &fields, source });
    let category = drawing.as_ref().and_then(|drawing| drawing.category.as_ref());
    let drill = if kind.has(&keys::DRILL) { drill(table, &fields, category) } else { Some(Vec::new()) };
    let drawing = drawing?;
    let highlights = highlight::read(table, &drawing.highlighted);
    if kind.has(&keys::FORMAT) {
        fields.unused_formats(table);
    }
    let name = match common.name {
        Some(given) => given?,
        None => kind.default_name(source)?,
    };
    let at = match common.at {
        Some(given) => Some(given?),
        None => None,
    };
    Some(Visual {
        name,
        title: common.title.unwrap_or_else(|| super::super::title(&drawing.title)),
        subtitle: common.subtitle,
        kind: drawing.kind,
        source: source.clone(),
        width: common.width,
        height: common.height,
        usual: drawing.size,
        at,
        drill: drill?,
        highlights: highlights?,
    })
}

/// `[column, row]`
fn at(table: &Table<'_>, value: &Value<'_>, width: Option<u8>, height: Option<u8>) -> Option<(u8, u16)> {
    let hint = "write `at = [column, row]`: columns are 0 to 35, rows 0 to 2,000";
    let items = value.list("a list of a column and a row")?;
    let [column, row] = items.as_slice() else {
        let fault = Diagnostic::error(code::PLACE, value.span.clone(), "a place is a column and a row");
        value.fault(fault.help(hint));
        return None;
    };
    let (column, row) = (column.number(hint), row.number(hint));
    for key in ["width", "height"] {
        if !table.has(key) {
            let summary = format!("a visual with a place needs a `{key}`");
            let fault = Diagnostic::error(code::PLACE, value.span.clone(), summary);
            value.fault(fault.help(format!("add `{key} = 12`, or leave `at` out")));
            return None;
        }
    }
    let (column, row, width) = (column?, row?, width?);
    height?;
    let end = column + u32::from(width);
    if end > u32::from(GridSize::COLUMNS) {
        let summary = format!("the visual takes columns {column} to {} of 0 to 35", end - 1);
        let fault = Diagnostic::error(code::PLACE, value.span.clone(), summary);
        value.fault(fault.help("make it narrower, or begin further left"));
        return None;
    }
    Some((u8::try_from(column).ok()?, u16::try_from(row).ok()?))
}

/// What categories are divided by on a click: other columns than the first.
fn drill(table: &Table<'_>, fields: &Fields<'_>, category: Option<&Field>) -> Option<Vec<Field>> {
    let Some(value) = table.get("drill") else { return Some(Vec::new()) };
    let drill = fields.many(table, "drill")?;
    let Some(category) = category else { return Some(drill) };
    let again = |at: usize| drill[at] == *category || drill[..at].contains(&drill[at]);
    if (0..drill.len()).any(again) {
        let fault = Diagnostic::error(code::TWICE, value.span.clone(), "a column is divided by itself");
        value.fault(fault.help("name other columns than `x`, each once"));
        return None;
    }
    Some(drill)
}
