//! Pie charts: shares of a whole.

use strataform_resources::quicksight::{
    AnalysisPieChartConfiguration, AnalysisPieChartVisual, ArcOptions, ArcThickness, DonutCenterOptions,
    DonutOptions, PieChartAggregatedFieldWells, PieChartFieldWells, PieChartSortConfiguration, Visibility,
};

use super::super::field::{Fields, Role, at_most};
use super::framed;
use crate::model::{Field, PieShape};

/// The maximum number of slices; the remaining ones become a single slice. More would be hard to distinguish.
const MOST_SLICES: i64 = 12;

/// The visual.
pub(super) fn pie(fields: Fields<'_>, x: &Field, y: &Field, shape: PieShape) -> AnalysisPieChartVisual {
    let wells = PieChartAggregatedFieldWells::new()
        .category([fields.dimension(Role::Category, x)])
        .values([fields.measure(Role::Value, y)]);
    let (arc, total) = match shape {
        PieShape::Whole => (ArcThickness::Whole, Visibility::Hidden),
        PieShape::Donut if y.aggregation.combines_marks() => (ArcThickness::Medium, Visibility::Visible),
        PieShape::Donut => (ArcThickness::Medium, Visibility::Hidden),
    };
    let hole = DonutOptions::new()
        .arc_options(ArcOptions::new().arc_thickness(arc))
        .donut_center_options(DonutCenterOptions::new().label_visibility(total));
    let sort = PieChartSortConfiguration::new()
        .category_sort(fields.sort(x, Role::Value, Some(y)))
        .category_items_limit(at_most(MOST_SLICES, [y]));
    let configuration = AnalysisPieChartConfiguration::new()
        .donut_options(hole)
        .field_wells(PieChartFieldWells::new().pie_chart_aggregated_field_wells(wells))
        .sort_configuration(sort);
    let made = framed!(AnalysisPieChartVisual, fields.visual, configuration);
    match fields.hierarchy(x) {
        Some(path) => made.column_hierarchies(path),
        None => made,
    }
}
