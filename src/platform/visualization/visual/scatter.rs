//! Scatter plots: points of two numbers.

use strataform_resources::quicksight::{
    AnalysisScatterPlotConfiguration, AnalysisScatterPlotVisual,
    ScatterPlotCategoricallyAggregatedFieldWells, ScatterPlotFieldWells, ScatterPlotUnaggregatedFieldWells,
};

use super::super::field::{Fields, Role};
use super::framed;
use crate::model::Field;

/// The visual: one point per category, or one point per row without a category.
pub(super) fn scatter(
    fields: Fields<'_>,
    x: &Field,
    y: &Field,
    category: Option<&Field>,
    size: Option<&Field>,
) -> AnalysisScatterPlotVisual {
    let size = size.map(|size| [fields.measure(Role::Size, size)]);
    let wells = ScatterPlotFieldWells::new();
    let wells = if let Some(category) = category {
        let made = ScatterPlotCategoricallyAggregatedFieldWells::new()
            .x_axis([fields.measure(Role::Horizontal, x)])
            .y_axis([fields.measure(Role::Vertical, y)])
            .category([fields.dimension(Role::Category, category)]);
        wells.scatter_plot_categorically_aggregated_field_wells(match size {
            Some(size) => made.size(size),
            None => made,
        })
    } else {
        let made = ScatterPlotUnaggregatedFieldWells::new()
            .x_axis([fields.dimension(Role::Horizontal, x)])
            .y_axis([fields.dimension(Role::Vertical, y)]);
        wells.scatter_plot_unaggregated_field_wells(match size {
            Some(size) => made.size(size),
            None => made,
        })
    };
    let configuration = AnalysisScatterPlotConfiguration::new().field_wells(wells);
    framed!(AnalysisScatterPlotVisual, fields.visual, configuration)
}
