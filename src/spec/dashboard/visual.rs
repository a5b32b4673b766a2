//! `[[dashboard.<name>.visual]]`: one picture.

use super::super::draft::Shown;
use super::super::grammar::{VISUAL, VISUAL_COMMON, VISUALS};
use super::super::table::Table;
use super::super::value::Value;
use super::super::{code, scalar};
use super::field::{self, Fields, Want};
use super::{Scope, highlight, parameter};
use crate::diagnostic::Diagnostic;
use crate::model::{Field, FieldKind, Identifier, Stacking, Visual, VisualKind, VisualSource};

/// Periods that a forecast may have.
const MOST_PERIODS: u32 = 1_000;

/// A visual, and the columns of its data.
pub(super) struct Read {
    pub(super) visual: Option<Visual>,
    pub(super) shown: Option<(VisualSource, Shown)>,
}

/// The visual of a table.
pub(super) fn read(table: &Table<'_>, scope: &Scope<'_, '_>) -> Read {
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
    if kind.is_some_and(|(name, _)| *name == "text") {
        // It shows nothing of what it refers to for want of data.
        let source =
            scope.catalog.datasets.first().map(|one| VisualSource::Dataset(one.dataset.name.clone()));
        return Read { visual: common(table, Some("text"), source.as_ref(), &Shown::default()), shown: None };
    }
    let data =
        table.required("data", "data = \"daily_sales\"").and_then(|value| scope.source(&value.text()?));
    let (source, shown) = match &data {
        Some((source, shown)) => (Some(source), shown),
        None => (None, &Shown::default()),
    };
    let visual = common(table, kind.map(|(name, _)| *name), source, shown);
    Read { visual, shown: data }
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
    let at = table.get("at").map(|value| at(table, &value, width, height));
    let (kind, source) = (kind?, source?);
    let fields = Fields::new(table, source.name().as_str(), shown);
    let drawn = draw(kind, table, &fields);
    let highlights = drawn.as_ref().map(|drawn| highlight::read(table, drawn));
    let drill = drill(table, &fields, drawn.as_ref());
    if drawn.is_some() {
        fields.unused_formats(table);
    }
    let (drawn, drill, highlights) = (drawn?, drill?, highlights??);
    let name = match name {
        Some(given) => given?,
        None => default_name(kind, source)?,
    };
    let title = title.unwrap_or_else(|| default_title(&drawn, source));
    let at = match at {
        Some(given) => Some(given?),
        None => None,
    };
    Some(Visual {
        name,
        title,
        subtitle,
        kind: drawn,
        source: source.clone(),
        width,
        height,
        at,
        drill,
        highlights,
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
    let (column, row) = (column.number(0..=35, hint), row.number(0..=2_000, hint));
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
    if column + u32::from(width) > 36 {
        let summary =
            format!("the visual takes columns {column} to {} of 0 to 35", column + u32::from(width) - 1);
        let fault = Diagnostic::error(code::PLACE, value.span.clone(), summary);
        value.fault(fault.help("make it narrower, or begin further left"));
        return None;
    }
    Some((u8::try_from(column).ok()?, u16::try_from(row).ok()?))
}

/// What categories are divided by on a click: other columns than the first.
fn drill(table: &Table<'_>, fields: &Fields<'_>, drawn: Option<&VisualKind>) -> Option<Vec<Field>> {
    let drill = fields.some(table, "drill", Want::Any)?;
    let Some(
        VisualKind::Line { x, .. }
        | VisualKind::Bar { x, .. }
        | VisualKind::Combo { x, .. }
        | VisualKind::Pie { x, .. }
        | VisualKind::TreeMap { x, .. },
    ) = drawn
    else {
        return Some(drill);
    };
    let Some(value) = table.get("drill") else { return Some(drill) };
    let again = |at: usize| drill[at] == *x || drill[..at].contains(&drill[at]);
    if (0..drill.len()).any(again) {
        let fault = Diagnostic::error(code::TWICE, value.span.clone(), "a column is divided by itself");
        value.fault(fault.help("name other columns than `x`, each once"));
        return None;
    }
    Some(drill)
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
            let target = maybe("target", Want::Number);
            VisualKind::Kpi { value: value?, trend: trend?, target: target? }
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
            // Without a category there is a point a row, and no row has what several make.
            let want = if table.has("category") { Want::Number } else { Want::RowNumber };
            let (x, y) = (one("x", want), one("y", want));
            let (category, size) = (maybe("category", Want::Any), maybe("size", Want::Number));
            VisualKind::Scatter { x: x?, y: y?, category: category?, size: size? }
        }
        "gauge" => {
            let (value, target) = (one("value", Want::Number), maybe("target", Want::Number));
            let range = match table.get("range") {
                Some(value) => Some(parameter::range(&value)?),
                None => None,
            };
            VisualKind::Gauge { value: value?, target: target?, range }
        }
        "tree_map" => {
            let (x, y) = (one("x", Want::Any), one("y", Want::Number));
            let shade = maybe("shade", Want::Number);
            VisualKind::TreeMap { x: x?, y: y?, shade: shade? }
        }
        "sankey" => {
            let (from, to) = (one("from", Want::Any), one("to", Want::Any));
            let weight = one("weight", Want::Number);
            VisualKind::Sankey { from: from?, to: to?, weight: weight? }
        }
        "histogram" => {
            let x = one("x", Want::RowNumber);
            let bins = match table.get("bins") {
                Some(value) => u8::try_from(value.number(2..=100, "write 2 to 100")?).ok()?,
                None => 10,
            };
            VisualKind::Histogram { x: x?, bins }
        }
        "waterfall" => {
            let (x, y) = (one("x", Want::Any), one("y", Want::Number));
            let color = maybe("color", Want::Any);
            VisualKind::Waterfall { x: x?, y: y?, color: color? }
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
        let area = table.get("area").map_or(Some(false), |value| value.boolean());
        let forecast =
            table.get("forecast").map(|value| forecast(&value, x.as_ref(), y.as_deref(), color.as_ref()));
        let forecast = match forecast {
            Some(given) => Some(given?),
            None => None,
        };
        return Some(VisualKind::Line { x: x?, y: y?, color: color?, area: area?, forecast });
    }
    let stacking = match table.get("stacked") {
        Some(value) if value.raw.is_str() => value.choice(&[("percent", Stacking::Percent)])?,
        Some(value) if value.boolean()? => Stacking::Stacked,
        None | Some(_) => Stacking::Beside,
    };
    let orientations = [("vertical", false), ("horizontal", true)];
    let horizontal = table.get("orientation").and_then(|value| value.choice(&orientations)).unwrap_or(false);
    Some(VisualKind::Bar { x: x?, y: y?, color: color?, stacking, horizontal })
}

/// Periods that are foretold, of one line over dates.
fn forecast(
    value: &Value<'_>,
    x: Option<&Field>,
    y: Option<&[Field]>,
    color: Option<&Option<Field>>,
) -> Option<u16> {
    let periods = value.number(1..=MOST_PERIODS, "write how many periods are foretold")?;
    let cause = match (x, y, color) {
        (Some(x), ..) if x.kind != FieldKind::Date => "what is foretold goes on in time, and `x` is no date",
        (_, Some(y), _) if y.len() > 1 => "it goes on from one line, and `y` names several",
        (_, _, Some(Some(_))) => "it goes on from one line, and `color` divides it",
        _ => return u16::try_from(periods).ok(),
    };
    let fault = Diagnostic::error(code::NOT_HERE, value.span.clone(), "nothing can be foretold here");
    value.fault(fault.because(cause).help("leave `forecast` out, or show one line over a date"));
    None
}

/// A title in words: `Revenue by day`.
fn default_title(kind: &VisualKind, source: &VisualSource) -> String {
    let by = |values: &[Field], over: &Field| {
        format!("{} by {}", words(values), words(std::slice::from_ref(over)))
    };
    let text = match kind {
        VisualKind::Kpi { value, .. } | VisualKind::Gauge { value, .. } => words(std::slice::from_ref(value)),
        VisualKind::Line { x, y, .. } | VisualKind::Bar { x, y, .. } => by(y, x),
        VisualKind::Combo { x, bars, lines } => by(&bars.iter().chain(lines).cloned().collect::<Vec<_>>(), x),
        VisualKind::Pie { x, y, .. }
        | VisualKind::Funnel { x, y }
        | VisualKind::TreeMap { x, y, .. }
        | VisualKind::Waterfall { x, y, .. }
        | VisualKind::Scatter { x, y, .. } => by(std::slice::from_ref(y), x),
        VisualKind::Sankey { from, to, weight } => {
            let [weight, from, to] = [weight, from, to].map(|one| words(std::slice::from_ref(one)));
            format!("{weight} from {from} to {to}")
        }
        VisualKind::Histogram { x, .. } => format!("distribution of {}", words(std::slice::from_ref(x))),
        VisualKind::HeatMap { rows, value, .. } => by(std::slice::from_ref(value), rows),
        VisualKind::Pivot { rows, values, .. } => {
            format!("{} by {}", words(values), words(rows))
        }
        VisualKind::Table { .. } => source.name().as_str().replace('_', " "),
        VisualKind::Text { .. } => "text".to_owned(),
    };
    super::super::title(&text)
}

fn words(fields: &[Field]) -> String {
    fields.iter().map(|field| field.column.as_str().replace('_', " ")).collect::<Vec<_>>().join(", ")
}
