//! The definition of a dashboard: its data sets, filters and sheets.

use strataform_resources::quicksight::{
    AnalysisDefaults, AnalysisLayout, AnalysisLayoutConfiguration, AnalysisSheetDefinition, CalculatedField,
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
use super::{field, filter, layout, parameter, text};
use crate::model::{Calculation, Dashboard, Parameter, Platform, Sheet, Visual, VisualSource};

/// The optimized viewport width of the layout.
const WIDTH: &str = "1600px";

/// The data sets of a dashboard, with the ARN of each as returned by `arn`.
pub(super) fn declarations(
    dashboard: &Dashboard,
    arn: &dyn Fn(&VisualSource) -> Value<Text>,
) -> Vec<DataSetIdentifierDeclaration> {
    let sources = sources(dashboard).into_iter();
    sources.map(|source| DataSetIdentifierDeclaration::new(arn(source), field::identifier(source))).collect()
}

/// The definition of a dashboard, with its data sets as `sets` declares them.
pub(super) fn definition(
    platform: &Platform,
    dashboard: &Dashboard,
    columns: &Columns,
    sets: Vec<DataSetIdentifierDeclaration>,
) -> DashboardVersionDefinition {
    let controls = control::acting(dashboard, columns);
    let ids: Vec<String> = dashboard.sheets.iter().map(id).collect();
    let sheets = if ids.len() > 1 { Sheets::Several } else { Sheets::One };
    let made: Vec<_> = dashboard
        .sheets
        .iter()
        .zip(&ids)
        .map(|(one, id)| {
            let bar = Bar { id, sheets, controls: &controls, parameters: &dashboard.parameters };
            sheet(platform, &one.visuals, bar).name(name(one))
        })
        .collect();
    let fixed = dashboard.filters.iter().enumerate();
    let fixed = fixed.map(|(at, one)| filter::group(dashboard, at, one));
    let groups: Vec<_> = controls.iter().filter_map(|one| one.group(&ids)).chain(fixed).collect();
    let calculated: Vec<_> = dashboard.calculations.iter().map(calculated).collect();
    let parameters: Vec<_> = dashboard.parameters.iter().map(parameter::declaration).collect();
    let definition = DashboardVersionDefinition::new(sets)
        .options(DashboardAssetOptions::new().timezone("UTC").week_start(DayOfTheWeek::Monday))
        .analysis_defaults(defaults())
        .sheets(made);
    let definition =
        if calculated.is_empty() { definition } else { definition.calculated_fields(calculated) };
    let definition =
        if parameters.is_empty() { definition } else { definition.parameter_declarations(parameters) };
    if groups.is_empty() { definition } else { definition.filter_groups(groups) }
}

/// A calculated field, which is computed in QuickSight.
fn calculated(one: &Calculation) -> CalculatedField {
    CalculatedField::new(one.expression.clone(), one.name.to_string())
        .data_set_identifier(field::identifier(&one.source))
}

/// The sources of a dashboard's visuals and controls, without duplicates, in a stable order.
pub(super) fn sources(dashboard: &Dashboard) -> Vec<&VisualSource> {
    let mut sources: Vec<&VisualSource> = dashboard.sources().collect();
    sources.sort();
    sources.dedup();
    sources
}

/// The ID of a sheet within its dashboard.
pub(super) fn id(sheet: &Sheet) -> String {
    format!("sheet-{}", sheet.id)
}

/// The name of a sheet's tab, which QuickSight hides if the name has only one character.
fn name(sheet: &Sheet) -> String {
    match text::line(&sheet.title, 200) {
        title if title.chars().count() > 1 => title,
        title => format!("{title} ({})", sheet.id),
    }
}

/// The control bar above the visuals of a sheet.
#[derive(Clone, Copy)]
struct Bar<'a> {
    id: &'a str,
    sheets: Sheets,
    controls: &'a [Acting<'a>],
    parameters: &'a [Parameter],
}

/// A sheet without its name.
fn sheet(platform: &Platform, visuals: &[Visual], bar: Bar<'_>) -> AnalysisSheetDefinition {
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
    let sheet = AnalysisSheetDefinition::new(bar.id.to_owned())
        .content_type(SheetContentType::Interactive)
        .layouts([layout]);
    let sheet = if drawn.is_empty() { sheet } else { sheet.visuals(drawn) };
    let sheet = if boxes.is_empty() { sheet } else { sheet.text_boxes(boxes) };
    with_controls(sheet, bar)
}

/// The sheet with its controls.
fn with_controls(sheet: AnalysisSheetDefinition, bar: Bar<'_>) -> AnalysisSheetDefinition {
    if bar.controls.is_empty() && bar.parameters.is_empty() {
        return sheet;
    }
    let element = |id: String, kind: LayoutElementType| {
        GridLayoutElement::new(GridLayoutElementArgs {
            column_span: 2,
            element_id: id,
            element_type: kind,
            row_span: 1,
        })
    };
    let filters = bar.controls.iter().map(|one| element(one.id(bar.id), LayoutElementType::FilterControl));
    let parameters = bar.parameters.iter();
    let parameters =
        parameters.map(|one| element(parameter::id(one, bar.id), LayoutElementType::ParameterControl));
    let grid = GridLayoutConfiguration::new(filters.chain(parameters).collect::<Vec<_>>());
    let layout = SheetControlLayout::new(SheetControlLayoutConfiguration::new().grid_layout(grid));
    let sheet = sheet.sheet_control_layouts([layout]);
    let filters: Vec<FilterControl> =
        bar.controls.iter().map(|one| one.control(bar.id, bar.sheets)).collect();
    let parameters: Vec<_> = bar.parameters.iter().map(|one| parameter::control(one, bar.id)).collect();
    let sheet = if filters.is_empty() { sheet } else { sheet.filter_controls(filters) };
    if parameters.is_empty() { sheet } else { sheet.parameter_controls(parameters) }
}

fn canvas() -> GridLayoutCanvasSizeOptions {
    let screen = GridLayoutScreenCanvasSizeOptions::new(ResizeOption::Fixed).optimized_view_port_width(WIDTH);
    GridLayoutCanvasSizeOptions::new().screen_canvas_size_options(screen)
}

/// The defaults for a sheet that an author adds.
fn defaults() -> AnalysisDefaults {
    let grid =
        DefaultInteractiveLayoutConfiguration::new().grid(DefaultGridLayoutConfiguration::new(canvas()));
    AnalysisDefaults::new(
        DefaultNewSheetConfiguration::new()
            .interactive_layout_configuration(grid)
            .sheet_content_type(SheetContentType::Interactive),
    )
}
