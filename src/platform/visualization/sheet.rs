//! The definition of a dashboard: its data sets, filters and sheets.

use strataform_resources::quicksight::{
    AnalysisDefaults, AnalysisLayout, AnalysisLayoutConfiguration, AnalysisSheetDefinition,
    DashboardAssetOptions, DashboardVersionDefinition, DataSetIdentifierDeclaration, DayOfTheWeek,
    DefaultGridLayoutConfiguration, DefaultInteractiveLayoutConfiguration, DefaultNewSheetConfiguration,
    FilterControl, GridLayoutCanvasSizeOptions, GridLayoutConfiguration, GridLayoutElement,
    GridLayoutElementArgs, GridLayoutScreenCanvasSizeOptions, LayoutElementType, ResizeOption,
    SheetContentType, SheetControlLayout, SheetControlLayoutConfiguration,
};
use strataform_template::{Text, Value};

use super::control::{self, Acting, Sheets};
use super::source::Columns;
use super::visual::{self, Element};
use super::{field, layout, text};
use crate::model::{Dashboard, Platform, Visual, VisualKind, VisualSource};

/// Visuals of a sheet. The service takes 50; beyond 30, a sheet is slow and nobody reads to its end.
pub(super) const MOST_VISUALS: usize = 30;
/// Pixels for which positions are made.
const WIDTH: &str = "1600px";

/// The definition of a dashboard, with the ARN of each data set as `arn` says it.
pub(super) fn definition(
    platform: &Platform,
    dashboard: &Dashboard,
    columns: &Columns,
    arn: &dyn Fn(&VisualSource) -> Value<Text>,
) -> DashboardVersionDefinition {
    let sets: Vec<_> = sources(dashboard)
        .into_iter()
        .map(|source| DataSetIdentifierDeclaration::new(arn(source), field::identifier(source)))
        .collect();
    let controls = control::acting(dashboard, columns);
    let chunks: Vec<&[Visual]> = dashboard.visuals.chunks(MOST_VISUALS).collect();
    let ids: Vec<String> = (1..=chunks.len()).map(|at| format!("sheet-{at}")).collect();
    let sheets = if chunks.len() > 1 { Sheets::Several } else { Sheets::One };
    let made: Vec<_> = chunks
        .iter()
        .zip(&ids)
        .enumerate()
        .map(|(at, (visuals, id))| {
            let name = sheet_name(dashboard, at + 1, sheets);
            sheet(platform, visuals, id, sheets, &controls).name(name)
        })
        .collect();
    let groups: Vec<_> = controls.iter().filter_map(|one| one.group(&ids)).collect();
    let definition = DashboardVersionDefinition::new(sets)
        .options(DashboardAssetOptions::new().timezone("UTC").week_start(DayOfTheWeek::Monday))
        .analysis_defaults(defaults())
        .sheets(made);
    if groups.is_empty() { definition } else { definition.filter_groups(groups) }
}

/// What a dashboard shows, each once, in a stable order.
pub(super) fn sources(dashboard: &Dashboard) -> Vec<&VisualSource> {
    let shown = dashboard.visuals.iter().filter(|one| !matches!(one.kind, VisualKind::Text { .. }));
    let mut sources: Vec<&VisualSource> = shown.map(|visual| &visual.source).collect();
    sources.sort();
    sources.dedup();
    sources
}

/// The name of a tab. A name of one character would hide it.
fn sheet_name(dashboard: &Dashboard, number: usize, sheets: Sheets) -> String {
    let title = text::line(&dashboard.title, 200);
    match sheets {
        Sheets::One if title.chars().count() > 1 => title,
        _ => format!("{title} ({number})"),
    }
}

/// A sheet without its name.
fn sheet(
    platform: &Platform,
    visuals: &[Visual],
    id: &str,
    sheets: Sheets,
    controls: &[Acting<'_>],
) -> AnalysisSheetDefinition {
    let (mut drawn, mut boxes, mut elements) = (Vec::new(), Vec::new(), Vec::new());
    for (visual, place) in visuals.iter().zip(layout::places(visuals)) {
        let kind = match visual::element(platform, visual) {
            Element::Visual(made) => {
                drawn.push(made);
                LayoutElementType::Visual
            }
            Element::TextBox(made) => {
                boxes.push(made);
                LayoutElementType::TextBox
            }
        };
        let element = GridLayoutElement::new(GridLayoutElementArgs {
            column_span: place.width,
            element_id: visual::id(visual),
            element_type: kind,
            row_span: place.height,
        });
        elements.push(element.column_index(place.column).row_index(place.row));
    }
    let grid = GridLayoutConfiguration::new(elements).canvas_size_options(canvas());
    let layout = AnalysisLayout::new(AnalysisLayoutConfiguration::new().grid_layout(grid));
    let sheet = AnalysisSheetDefinition::new(id.to_owned())
        .content_type(SheetContentType::Interactive)
        .layouts([layout]);
    let sheet = if drawn.is_empty() { sheet } else { sheet.visuals(drawn) };
    let sheet = if boxes.is_empty() { sheet } else { sheet.text_boxes(boxes) };
    with_controls(sheet, id, sheets, controls)
}

/// The sheet with its controls, above the visuals.
fn with_controls(
    sheet: AnalysisSheetDefinition,
    id: &str,
    sheets: Sheets,
    controls: &[Acting<'_>],
) -> AnalysisSheetDefinition {
    if controls.is_empty() {
        return sheet;
    }
    let made: Vec<FilterControl> = controls.iter().map(|one| one.control(id, sheets)).collect();
    let elements = controls.iter().map(|one| {
        GridLayoutElement::new(GridLayoutElementArgs {
            column_span: 2,
            element_id: one.id(id),
            element_type: LayoutElementType::FilterControl,
            row_span: 1,
        })
    });
    let grid = GridLayoutConfiguration::new(elements.collect::<Vec<_>>());
    let bar = SheetControlLayout::new(SheetControlLayoutConfiguration::new().grid_layout(grid));
    sheet.filter_controls(made).sheet_control_layouts([bar])
}

fn canvas() -> GridLayoutCanvasSizeOptions {
    let screen = GridLayoutScreenCanvasSizeOptions::new(ResizeOption::Fixed).optimized_view_port_width(WIDTH);
    GridLayoutCanvasSizeOptions::new().screen_canvas_size_options(screen)
}

/// What a sheet is like that an author adds.
fn defaults() -> AnalysisDefaults {
    let grid =
        DefaultInteractiveLayoutConfiguration::new().grid(DefaultGridLayoutConfiguration::new(canvas()));
    AnalysisDefaults::new(
        DefaultNewSheetConfiguration::new()
            .interactive_layout_configuration(grid)
            .sheet_content_type(SheetContentType::Interactive),
    )
}
