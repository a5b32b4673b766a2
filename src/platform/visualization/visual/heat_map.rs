//! Heat maps: numbers as the colors of a grid.

use strataform_resources::quicksight::{
    AnalysisHeatMapConfiguration, AnalysisHeatMapVisual, ColorFillType, ColorScale, DataColor,
    HeatMapAggregatedFieldWells, HeatMapFieldWells, HeatMapSortConfiguration, SortDirection,
};

use super::super::field::{Fields, Role, by};
use super::super::theme::GRADIENT;
use super::framed;
use crate::model::Field;

/// The visual. Rows and columns are sorted by their own values, so the grid does not change with the numbers.
pub(super) fn heat_map(
    fields: Fields<'_>,
    rows: &Field,
    columns: &Field,
    value: &Field,
) -> AnalysisHeatMapVisual {
    let wells = HeatMapAggregatedFieldWells::new()
        .rows([fields.dimension(Role::Category, rows)])
        .columns([fields.dimension(Role::Column, columns)])
        .values([fields.measure(Role::Value, value)]);
    let colors = GRADIENT.map(|color| DataColor::new().color(color.to_string()));
    let sort = HeatMapSortConfiguration::new()
        .heat_map_row_sort([by(fields.id(Role::Category, 0, rows), SortDirection::Asc)])
        .heat_map_column_sort([by(fields.id(Role::Column, 0, columns), SortDirection::Asc)]);
    let configuration = AnalysisHeatMapConfiguration::new()
        .field_wells(HeatMapFieldWells::new().heat_map_aggregated_field_wells(wells))
        .color_scale(ColorScale::new(ColorFillType::Gradient, colors))
        .sort_configuration(sort);
    framed!(AnalysisHeatMapVisual, fields.visual, configuration)
}
