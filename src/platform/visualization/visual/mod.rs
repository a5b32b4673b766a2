//! Visuals: one file for each kind.

mod bar;
mod combo;
mod funnel;
mod gauge;
mod heat_map;
mod highlight;
mod histogram;
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

use strataform_resources::quicksight::{
    AnalysisVisual, LongFormatText, SheetTextBox, ShortFormatText, Visibility, VisualSubtitleLabelOptions,
    VisualTitleLabelOptions,
};

use super::field::Fields;
use super::text::line as plain_line;
use crate::model::{Platform, Visual, VisualKind};

/// An element of the grid layout.
#[derive(Clone, Debug)]
pub(super) enum Element {
    /// A visual with data.
    Visual(AnalysisVisual),
    /// A text box.
    TextBox(SheetTextBox),
}

/// The ID of a visual or text box within its dashboard.
pub(super) fn id(visual: &Visual) -> String {
    visual.name.kebab()
}

/// A visual of the platform file as a QuickSight element.
pub(super) fn element(platform: &Platform, visual: &Visual) -> Element {
    let fields = Fields { platform, visual };
    let made = AnalysisVisual::new();
    Element::Visual(match &visual.kind {
        VisualKind::Text { text } => return Element::TextBox(text::text_box(visual, text)),
        VisualKind::Kpi { value, trend, target } => {
            made.kpi_visual(kpi::kpi(fields, value, trend.as_ref(), target.as_ref()))
        }
        VisualKind::Line { x, y, color, area, forecast } => {
            let style = line::Style { area: *area, forecast: *forecast };
            made.line_chart_visual(line::line(fields, x, y, color.as_ref(), style))
        }
        VisualKind::Gauge { value, target, range } => {
            made.gauge_chart_visual(gauge::gauge(fields, value, target.as_ref(), *range))
        }
        VisualKind::TreeMap { x, y, shade } => {
            made.tree_map_visual(tree_map::tree_map(fields, x, y, shade.as_ref()))
        }
        VisualKind::Sankey { from, to, weight } => {
            made.sankey_diagram_visual(sankey::sankey(fields, from, to, weight))
        }
        VisualKind::Histogram { x, bins } => made.histogram_visual(histogram::histogram(fields, x, *bins)),
        VisualKind::Waterfall { x, y, color } => {
            made.waterfall_visual(waterfall::waterfall(fields, x, y, color.as_ref()))
        }
        VisualKind::Bar { x, y, color, stacking, orientation } => {
            let style = bar::Style::new(*stacking, *orientation);
            made.bar_chart_visual(bar::bar(fields, x, y, color.as_ref(), style))
        }
        VisualKind::Combo { x, bars, lines } => made.combo_chart_visual(combo::combo(fields, x, bars, lines)),
        VisualKind::Pie { x, y, shape } => made.pie_chart_visual(pie::pie(fields, x, y, *shape)),
        VisualKind::Funnel { x, y } => made.funnel_chart_visual(funnel::funnel(fields, x, y)),
        VisualKind::Table { columns } => made.table_visual(table::table(fields, columns)),
        VisualKind::Pivot { rows, columns, values } => {
            made.pivot_table_visual(pivot::pivot(fields, rows, columns, values))
        }
        VisualKind::HeatMap { rows, columns, value } => {
            made.heat_map_visual(heat_map::heat_map(fields, rows, columns, value))
        }
        VisualKind::Scatter { x, y, category, size } => {
            made.scatter_plot_visual(scatter::scatter(fields, x, y, category.as_ref(), size.as_ref()))
        }
    })
}

/// The title; hidden if it is empty, since QuickSight rejects an empty title.
fn title(visual: &Visual) -> VisualTitleLabelOptions {
    match plain_line(&visual.title, 512) {
        none if none.is_empty() => VisualTitleLabelOptions::new().visibility(Visibility::Hidden),
        title => VisualTitleLabelOptions::new()
            .visibility(Visibility::Visible)
            .format_text(ShortFormatText::new().plain_text(title)),
    }
}

/// The line below the title.
fn subtitle(visual: &Visual) -> VisualSubtitleLabelOptions {
    match visual.subtitle.as_deref().map(|subtitle| plain_line(subtitle, 1024)) {
        Some(subtitle) if !subtitle.is_empty() => VisualSubtitleLabelOptions::new()
            .visibility(Visibility::Visible)
            .format_text(LongFormatText::new().plain_text(subtitle)),
        _ => VisualSubtitleLabelOptions::new().visibility(Visibility::Hidden),
    }
}

/// The alternative text of a visual, for screen readers.
fn alt_text(visual: &Visual) -> String {
    let text = format!("{}. {}", visual.title, visual.subtitle.as_deref().unwrap_or_default());
    plain_line(text.trim_matches(['.', ' ']), 1024)
}

/// A visual with the properties common to all: ID, title, subtitle and alternative text.
macro_rules! framed {
    ($kind:ident, $visual:expr, $configuration:expr) => {{
        let visual = $visual;
        let made = $kind::new(super::id(visual))
            .title(super::title(visual))
            .subtitle(super::subtitle(visual))
            .chart_configuration($configuration);
        match super::alt_text(visual) {
            empty if empty.is_empty() => made,
            text => made.visual_content_alt_text(text),
        }
    }};
}
use framed;
