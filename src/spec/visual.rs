//! `[[dashboard.<name>.visual]]`: one picture.

use super::code;
use super::draft::{AggregateDraft, DatasetDraft, Shown};
use super::field::{self, Fields, Want};
use super::grammar::{VISUAL, VISUAL_COMMON, VISUALS};
use super::scalar;
use super::table::Table;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::model::{Field, Identifier, Visual, VisualKind, VisualSource};

/// What visuals may show.
#[derive(Debug)]
pub(super) struct Catalog<'d, 'a> {
    pub(super) datasets: &'d [DatasetDraft<'a>],
    pub(super) aggregates: &'d [AggregateDraft<'a>],
}

/// A visual, and the columns of its data.
pub(super) struct Read {
    pub(super) visual: Option<Visual>,
    pub(super) shown: Shown,
}

/// The visual of a table.
pub(super) fn read(table: &Table<'_>, catalog: &Catalog<'_, '_>) -> Read {
    let kinds: Vec<(&'static str, usize)> =
        VISUALS.iter().enumerate().map(|(index, (name, _))| (*name, index)).collect();
    let kind = table.required("kind", "kind = \"line\"").and_then(|value| value.choice(&kinds));
    let kind = kind.and_then(|index| VISUALS.get(index));
    if let Some((name, keys)) = kind {
        let known: Vec<&'static str> = VISUAL_COMMON.iter().chain(*keys).copied().collect();
        table.refuse_unknown(&known, |_| format!("a `{name}` has no key"));
    } else {
        table.refuse_unknown(VISUAL.keys, |_| "a visual has no key".to_owned());
    }
    let text_only = kind.is_some_and(|(name, _)| *name == "text");
    let data = if text_only { first(catalog) } else { source(table, catalog) };
    let (source, shown) = match data {
        Some((source, shown)) => (Some(source), shown),
        None => (None, Shown::default()),
    };
    let visual = common(table, kind.map(|(name, _)| *name), source.as_ref(), &shown);
    Read { visual, shown: if text_only { Shown::default() } else { shown } }
}

/// What a text refers to for want of data: it shows nothing of it.
fn first(catalog: &Catalog<'_, '_>) -> Option<(VisualSource, Shown)> {
    let dataset = catalog.datasets.first()?;
    Some((VisualSource::Dataset(dataset.dataset.name.clone()), Shown::default()))
}

fn source(table: &Table<'_>, catalog: &Catalog<'_, '_>) -> Option<(VisualSource, Shown)> {
    let text = table.required("data", "data = \"daily_sales\"")?.text()?;
    if let Some(one) = catalog.aggregates.iter().find(|one| one.raw_name == text.text) {
        let name = Identifier::new(one.raw_name).ok()?;
        return Some((VisualSource::Aggregate(name), one.shown.clone()));
    }
    if let Some(one) = catalog.datasets.iter().find(|one| one.raw_name == text.text) {
        return Some((VisualSource::Dataset(one.dataset.name.clone()), one.shown(catalog.datasets)));
    }
    let known: Vec<&str> = catalog
        .aggregates
        .iter()
        .map(|one| one.raw_name)
        .chain(catalog.datasets.iter().map(|one| one.raw_name))
        .collect();
    let summary = format!("there is no aggregate or dataset `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::UNKNOWN_DATA, text.span.clone(), summary);
    text.report(fault.help(did_you_mean(text.text, known)));
    None
}

fn common(
    table: &Table<'_>,
    kind: Option<&str>,
    source: Option<&VisualSource>,
    shown: &Shown,
) -> Option<Visual> {
    let name = table.get("name").map(|value| value.text().and_then(|text| scalar::identifier(&text)));
    let title = table.get("title").and_then(|value| value.line(140));
    let subtitle = table.get("subtitle").and_then(|value| value.line(280));
    let size = |key, most| {
        let number = table
            .get(key)
            .and_then(|value| value.number(1..=most, "the grid has 36 columns; a visual 1 to 21 rows"))?;
        u8::try_from(number).ok()
    };
    let (width, height) = (size("width", 36), size("height", 21));
    let (kind, source) = (kind?, source?);
    let fields = Fields::new(table, source.name().as_str(), shown);
    let drawn = draw(kind, table, &fields);
    if drawn.is_some() {
        fields.unused_formats(table);
    }
    let drawn = drawn?;
    let name = match name {
        Some(given) => given?,
        None => default_name(kind, source)?,
    };
    let title = title.unwrap_or_else(|| default_title(&drawn, source));
    Some(Visual { name, title, subtitle, kind: drawn, source: source.clone(), width, height })
}

fn default_name(kind: &str, source: &VisualSource) -> Option<Identifier> {
    let text = if kind == "text" { "text".to_owned() } else { format!("{kind}_{}", source.name()) };
    Identifier::new(&text).or_else(|_| Identifier::new(kind)).ok()
}

fn draw(kind: &str, table: &Table<'_>, fields: &Fields<'_>) -> Option<VisualKind> {
    let one = |key, want| fields.one(table, key, want);
    let many = |key, want| fields.many(table, key, want);
    let maybe = |key, want| fields.maybe(table, key, want);
    Some(match kind {
        "kpi" => {
            let (value, trend) = (one("value", Want::Number), maybe("trend", Want::Date));
            VisualKind::Kpi { value: value?, trend: trend? }
        }
        "line" | "bar" => series(kind, table, fields)?,
        "combo" => {
            let (x, bars, lines) =
                (one("x", Want::Any), many("bars", Want::Number), many("lines", Want::Number));
            VisualKind::Combo { x: x?, bars: bars?, lines: lines? }
        }
        "pie" | "donut" | "funnel" => {
            let (x, y) = (one("x", Want::Any), one("y", Want::Number));
            let (x, y) = (x?, y?);
            if kind == "funnel" {
                VisualKind::Funnel { x, y }
            } else {
                VisualKind::Pie { x, y, donut: kind == "donut" }
            }
        }
        "table" => VisualKind::Table { columns: many("columns", Want::Any)? },
        "pivot" => {
            let (rows, columns, values) =
                (many("rows", Want::Any), many("columns", Want::Any), many("values", Want::Number));
            VisualKind::Pivot { rows: rows?, columns: columns?, values: values? }
        }
        "heat_map" => {
            let (rows, columns, value) =
                (one("rows", Want::Any), one("columns", Want::Any), one("value", Want::Number));
            VisualKind::HeatMap { rows: rows?, columns: columns?, value: value? }
        }
        "scatter" => {
            let (x, y) = (one("x", Want::Number), one("y", Want::Number));
            let (category, size) = (maybe("category", Want::Any), maybe("size", Want::Number));
            VisualKind::Scatter { x: x?, y: y?, category: category?, size: size? }
        }
        _ => VisualKind::Text {
            text: table.required("text", "text = \"…\"").and_then(|value| value.paragraph(4_000))?,
        },
    })
}

fn series(kind: &str, table: &Table<'_>, fields: &Fields<'_>) -> Option<VisualKind> {
    let x = fields.one(table, "x", Want::Any);
    let y = fields.many(table, "y", Want::Number);
    let color = fields.maybe(table, "color", Want::Any);
    if let (Some(y), Some(Some(_)), Some(value)) = (&y, &color, table.get("y"))
        && y.len() > 1
    {
        field::one_only(&value, "with `color` there is one line or bar a value of it");
        return None;
    }
    if kind == "line" {
        return Some(VisualKind::Line { x: x?, y: y?, color: color? });
    }
    let stacked = table.get("stacked").and_then(|value| value.boolean()).unwrap_or(false);
    let orientations = [("vertical", false), ("horizontal", true)];
    let horizontal = table.get("orientation").and_then(|value| value.choice(&orientations)).unwrap_or(false);
    Some(VisualKind::Bar { x: x?, y: y?, color: color?, stacked, horizontal })
}

/// A title in words: `Revenue by day`.
fn default_title(kind: &VisualKind, source: &VisualSource) -> String {
    let by = |values: &[Field], over: &Field| {
        format!("{} by {}", words(values), words(std::slice::from_ref(over)))
    };
    let text = match kind {
        VisualKind::Kpi { value, .. } => words(std::slice::from_ref(value)),
        VisualKind::Line { x, y, .. } | VisualKind::Bar { x, y, .. } => by(y, x),
        VisualKind::Combo { x, bars, lines } => by(&bars.iter().chain(lines).cloned().collect::<Vec<_>>(), x),
        VisualKind::Pie { x, y, .. } | VisualKind::Funnel { x, y } | VisualKind::Scatter { x, y, .. } => {
            by(std::slice::from_ref(y), x)
        }
        VisualKind::HeatMap { rows, value, .. } => by(std::slice::from_ref(value), rows),
        VisualKind::Pivot { rows, values, .. } => {
            format!("{} by {}", words(values), words(rows))
        }
        VisualKind::Table { .. } => source.name().as_str().replace('_', " "),
        VisualKind::Text { .. } => "text".to_owned(),
    };
    super::title(&text)
}

fn words(fields: &[Field]) -> String {
    fields.iter().map(|field| field.column.as_str().replace('_', " ")).collect::<Vec<_>>().join(", ")
}
