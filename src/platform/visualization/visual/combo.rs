//! Combo charts: bars and lines over one axis; lines have their own scale.

use strataform_resources::quicksight::{
    AnalysisComboChartConfiguration, AnalysisComboChartVisual, BarsArrangement,
    ComboChartAggregatedFieldWells, ComboChartFieldWells, ComboChartSortConfiguration,
};

use super::super::field::{Fields, Role};
use super::framed;
use crate::model::Field;

/// The visual.
pub(super) fn combo(
    fields: Fields<'_>,
    x: &Field,
    bars: &[Field],
    lines: &[Field],
) -> AnalysisComboChartVisual {
    let wells = ComboChartAggregatedFieldWells::new()
        .category([fields.dimension(Role::Category, x)])
        .bar_values(fields.measures(Role::Value, bars))
        .line_values(fields.measures(Role::Line, lines));
    let sort = match bars.first() {
        Some(bar) => fields.sort(x, Role::Value, Some(bar)),
        None => fields.sort(x, Role::Line, lines.first()),
    };
    let configuration = AnalysisComboChartConfiguration::new()
        .bars_arrangement(BarsArrangement::Clustered)
        .field_wells(ComboChartFieldWells::new().combo_chart_aggregated_field_wells(wells))
        .sort_configuration(ComboChartSortConfiguration::new().category_sort(sort));
    let made = framed!(AnalysisComboChartVisual, fields.visual, configuration);
    match fields.hierarchy(x) {
        Some(path) => made.column_hierarchies(path),
        None => made,
    }
}
