//! Funnel charts: steps, each a part of the one before.

use strataform_resources::quicksight::{
    AnalysisFunnelChartConfiguration, AnalysisFunnelChartVisual, FunnelChartAggregatedFieldWells,
    FunnelChartFieldWells, FunnelChartSortConfiguration,
};

use super::super::field::{Fields, Role};
use super::framed;
use crate::model::Field;

/// The visual. Steps are sorted by value, descending: each step has fewer than the one before.
pub(super) fn funnel(fields: Fields<'_>, x: &Field, y: &Field) -> AnalysisFunnelChartVisual {
    let wells = FunnelChartAggregatedFieldWells::new()
        .category([fields.dimension(Role::Category, x)])
        .values([fields.measure(Role::Value, y)]);
    let sort = FunnelChartSortConfiguration::new().category_sort(fields.sort(x, Role::Value, Some(y)));
    let configuration = AnalysisFunnelChartConfiguration::new()
        .field_wells(FunnelChartFieldWells::new().funnel_chart_aggregated_field_wells(wells))
        .sort_configuration(sort);
    framed!(AnalysisFunnelChartVisual, fields.visual, configuration)
}
