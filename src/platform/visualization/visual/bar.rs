//! Bar charts.

use strataform_resources::quicksight::{
    AnalysisBarChartConfiguration, AnalysisBarChartVisual, BarChartAggregatedFieldWells, BarChartFieldWells,
    BarChartOrientation, BarChartSortConfiguration, BarsArrangement,
};

use super::super::field::{Fields, Role, at_most};
use super::framed;
use crate::model::{Field, FieldKind, Orientation, Stacking};

/// The maximum number of bars for names; the remaining ones become a single bar.
const MOST_NAMES: i64 = 25;

/// The arrangement and orientation of the bars.
#[derive(Clone, Debug)]
pub(super) struct Style {
    arrangement: BarsArrangement,
    orientation: BarChartOrientation,
}

impl Style {
    /// The style that the platform file sets.
    pub(super) fn new(stacking: Stacking, orientation: Orientation) -> Self {
        Self {
            arrangement: match stacking {
                Stacking::Clustered => BarsArrangement::Clustered,
                Stacking::Stacked => BarsArrangement::Stacked,
                Stacking::Percent => BarsArrangement::StackedPercent,
            },
            orientation: match orientation {
                Orientation::Horizontal => BarChartOrientation::Horizontal,
                Orientation::Vertical => BarChartOrientation::Vertical,
            },
        }
    }
}

/// The visual.
pub(super) fn bar(
    fields: Fields<'_>,
    x: &Field,
    y: &[Field],
    color: Option<&Field>,
    style: Style,
) -> AnalysisBarChartVisual {
    let wells = BarChartAggregatedFieldWells::new()
        .category([fields.dimension(Role::Category, x)])
        .values(fields.measures(Role::Value, y));
    let wells = match color {
        Some(color) => wells.colors([fields.dimension(Role::Color, color)]),
        None => wells,
    };
    let sort = BarChartSortConfiguration::new().category_sort(fields.sort(x, Role::Value, y.first()));
    let sort =
        if x.kind == FieldKind::Text { sort.category_items_limit(at_most(MOST_NAMES, y)) } else { sort };
    let configuration = AnalysisBarChartConfiguration::new()
        .orientation(style.orientation)
        .bars_arrangement(style.arrangement)
        .field_wells(BarChartFieldWells::new().bar_chart_aggregated_field_wells(wells))
        .sort_configuration(sort);
    let made = framed!(AnalysisBarChartVisual, fields.visual, configuration);
    match fields.hierarchy(x) {
        Some(path) => made.column_hierarchies(path),
        None => made,
    }
}
