//! Reads `[[dashboard.<name>.visual]]`. Each kind of visual has a file that defines its keys, how they are read, its
//! title and its size; the file with the same name in `platform/visualization/visual/` draws it.

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
    /// Its name, and its keys in addition to those of every visual.
    section: Section,
    /// Reads these keys; `None` if they have faults.
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

    /// The default name of a visual.
    fn default_name(&self, source: &VisualSource) -> Option<Identifier> {
        let name = self.section.name;
        let text = if self.has_data() {
            format!("{name}_{}", source.name().replace("__", "_"))
        } else {
            name.to_owned()
        };
        Identifier::new(&text).or_else(|_| Identifier::new(name)).ok()
    }
}

/// Returns the kinds of visuals, each with its name and its keys in addition to those of every visual.
pub fn visuals() -> impl Iterator<Item = &'static Section> + Clone {
    KINDS.iter().map(|kind| &kind.section)
}

/// A visual, and the columns of its data.
pub(super) struct Read {
    pub(super) visual: Option<Visual>,
    pub(super) shown: Option<(VisualSource, Shown)>,
}

/// Reads the visual of a table.
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
        // A visual without data still has a source, of which it shows nothing.
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

/// The keys of every visual. The outer `None` is a missing key, the inner `None` a faulty value.
#[expect(clippy::option_option, reason = "a faulty key is not a missing key")]
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
        let number =
            table.get(key).and_then(|value| value.number("write 1 to 36 columns, and 1 to 21 rows"))?;
        u8::try_from(number).ok()
    };
    let (width, height) = (size("width"), size("height"));
    let at = table.get("at").map(|value| at(table, &value, width, height));
    Common { name, title, subtitle, width, height, at }
}

fn visual(table: &Table<'_>, kind: &Kind, source: Option<&VisualSource>, shown: &Shown) -> Option<Visual> {
    let common = common(table);
    let source = source?;
    let name = source.name();
    let fields = if kind.has_data() {
        Fields::new(table, &name, shown)
    } else {
        Fields::plain(table.reader, &name, shown)
    };
    let fields = if kind.has(&keys::AGGREGATE) { fields.choosing(table) } else { fields };
    let drawing = (kind.read)(&Marks { table, fields: &fields, source });
    let category = drawing.as_ref().and_then(|drawing| drawing.category.as_ref());
    let drill = if kind.has(&keys::DRILL) { drill(table, &fields, category) } else { Some(Vec::new()) };
    let mut drawing = drawing?;
    let settled = drawing.settle(&fields);
    let highlights = highlight::read(table, &drawing.highlighted);
    for key in [keys::FORMAT, keys::AGGREGATE].iter().filter(|key| kind.has(key)) {
        fields.refuse_unused(table, key.name);
    }
    settled?;
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
        default_size: drawing.size,
        at,
        drill: drill?,
        highlights: highlights?,
    })
}

/// Reads a place: `[column, row]`.
fn at(table: &Table<'_>, value: &Value<'_>, width: Option<u8>, height: Option<u8>) -> Option<(u8, u16)> {
    let hint = "write `at = [column, row]`: columns are 0 to 35, rows 0 to 2,000";
    let items = value.list("a list of a column and a row")?;
    let [column, row] = items.as_slice() else {
        let fault = Diagnostic::error(code::PLACE, value.span.clone(), "`at` must be a column and a row");
        value.fault(fault.help(hint));
        return None;
    };
    let (column, row) = (column.number(hint), row.number(hint));
    for key in ["width", "height"] {
        if !table.has(key) {
            let summary = format!("`at` requires `{key}`");
            let fault = Diagnostic::error(code::PLACE, value.span.clone(), summary);
            value.fault(fault.help(format!("add `{key} = 12`, or remove `at`")));
            return None;
        }
    }
    let (column, row, width) = (column?, row?, width?);
    height?;
    let end = column + u32::from(width);
    if end > u32::from(GridSize::COLUMNS) {
        let summary = format!("the visual covers columns {column} to {}, expected 0 to 35", end - 1);
        let fault = Diagnostic::error(code::PLACE, value.span.clone(), summary);
        value.fault(fault.help("make the visual narrower, or move it to the left"));
        return None;
    }
    Some((u8::try_from(column).ok()?, u16::try_from(row).ok()?))
}

/// Reads the columns of a drill-down, which cannot repeat the category or each other.
fn drill(table: &Table<'_>, fields: &Fields<'_>, category: Option<&Field>) -> Option<Vec<Field>> {
    let Some(value) = table.get("drill") else { return Some(Vec::new()) };
    let drill = fields.many(table, "drill")?;
    let Some(category) = category else { return Some(drill) };
    let again = |at: usize| drill[at] == *category || drill[..at].contains(&drill[at]);
    if (0..drill.len()).any(again) {
        let fault =
            Diagnostic::error(code::DUPLICATE_VALUE, value.span.clone(), "duplicate column in `drill`");
        value.fault(fault.help("name columns other than `x`, each once"));
        return None;
    }
    Some(drill)
}
