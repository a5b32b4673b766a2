//! Waterfall charts: steps that add up.

use strataform_resources::quicksight::{
    AnalysisWaterfallChartConfiguration, AnalysisWaterfallVisual, WaterfallChartAggregatedFieldWells,
    WaterfallChartFieldWells, WaterfallChartSortConfiguration,
};

use super::super::field::{Fields, Role, at_most};
use super::framed;
use crate::model::Field;

/// The maximum number of parts of a step; the remaining ones become a single part.
const MOST_PARTS: i64 = 5;

/// The visual.
pub(super) fn waterfall(
    fields: Fields<'_>,
    x: &Field,
    y: &Field,
    color: Option<&Field>,
) -> AnalysisWaterfallVisual {
    let wells = WaterfallChartAggregatedFieldWells::new()
        .categories([fields.dimension(Role::Category, x)])
        .values([fields.measure(Role::Value, y)]);
    let sort = WaterfallChartSortConfiguration::new().category_sort(fields.sort(x, Role::Value, Some(y)));
    let (wells, sort) = match color {
        Some(color) => (
            wells.breakdowns([fields.dimension(Role::Color, color)]),
            sort.breakdown_items_limit(at_most(MOST_PARTS, [y])),
        ),
        None => (wells, sort),
    };
    let configuration = AnalysisWaterfallChartConfiguration::new()
        .field_wells(WaterfallChartFieldWells::new().waterfall_chart_aggregated_field_wells(wells))
        .sort_configuration(sort);
    framed!(AnalysisWaterfallVisual, fields.visual, configuration)
}
