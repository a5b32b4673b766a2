//! Lines over a date or a category.

use strataform_resources::quicksight::{
    AnalysisLineChartConfiguration, AnalysisLineChartVisual, LineChartAggregatedFieldWells,
    LineChartFieldWells, LineChartSortConfiguration, LineChartType,
};

use super::super::field::{Fields, Role};
use super::framed;
use crate::model::Field;

/// The visual.
pub(super) fn line(
    fields: Fields<'_>,
    x: &Field,
    y: &[Field],
    color: Option<&Field>,
) -> AnalysisLineChartVisual {
    let wells = LineChartAggregatedFieldWells::new()
        .category([fields.dimension(Role::Category, x)])
        .values(fields.measures(Role::Value, y));
    let wells = match color {
        Some(color) => wells.colors([fields.dimension(Role::Color, color)]),
        None => wells,
    };
    let sort = LineChartSortConfiguration::new().category_sort(fields.sort(x, Role::Value, y.first()));
    let configuration = AnalysisLineChartConfiguration::new()
        .type_(LineChartType::Line)
        .field_wells(LineChartFieldWells::new().line_chart_aggregated_field_wells(wells))
        .sort_configuration(sort);
    framed!(AnalysisLineChartVisual, fields.visual, configuration)
}
